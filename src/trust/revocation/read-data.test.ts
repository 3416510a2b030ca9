import { beforeAll, expect, it } from 'vitest'
import { concat, der, parseDer, readOctetString, readSequence } from '../../formats/index.ts'
import { encodeOcspFailure, type Pki } from '../../test-certs/index.ts'
import { readRevocationData } from './read-data.ts'
import { buildWorld, certificateOf, crlBytesOf, ocspBytesOf } from './testing/world.ts'

let pki: Pki
beforeAll(async () => {
  pki = await buildWorld()
})

const basicOf = (bytes: Uint8Array): Uint8Array =>
  readOctetString(readSequence(readSequence(parseDer(bytes))[1]!.children[0]!)[1]!)

it('CRLs and OCSP answers are told apart', () => {
  expect(readRevocationData(crlBytesOf(pki)).kind).toBe('crl')
  expect(readRevocationData(ocspBytesOf(pki)).kind).toBe('ocsp')
  expect(readRevocationData(ocspBytesOf(pki, { by: 'name' })).kind).toBe('ocsp')
  expect(readRevocationData(encodeOcspFailure('tryLater')).kind).toBe('ocsp')
  expect(readRevocationData(basicOf(ocspBytesOf(pki))).kind).toBe('ocsp')
  expect(readRevocationData(basicOf(ocspBytesOf(pki, { by: 'name' }))).kind).toBe('ocsp')
})

it.each<[string, () => Uint8Array, string]>([
  ['nothing', () => new Uint8Array(), 'ERR_TRUST_REVOCATION_DATA'],
  ['text', () => Buffer.from('-----BEGIN X509 CRL-----'), 'ERR_TRUST_REVOCATION_DATA'],
  ['an empty SEQUENCE', () => der.sequence(), 'ERR_TRUST_REVOCATION_DATA'],
  ['a SEQUENCE of nothing', () => der.sequence(der.sequence()), 'ERR_TRUST_REVOCATION_DATA'],
  [
    'an indefinite length',
    () => Uint8Array.of(0x30, 0x80, 0x0a, 0x01, 0x00, 0x00, 0x00),
    'ERR_TRUST_REVOCATION_DATA',
  ],
  ['a CMS', () => der.sequence(der.oid('1.2.840.113549.1.7.2')), 'ERR_TRUST_REVOCATION_DATA'],
  [
    'a length that leads nowhere',
    () => Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
    'ERR_TRUST_REVOCATION_DATA',
  ],
  ['a certificate', () => certificateOf(pki, 'doctor-01').der, 'ERR_ASN1_STRUCTURE'],
  ['a CRL and more', () => concat([crlBytesOf(pki), Uint8Array.of(0)]), 'ERR_DER_TRAILING_DATA'],
])('%s is refused', (_what, bytes, code) => {
  expect(() => readRevocationData(bytes())).toThrow(expect.objectContaining({ code }))
})
