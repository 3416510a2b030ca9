import { beforeAll, describe, expect, it } from 'vitest'
import type { Pki } from '../test-certs/index.ts'
import { preparePades } from './pades/prepare-pades.ts'
import { prepareCades } from './prepare-cades.ts'
import { parsePreparedSignature } from './prepared-signature.ts'
import { plainPdf } from './testing/plain-pdf.ts'
import { buildSigners, contentOf, env, finishAs, signerOf } from './testing/world.ts'
import type { PreparedSignature } from './types.ts'

let pki: Pki
let pades: PreparedSignature
let cades: PreparedSignature

beforeAll(async () => {
  pki = await buildSigners(['doctor-01', 'nurse-02', 'doctor-ed25519'])
  const { chain, algorithm } = signerOf(pki, 'doctor-01')
  pades = await preparePades(plainPdf(), { chain, algorithm, level: 'B-B' }, env)
  cades = await prepareCades(contentOf(Buffer.from('hồ sơ')), { chain, algorithm, level: 'B-B' }, env)
})

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('parsePreparedSignature', () => {
  it('gives back what was stored, and that can be finished', async () => {
    for (const prepared of [pades, cades]) {
      const back = parsePreparedSignature(throughJson(prepared))
      expect(back).toEqual(prepared)
      expect((await finishAs(pki, 'doctor-01', back)).level).toBe('B-B')
    }
  })

  it.each(['nurse-02', 'doctor-ed25519'])('reads the algorithm of %s', async (name) => {
    const { chain, algorithm } = signerOf(pki, name)
    const prepared = await prepareCades(contentOf(Buffer.from('x')), { chain, algorithm, level: 'B-T' }, env)
    expect(parsePreparedSignature(throughJson(prepared))).toEqual(prepared)
  })

  const otherChain = (): string[] =>
    signerOf(pki, 'nurse-02').chain.map(({ der }) => Buffer.from(der).toString('base64'))

  it.each<[string, string, () => unknown]>([
    ['null', 'state', () => null],
    ['a text', 'state', () => 'prepared'],
    ['an array', 'format', () => []],
    ['no format', 'format', () => ({ ...cades, format: undefined })],
    ['a format of nobody', 'format', () => ({ ...cades, format: 'xades' })],
    ['a level that is not made', 'level', () => ({ ...cades, level: 'B-LT' })],
    ['a digest of nobody', 'digest', () => ({ ...cades, digest: 'sha7' })],
    ['a digest that is not the algorithm’s', 'digest', () => ({ ...cades, digest: 'sha512' })],
    ['no algorithm', 'algorithm', () => ({ ...cades, algorithm: null })],
    ['SHA-1', 'algorithm', () => ({ ...cades, algorithm: { scheme: 'ecdsa', digest: 'sha1' } })],
    ['DSA', 'algorithm', () => ({ ...cades, algorithm: { scheme: 'dsa', digest: 'sha256' } })],
    ['an algorithm of another key', 'algorithm', () => ({ ...cades, algorithm: { scheme: 'ed25519' } })],
    [
      'an algorithm with a field too many',
      'algorithm',
      () => ({ ...cades, algorithm: { ...cades.algorithm, x: 1 } }),
    ],
    [
      'ECDSA with a salt',
      'algorithm',
      () => ({ ...cades, algorithm: { ...cades.algorithm, saltLength: 32 } }),
    ],
    [
      'PSS without a salt',
      'algorithm',
      () => ({ ...cades, algorithm: { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256' } }),
    ],
    ['no certificate', 'chain', () => ({ ...cades, chain: [] })],
    ['a certificate that is none', 'chain', () => ({ ...cades, chain: ['AAAA'] })],
    ['a certificate that is no base64', 'chain', () => ({ ...cades, chain: ['*'] })],
    ['a chain that is a text', 'chain', () => ({ ...cades, chain: 'AAAA' })],
    ['a chain without end', 'chain', () => ({ ...cades, chain: Array(17).fill(cades.chain[0]) })],
    ['the chain of a key of another kind', 'algorithm', () => ({ ...cades, chain: otherChain() })],
    ['signed attributes that are no base64', 'signedAttributes', () => ({ ...cades, signedAttributes: 'a' })],
    ['signed attributes that are no SET', 'signedAttributes', () => ({ ...cades, signedAttributes: 'MAAA' })],
    ['no signed attributes', 'signedAttributes', () => ({ ...cades, signedAttributes: '' })],
    ['a negative length', 'documentLength', () => ({ ...cades, documentLength: -1 })],
    ['a length with a fraction', 'documentLength', () => ({ ...cades, documentLength: 1.5 })],
    [
      'a digest in capitals',
      'documentSha256',
      () => ({ ...cades, documentSha256: `${cades.documentSha256.toUpperCase()}A` }),
    ],
    ['a field of nobody', 'pin', () => ({ ...cades, pin: '1' })],
    ['something appended in CAdES', 'appended', () => ({ ...cades, appended: 'AAAA' })],
    ['nothing appended in PAdES', 'appended', () => ({ ...pades, appended: undefined })],
    ['no place for the CMS', 'contents', () => ({ ...pades, contents: null })],
    [
      'a place with a field too many',
      'contents',
      () => ({ ...pades, contents: { ...pades.contents, x: 1 } }),
    ],
    ['a place of no length', 'contents', () => ({ ...pades, contents: { ...pades.contents, length: 0 } })],
    [
      'a place one digit off',
      'contents',
      () => ({ ...pades, contents: { ...pades.contents, start: pades.contents!.start + 1 } }),
    ],
    [
      'a place one digit short',
      'contents',
      () => ({ ...pades, contents: { ...pades.contents, length: pades.contents!.length - 1 } }),
    ],
    ['a place beyond the end', 'contents', () => ({ ...pades, contents: { start: 10_000_000, length: 2 } })],
    [
      'a place that is taken',
      'contents',
      () => {
        const appended = Buffer.from(pades.appended!, 'base64')
        appended.write('ab', pades.contents!.start)
        return { ...pades, appended: appended.toString('base64') }
      },
    ],
  ])('%s is refused and %s is named', (_situation, field, state) => {
    expect(() => parsePreparedSignature(state())).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_STATE_INVALID', details: { field } }),
    )
  })
})
