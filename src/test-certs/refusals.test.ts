import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readBehaviours } from './behaviour.ts'
import { parseOcspRequest } from './ocsp.ts'
import { signatureAlgorithmFor, signBytes } from './sign.ts'

const refusal = (code: string, details = {}): Error =>
  expect.objectContaining({ code, details: expect.objectContaining(details) }) as Error

describe('behaviours', () => {
  it.each([
    ['no object', 'late'],
    ['a list', []],
    ['an unknown responder', { ldap: {} }],
    ['an unknown lie', { tsa: { lie: 'polite' } }],
    ['a delay in words', { ocsp: { delayMs: 'long' } }],
  ])('%s: refused', (_what, value) => {
    expect(() => readBehaviours(value)).toThrow(refusal('ERR_TEST_PKI_BEHAVIOUR'))
  })
})

describe('OCSP requests', () => {
  it.each([
    ['empty', ''],
    ['no DER', '0102'],
    ['about no certificate', '30043002300030'.slice(0, 12)],
  ])('%s: refused', (_what, hex) => {
    expect(() => parseOcspRequest(Buffer.from(hex, 'hex'))).toThrow(refusal('ERR_TEST_PKI_OCSP_REQUEST'))
  })
})

describe('keys that the authorities do not sign with', () => {
  it.each([
    ['ed448', generateKeyPairSync('ed448').privateKey],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
  ])('%s: refused', (kind, key) => {
    expect(() => signatureAlgorithmFor(key)).toThrow(refusal('ERR_TEST_PKI_KEY_UNSUPPORTED', { kind }))
  })

  it('an algorithm of another kind: refused', () => {
    const { privateKey } = generateKeyPairSync('ed448')
    expect(() => signBytes(privateKey, { scheme: 'ed448' }, Buffer.from('x'))).toThrow(
      refusal('ERR_TEST_PKI_KEY_UNSUPPORTED', { kind: 'ed448' }),
    )
  })
})
