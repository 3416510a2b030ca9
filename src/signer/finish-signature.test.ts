import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { digestBytes, listSignatures, openPdf, parseSignedData } from '../formats/index.ts'
import { entityOf, type Pki, type Responders, startResponders } from '../test-certs/index.ts'
import { finishSignature } from './finish-signature.ts'
import { preparePades } from './pades/prepare-pades.ts'
import type { TimestampAuthority } from './ports.ts'
import { prepareCades } from './prepare-cades.ts'
import { plainPdf } from './testing/plain-pdf.ts'
import { poolOf } from './testing/tsa.ts'
import { buildSigners, codeOf, contentOf, env, finishAs, signerOf, valueFor } from './testing/world.ts'
import type { PreparedSignature } from './types.ts'

let pki: Pki
let responders: Responders
const document = plainPdf()

beforeAll(async () => {
  responders = await startResponders(env)
  const names = [
    'doctor-01',
    'nurse-02',
    'doctor-ed25519',
    'wrong-key',
    'expired',
    'not-yet-valid',
    'tsa',
  ] as const
  pki = await buildSigners(names, { url: responders.url })
  responders.use(pki)
})
afterAll(() => responders.close())
beforeEach(() => responders.behave({ tsa: 'normal' }))

const cades = (name: string, level: 'B-B' | 'B-T' = 'B-B'): Promise<PreparedSignature> => {
  const { chain, algorithm } = signerOf(pki, name)
  return prepareCades(contentOf(document), { chain, algorithm, level }, env)
}
const pades = (name: string, timestampSize?: number): Promise<PreparedSignature> => {
  const { chain, algorithm } = signerOf(pki, name)
  const level = timestampSize === undefined ? 'B-B' : 'B-T'
  const options = { chain, algorithm, level, ...(timestampSize !== undefined && { timestampSize }) } as const
  return preparePades(document, options, env)
}

/** An authority that must not be asked. */
const untouched = (): TimestampAuthority & { timestamp: ReturnType<typeof vi.fn> } => ({
  timestamp: vi.fn(() => Promise.reject(new Error('asked'))),
  tokenSize: () => Promise.reject(new Error('asked')),
})

describe('finishSignature', () => {
  it.each(['doctor-01', 'nurse-02', 'doctor-ed25519'])(
    '%s: the CMS stands in /Contents, zeros behind it',
    async (name) => {
      const prepared = await pades(name)
      const { bytes, cms, level, timestamp } = await finishAs(pki, name, prepared)
      const [signature] = listSignatures(openPdf(Buffer.concat([document, bytes])))
      const contents = Buffer.from(signature!.contents!)
      expect(contents.subarray(0, cms.length).equals(cms)).toBe(true)
      expect(contents.subarray(cms.length).every((octet) => octet === 0)).toBe(true)
      expect(contents.length - cms.length).toBeLessThan(4)
      expect([level, timestamp]).toEqual(['B-B', null])
    },
  )

  it('at B-B asks no authority', async () => {
    const authority = untouched()
    const prepared = await cades('doctor-01')
    await finishSignature(prepared, valueFor(pki, 'doctor-01', prepared), authority)
    expect(authority.timestamp).not.toHaveBeenCalled()
  })

  it.each([pades, cades])('at B-T the time-stamp is over the signature value', async (prepare) => {
    const pool = poolOf(pki, responders)
    const isCades = prepare === cades
    const prepared = isCades
      ? await cades('nurse-02', 'B-T')
      : await pades('nurse-02', await pool.tokenSize('sha256'))
    const asked = vi.spyOn(pool, 'timestamp')
    const { cms, timestamp, level } = await finishAs(pki, 'nurse-02', prepared, pool)
    const [signer] = parseSignedData(cms).signerInfos
    expect(asked).toHaveBeenCalledExactlyOnceWith(digestBytes('sha256', signer!.signature), 'sha256')
    const { token, genTime } = await asked.mock.results[0]!.value
    expect(Buffer.compare(signer!.unsignedAttributes[0]!.values[0]!, token)).toBe(0)
    expect([level, timestamp]).toEqual(['B-T', { genTime }])
  })

  it('gives the same bytes for the same value again', async () => {
    const prepared = await pades('nurse-02')
    const value = valueFor(pki, 'nurse-02', prepared)
    const first = await finishSignature(prepared, value, null)
    const second = await finishSignature(prepared, value, null)
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0)
  })
})

