import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Attribute,
  attributeOids,
  type Certificate,
  der,
  digestBytes,
  encodeName,
  parseCertificate,
} from '../../formats/index.ts'
import { makeCertificate } from '../../test-certs/build.ts'
import { chainOf, entityOf, type Pki, privateKeyOf } from '../../test-certs/entity.ts'
import { profiles } from '../../test-certs/pki.ts'
import { type CadesRecordOptions, signCadesRecord } from '../../test-certs/records/cades.ts'
import { change } from '../../test-certs/records/cades-parts.ts'
import { codesOf, collect, content, env, recordPki, signatureOf } from './testing/collect.ts'
import { signWith } from './testing/sign-with.ts'

let pki: Pki
let signer: Certificate
let twin: Certificate
beforeAll(async () => {
  pki = await recordPki()
  signer = entityOf(pki, 'nurse-02').certificate
  twin = certify('twin', privateKeyOf(entityOf(pki, 'nurse-02')))
})

/** Another person's certificate for a key. */
const certify = (name: string, key: KeyObject): Certificate =>
  makeCertificate(
    pki,
    {
      name,
      issuer: 'public-ca',
      subject: [['CN', 'NGƯỜI KHÁC THỬ NGHIỆM']],
      publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
      profile: profiles.staff,
      notBefore: '-30d',
      notAfter: '+2y',
    },
    env,
  )

const sign = (options: CadesRecordOptions = {}) =>
  signCadesRecord(pki, content, env, { signer: 'nurse-02', ...options })
const isReference = ({ oid }: Attribute) => oid === attributeOids['signing-certificate-v2']
const withoutReference = (all: readonly Attribute[]) => all.filter((attribute) => !isReference(attribute))
const referenceTo = (...certificates: readonly Certificate[]): Uint8Array =>
  der.sequence(
    der.sequence(
      ...certificates.map((found) => der.sequence(der.octetString(digestBytes('sha256', found.der)))),
    ),
  )
const withReferences = (values: () => readonly Uint8Array[]) => (all: readonly Attribute[]) => [
  ...withoutReference(all),
  { oid: attributeOids['signing-certificate-v2'], values: values() },
]
const idOf = (certificate: Certificate) => `C-${certificate.sha256}`

