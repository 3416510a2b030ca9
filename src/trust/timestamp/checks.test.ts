import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Certificate,
  der,
  encodeName,
  encodeTstInfo,
  parseTstInfo,
  type TstInfo,
  type TstInfoInput,
} from '../../formats/index.ts'
import {
  buildPki,
  entityOf,
  type Pki,
  quickKeys,
  type TestEntityName,
  testPki,
} from '../../test-certs/index.ts'
import { liveEnvironment } from '../../test-certs/testing/environment.ts'
import { checkTimestampCertificate } from './check-certificate.ts'
import { accuracyMs, compareToRequest } from './check-request.ts'
import { matchTsaName } from './check-tsa-name.ts'
import { genTime, imprint } from './testing/build-token.ts'

let pki: Pki
const names = [
  'tsa',
  'tsa-ecdsa',
  'tsa-eku-absent',
  'tsa-eku-not-critical',
  'tsa-eku-mixed',
  'doctor-01',
  'ocsp',
] as const satisfies readonly TestEntityName[]
beforeAll(async () => {
  pki = await buildPki(testPki, { ...liveEnvironment, keys: quickKeys, only: names })
})
const certificateOf = (name: string): Certificate => entityOf(pki, name).certificate

const info = (change: Partial<TstInfoInput> = {}): TstInfo =>
  parseTstInfo(
    encodeTstInfo({
      policy: '2.999.1.1',
      digest: 'sha256',
      imprint,
      serialNumber: Uint8Array.of(1),
      genTime,
      nonce: 7n,
      ...change,
    }),
  )

describe('a certificate for time-stamps', () => {
  it.each(['tsa', 'tsa-ecdsa'])('%s: nothing against it', (name) => {
    expect(checkTimestampCertificate(certificateOf(name))).toEqual([])
  })

  it.each([
    ['tsa-eku-absent', 'missing'],
    ['tsa-eku-not-critical', 'not-critical'],
    ['tsa-eku-mixed', 'mixed'],
    ['doctor-01', 'missing'],
    ['ocsp', 'missing'],
    ['public-ca', 'missing'],
  ])('%s: its purpose is %s', (name, detail) => {
    const certificate = certificateOf(name)
    const expected = {
      code: 'EXT_KEY_USAGE',
      clause: 'RFC 3161, 2.3',
      certificate: certificate.sha256,
      detail,
    }
    expect(checkTimestampCertificate(certificate)).toContainEqual(expected)
  })

  it.each<[string, Certificate['keyUsage']]>([
    ['is for encryption', ['keyEncipherment']],
    ['is for encryption too', ['digitalSignature', 'keyEncipherment']],
    ['issues certificates too', ['digitalSignature', 'keyCertSign']],
    ['has no use at all', []],
  ])('whose key %s is refused', (_situation, keyUsage) => {
    const problems = checkTimestampCertificate({ ...certificateOf('tsa'), keyUsage })
    expect(problems.map(({ code }) => code)).toEqual(['KEY_USAGE'])
  })

  it.each<[string, Certificate['keyUsage']]>([
    ['no key usage', undefined],
    ['nonRepudiation', ['nonRepudiation']],
    ['both', ['digitalSignature', 'nonRepudiation']],
  ])('may have %s', (_situation, keyUsage) => {
    const { extensions, extKeyUsage, sha256 } = certificateOf('tsa')
    const certificate = { extensions, extKeyUsage, keyUsage, sha256 } as unknown as Certificate
    expect(checkTimestampCertificate(certificate)).toEqual([])
  })
})

describe('a time-stamp against its request', () => {
  const asked = { imprint, digest: 'sha256', nonce: 7n, policy: '2.999.1.1' } as const

  it('is what was asked for', () => {
    expect(compareToRequest(info(), asked)).toBeNull()
    expect(compareToRequest(info(), { ...asked, nonce: null, policy: null })).toBeNull()
  })

  it.each<[string, Partial<TstInfoInput>, string]>([
    ['another digest', { digest: 'sha3-256' }, 'DIGEST'],
    ['an imprint of other data', { imprint: Buffer.alloc(32) }, 'IMPRINT'],
    ['no nonce', { nonce: null }, 'NONCE_MISSING'],
    ['another nonce', { nonce: 8n }, 'NONCE'],
    ['another policy', { policy: '2.999.1.2' }, 'POLICY'],
  ])('has %s', (_situation, change, code) => {
    expect(compareToRequest(info(change), asked)?.code).toBe(code)
  })
})

describe('the tsa field', () => {
  const withTsa = (tsa: Uint8Array | null): TstInfo => ({ ...info(), tsa })
  const directory = (name: Uint8Array): Uint8Array => der.explicit(4, name)

  it('may be absent', () => {
    expect(matchTsaName(info(), certificateOf('tsa'))).toBe('absent')
  })

  it("is the certificate's subject, whatever the case of its letters", () => {
    const { subject } = certificateOf('tsa')
    expect(matchTsaName(withTsa(directory(subject.der)), certificateOf('tsa'))).toBe('same')
    const lower = encodeName(
      subject.rdns.map((rdn) =>
        rdn.map(({ oid, value }) => ({ oid, value: oid === '2.5.4.6' ? value : value.toLowerCase() })),
      ),
    )
    expect(matchTsaName(withTsa(directory(lower)), certificateOf('tsa'))).toBe('same')
  })

  it('may have its parts in another order, and that is told', () => {
    const { rdns } = certificateOf('tsa').subject
    const reversed = encodeName([...rdns].reverse())
    expect(matchTsaName(withTsa(directory(reversed)), certificateOf('tsa'))).toBe('reordered')
  })

  it.each<[string, () => Uint8Array]>([
    ["another authority's", () => directory(certificateOf('tsa-ecdsa').subject.der)],
    ["the issuer's", () => directory(certificateOf('tsa').issuer.der)],
    ['a part of the subject', () => directory(encodeName(certificateOf('tsa').subject.rdns.slice(1)))],
    ['another kind of name', () => der.implicit(6, der.ia5String('https://tsa.example'))],
    ['no name', () => Uint8Array.of(1, 2, 3)],
  ])('is %s', (_situation, make) => {
    expect(matchTsaName(withTsa(make()), certificateOf('tsa'))).toBe('other')
  })
})

it('all parts of an accuracy count', () => {
  expect(accuracyMs(info({ accuracy: { seconds: 1, millis: 500, micros: 250 } }))).toBe(1500.25)
  expect(accuracyMs(info())).toBeNull()
})