describe('a value is refused before anything is asked for', () => {
  it.each<[string, (value: Uint8Array) => Uint8Array]>([
    [
      'with one bit turned over',
      (value) => Uint8Array.from(value, (octet, i) => (i === 40 ? octet ^ 1 : octet)),
    ],
    ['that is empty', () => new Uint8Array()],
    ['that is random', (value) => randomBytes(value.length)],
    ['with an octet behind it', (value) => Buffer.concat([value, Buffer.of(0)])],
    ['cut short', (value) => value.subarray(0, -1)],
  ])('%s', async (_how, spoil) => {
    for (const name of ['doctor-01', 'nurse-02', 'doctor-ed25519']) {
      const prepared = await cades(name, 'B-T')
      const authority = untouched()
      const value = spoil(valueFor(pki, name, prepared))
      expect(await codeOf(() => finishSignature(prepared, value, authority))).toBe('ERR_SIGNER_VALUE_INVALID')
      expect(authority.timestamp).not.toHaveBeenCalled()
    }
  })

  it('made with another key than the certified one', async () => {
    expect(await codeOf(async () => finishAs(pki, 'wrong-key', await cades('wrong-key')))).toBe(
      'ERR_SIGNER_VALUE_INVALID',
    )
  })

  it('made for another document', async () => {
    const other = await prepareCades(
      contentOf(Buffer.from('khác')),
      { ...signerOf(pki, 'nurse-02'), level: 'B-B' },
      env,
    )
    const value = valueFor(pki, 'nurse-02', other)
    expect(await codeOf(async () => finishSignature(await cades('nurse-02'), value, null))).toBe(
      'ERR_SIGNER_VALUE_INVALID',
    )
  })

  it('as r‖s instead of DER', async () => {
    const { sign } = await import('node:crypto')
    const prepared = await cades('doctor-01')
    const data = Buffer.from(prepared.signedAttributes, 'base64')
    const key = entityOf(pki, 'doctor-01').key!
    const value = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
    expect(await codeOf(() => finishSignature(prepared, value, null))).toBe('ERR_SIGNER_VALUE_INVALID')
  })
})

describe('B-T is never B-B in disguise', () => {
  it('without an authority it is refused', async () => {
    const prepared = await cades('doctor-01', 'B-T')
    expect(await codeOf(() => finishAs(pki, 'doctor-01', prepared))).toBe('ERR_SIGNER_LEVEL_NOT_REACHED')
  })

  it.each(['close', 'bad-signature', 'wrong-imprint', 'untrusted'] as const)(
    'where the authority is %s it is refused',
    async (tsa) => {
      responders.behave({ tsa })
      const prepared = await cades('doctor-01', 'B-T')
      expect(await codeOf(() => finishAs(pki, 'doctor-01', prepared, poolOf(pki, responders)))).toBe(
        'ERR_TSP_UNAVAILABLE',
      )
    },
  )

  it.each([
    ['expired', 'ERR_TSP_TIME_AFTER_CERTIFICATE'],
    ['not-yet-valid', 'ERR_TSP_TIME_BEFORE_CERTIFICATE'],
  ])('a time-stamp outside the life of the certificate %s is refused', async (name, code) => {
    const prepared = await cades(name, 'B-T')
    expect(await codeOf(() => finishAs(pki, name, prepared, poolOf(pki, responders)))).toBe(code)
  })

  it('a token larger than its room is refused with both sizes', async () => {
    const prepared = await pades('nurse-02', 100)
    const work = finishAs(pki, 'nurse-02', prepared, poolOf(pki, responders))
    await expect(work).rejects.toMatchObject({
      code: 'ERR_SIGNER_CONTENTS_TOO_SMALL',
      details: { needed: expect.any(Number), reserved: prepared.contents!.length / 2 },
    })
  })
})

describe('a damaged state is refused', () => {
  it.each<[string, (prepared: PreparedSignature) => PreparedSignature]>([
    ['another digest', (prepared) => ({ ...prepared, digest: 'sha512' })],
    ['no chain', (prepared) => ({ ...prepared, chain: [] })],
    ['SHA-1', (prepared) => ({ ...prepared, algorithm: { scheme: 'rsa-pkcs1', digest: 'sha1' } })],
    [
      'attributes that are a document',
      (prepared) => ({ ...prepared, signedAttributes: Buffer.from('%PDF-').toString('base64') }),
    ],
    [
      'a place for the CMS that is elsewhere',
      (prepared) => ({ ...prepared, contents: { start: 3, length: 100 } }),
    ],
  ])('%s', async (_damage, change) => {
    const prepared = change(await pades('nurse-02'))
    const value = randomBytes(256)
    expect(await codeOf(() => finishSignature(prepared, value, null))).toBe('ERR_SIGNER_STATE_INVALID')
  })
})