describe('the one certificate of a signature', () => {
  test('is that of the signed reference, whatever stands first in the bag', async () => {
    const forged = certify('forged', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    const cms = await sign()
    for (const certificates of [
      [forged.der, twin.der],
      [twin.der, forged.der],
    ]) {
      const first = change(cms, (parts) => ({ certificates: [...certificates, ...parts.certificates] }))
      const last = change(cms, (parts) => ({ certificates: [...parts.certificates, ...certificates] }))
      for (const file of [first, last]) {
        expect(signatureOf(collect(file))).toMatchObject({
          signingCertificate: idOf(signer),
          valueIntact: true,
          findings: [],
        })
      }
    }
  })

  test('is not a namesake with another key: issuer and serial number prove nothing', async () => {
    const namesake = parseCertificate(
      rename(certify('namesake', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)),
    )
    expect(namesake).toMatchObject({ serialHex: signer.serialHex, issuer: { rdns: signer.issuer.rdns } })
    const cms = change(await sign(), (parts) => ({ certificates: [namesake.der, ...parts.certificates] }))
    expect(signatureOf(collect(cms))).toMatchObject({ signingCertificate: idOf(signer), valueIntact: true })
  })

  test('is the named one, broken, where no key verifies', async () => {
    const cms = Buffer.from(await sign())
    cms[cms.length - 1]! ^= 1
    expect(signatureOf(collect(cms))).toMatchObject({ signingCertificate: idOf(signer), valueIntact: false })
  })

  test('is not found where it is neither inside nor given, and is where it is given', async () => {
    const cms = await sign({ certificates: [] })
    expect(signatureOf(collect(cms))).toMatchObject({ signingCertificate: null, valueIntact: null })
    const evidence = { certificates: [signer.der], crls: [], ocspResponses: [] }
    expect(signatureOf(collect(cms, { evidence }))).toMatchObject({
      signingCertificate: idOf(signer),
      valueIntact: true,
    })
  })

  test('is not another one for the same key that nothing names', async () => {
    const cms = await sign({ certificates: [twin] })
    expect(signatureOf(collect(cms))).toMatchObject({ signingCertificate: null, valueIntact: null })
  })

  test('is nobody where nothing signed names it and two are at hand for its key', async () => {
    const cms = await sign({ signedAttributes: withoutReference, certificates: [signer, twin] })
    expect(signatureOf(collect(cms))).toMatchObject({ signingCertificate: null, valueIntact: null })
    const alone = await sign({ signedAttributes: withoutReference })
    expect(signatureOf(collect(alone))).toMatchObject({
      format: 'CMS',
      signingCertificate: idOf(signer),
      level: 'none',
    })
  })

  test('is that of the reference where the sid, which nobody signed, names another for the same key', async () => {
    const cms = await sign({
      signedAttributes: withReferences(() => [referenceTo(twin)]),
      certificates: [signer, twin],
    })
    const signature = signatureOf(collect(cms))
    expect(signature).toMatchObject({
      signingCertificate: idOf(twin),
      valueIntact: true,
      reference: { digestMatches: true },
    })
    expect(codesOf(signature)).toEqual(['SIGNER_IDENTIFIER_MISMATCH'])
  })
})

describe('the signed reference', () => {
  test('to a certificate that is not there does not match', async () => {
    const cms = await sign({ signedAttributes: withReferences(() => [referenceTo(twin)]) })
    expect(signatureOf(collect(cms))).toMatchObject({
      signingCertificate: idOf(signer),
      valueIntact: true,
      reference: { attributes: 1, names: 1, digestMatches: false },
    })
  })

  test.each<[string, () => readonly Uint8Array[], object, string]>([
    ['twice', () => [referenceTo(signer), referenceTo(twin)], { attributes: 2, names: 1 }, 'none'],
    [
      'with the path behind it',
      () => [referenceTo(signer, entityOf(pki, 'public-ca').certificate)],
      { attributes: 1, names: 2, digestMatches: true },
      'B-B',
    ],
    [
      'that is none',
      () => [der.integer(1)],
      { attributes: 1, names: 0, digest: null, digestMatches: false },
      'none',
    ],
    ['to nothing', () => [der.sequence(der.sequence())], { attributes: 1, names: 0, digest: null }, 'none'],
  ])('%s is told as it stands', async (_name, values, reference, level) => {
    expect(signatureOf(collect(await sign({ signedAttributes: withReferences(values) })))).toMatchObject({
      reference,
      level,
    })
  })
})

describe('its issuer and serial number', () => {
  /** A reference with the issuer's name in lower case, which is the same name in other octets. */
  const withIssuer = (serialNumber: Uint8Array) => {
    const name = encodeName(
      signer.issuer.rdns.map((rdn) => rdn.map(({ oid, value }) => ({ oid, value: value.toLowerCase() }))),
    )
    const issuerSerial = der.sequence(der.sequence(der.explicit(4, name)), der.tlv(0x02, serialNumber))
    return der.sequence(
      der.sequence(der.sequence(der.octetString(digestBytes('sha256', signer.der)), issuerSerial)),
    )
  }

  test('match where names are the same, however they are written', async () => {
    const cms = await sign({ signedAttributes: withReferences(() => [withIssuer(signer.serialNumber)]) })
    expect(signatureOf(collect(cms)).reference).toMatchObject({ issuerSerialMatches: true })
  })

  test('do not match with another number', async () => {
    const cms = await sign({ signedAttributes: withReferences(() => [withIssuer(Uint8Array.of(1))]) })
    expect(signatureOf(collect(cms)).reference).toMatchObject({ issuerSerialMatches: false })
  })
})

test('certificates that both versions of the reference name are counted', async () => {
  const sha1 = der.sequence(der.sequence(der.sequence(der.octetString(digestBytes('sha1', signer.der)))))
  const v1 = { oid: attributeOids['signing-certificate'], values: [sha1] }
  const cms = await sign({ signedAttributes: (all) => [...all, v1] })
  expect(signatureOf(collect(cms)).reference).toMatchObject({ attributes: 2, names: 2, digest: 'sha256' })
})

test('an RSA exponent below 65537 is told of', async () => {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey
  const weak = certify('weak', key)
  pki.entities.set('weak', { name: 'weak', certificate: weak, key, issuer: 'public-ca', revocation: null })
  const cms = signWith(key, chainOf(pki, 'weak').slice(0, -1), content)
  const signature = signatureOf(collect(cms))
  expect(signature.valueIntact).toBe(true)
  expect(codesOf(signature)).toEqual(['RSA_EXPONENT_SMALL'])
})

/** A certificate with the signer's serial number: its own signature, which nobody asks for here, breaks. */
function rename(certificate: Certificate): Uint8Array {
  const bytes = Buffer.from(certificate.der)
  const serial = certificate.serialNumber
  expect(signer.serialNumber.length).toBe(serial.length)
  bytes.set(signer.serialNumber, bytes.indexOf(serial))
  return bytes
}
