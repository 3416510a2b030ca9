import { beforeAll, describe, expect, it } from 'vitest'
import { der } from '../der/index.ts'
import type { Certificate } from './certificate.ts'
import { type DigestName, digestBytes, encodeDigestAlgorithm } from './digests.ts'
import { matchReference, parseSigningCertificate } from './ess-certificate.ts'
import { codeOf } from './testing/code-of.ts'
import { sampleChain } from './testing/sample-cms.ts'
import { toBer } from './testing/to-ber.ts'

let signer: Certificate
let issuer: Certificate
beforeAll(async () => {
  const chain = await sampleChain('doctor-01')
  signer = chain[0]!
  issuer = chain[1]!
})

const attribute = (...ids: Uint8Array[]): Uint8Array => der.sequence(der.sequence(...ids))
const hashOf = (certificate: Certificate, digest: DigestName): Uint8Array =>
  der.octetString(digestBytes(digest, certificate.der))
const issuerSerial = (name: Uint8Array, serial: Uint8Array): Uint8Array =>
  der.sequence(der.sequence(der.explicit(4, name)), der.tlv(0x02, serial))

describe('a signing certificate', () => {
  it.each<[string, () => Uint8Array, 1 | 2, DigestName]>([
    ['of version 1', () => attribute(der.sequence(hashOf(signer, 'sha1'))), 1, 'sha1'],
    ['of version 2, SHA-256 left out', () => attribute(der.sequence(hashOf(signer, 'sha256'))), 2, 'sha256'],
    [
      'of version 2, SHA-256 spelled out',
      () => attribute(der.sequence(encodeDigestAlgorithm('sha256'), hashOf(signer, 'sha256'))),
      2,
      'sha256',
    ],
    [
      'of version 2 over SHA-512',
      () => attribute(der.sequence(encodeDigestAlgorithm('sha512'), hashOf(signer, 'sha512'))),
      2,
      'sha512',
    ],
    [
      'with policies behind',
      () => der.sequence(der.sequence(der.sequence(hashOf(signer, 'sha256'))), der.sequence()),
      2,
      'sha256',
    ],
    ['in BER', () => toBer(attribute(der.sequence(hashOf(signer, 'sha256')))), 2, 'sha256'],
  ])('%s is the one named', (_situation, value, version, digest) => {
    const [reference] = parseSigningCertificate(value(), version).certificates
    expect(reference!.digest).toBe(digest)
    expect(matchReference(reference!, signer)).toEqual({ digestMatches: true, issuerSerialMatches: null })
    expect(matchReference(reference!, issuer).digestMatches).toBe(false)
  })

  it('is followed by all others that are named', () => {
    const ids = [signer, issuer].map((certificate) => der.sequence(hashOf(certificate, 'sha256')))
    const { certificates } = parseSigningCertificate(attribute(...ids), 2)
    expect(certificates).toHaveLength(2)
    expect(matchReference(certificates[1]!, issuer).digestMatches).toBe(true)
  })

  it.each<[string, () => Uint8Array, boolean]>([
    ['is its own', () => issuerSerial(signer.issuer.der, signer.serialNumber), true],
    ['has another serial number', () => issuerSerial(signer.issuer.der, Uint8Array.of(1)), false],
    ['has another issuer', () => issuerSerial(signer.subject.der, signer.serialNumber), false],
    [
      'has an issuer that is no directory name',
      () =>
        der.sequence(der.sequence(der.implicit(6, der.ia5String('x'))), der.tlv(0x02, signer.serialNumber)),
      false,
    ],
  ])('whose issuerSerial %s: %s', (_situation, serial, expected) => {
    const id = der.sequence(hashOf(signer, 'sha256'), serial())
    const [reference] = parseSigningCertificate(attribute(id), 2).certificates
    expect(matchReference(reference!, signer)).toEqual({ digestMatches: true, issuerSerialMatches: expected })
  })

  it('named by a digest that nobody knows matches nothing', () => {
    const id = der.sequence(der.sequence(der.oid('2.999.7')), hashOf(signer, 'sha256'))
    const [reference] = parseSigningCertificate(attribute(id), 2).certificates
    expect(reference).toMatchObject({ digest: null, digestOid: '2.999.7' })
    expect(matchReference(reference!, signer).digestMatches).toBe(false)
  })

  it('named by SHA-256 in version 1 matches nothing: it knows SHA-1 alone', () => {
    const [reference] = parseSigningCertificate(
      attribute(der.sequence(hashOf(signer, 'sha256'))),
      1,
    ).certificates
    expect(matchReference(reference!, signer).digestMatches).toBe(false)
  })

  it('may name none at all, which is a fact', () => {
    expect(parseSigningCertificate(attribute(), 2).certificates).toEqual([])
  })

  it.each<[string, () => Uint8Array, 1 | 2, string]>([
    ['NULL', () => der.nullValue(), 2, 'ERR_DER_UNEXPECTED_TAG'],
    ['an empty sequence', () => der.sequence(), 2, 'ERR_ASN1_STRUCTURE'],
    ['an empty ESSCertID', () => attribute(der.sequence()), 2, 'ERR_ASN1_STRUCTURE'],
    [
      'an algorithm in version 1',
      () => attribute(der.sequence(encodeDigestAlgorithm('sha256'), hashOf(signer, 'sha256'))),
      1,
      'ERR_DER_UNEXPECTED_TAG',
    ],
    [
      'half an issuerSerial',
      () => attribute(der.sequence(hashOf(signer, 'sha256'), der.sequence(der.sequence()))),
      2,
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'more than three fields',
      () => der.sequence(der.sequence(), der.sequence(), der.sequence()),
      2,
      'ERR_ASN1_STRUCTURE',
    ],
  ])('of %s is refused', (_situation, value, version, code) => {
    expect(codeOf(() => parseSigningCertificate(value(), version))).toBe(code)
  })
})
