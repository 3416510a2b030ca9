import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Certificate, der, parseCertificate, parseDer } from '../../formats/index.ts'
import { createTrustCache } from '../cache.ts'
import { checkPath } from './check-path.ts'
import { alternativeNames, extension, type Holder, issue, keyUsageOf, spoil } from './testing/issue.ts'

const [CERT_SIGN, CRL_SIGN, DIGITAL_SIGNATURE] = [5, 6, 0]
const root = issue({ subject: 'ROOT', ca: true, keyUsage: keyUsageOf(CERT_SIGN, CRL_SIGN) })
const ca = issue({ subject: 'CA', by: root, ca: true, keyUsage: keyUsageOf(CERT_SIGN) })
const doctor = issue({ subject: 'DOCTOR', by: ca, keyUsage: keyUsageOf(DIGITAL_SIGNATURE) })

/** Codes of what is wrong, end entity's first certificate first. */
const codes = (...path: readonly (Holder | Certificate)[]): string[] =>
  checkPath(path.map((item) => ('certificate' in item ? item.certificate : item))).problems.map(
    ({ code }) => code,
  )

describe('a path that holds', () => {
  it.each<[string, Holder[]]>([
    ['signer, CA, root', [doctor, ca, root]],
    ['the CA as the anchor', [doctor, ca]],
    ['the signer as the anchor', [doctor]],
  ])('%s', (_what, path) => {
    expect(codes(...path)).toEqual([])
  })

  it('every problem names the certificate, the clause', () => {
    const wrong = spoil(doctor.certificate)
    expect(checkPath([wrong, ca.certificate, root.certificate]).problems).toEqual([
      {
        code: 'SIGNATURE_INVALID',
        clause: 'RFC 5280, 6.1.3 (a)(1)',
        certificate: wrong.sha256,
        detail: null,
      },
    ])
  })
})

describe('who may issue', () => {
  const under = (authority: Holder): Holder => issue({ subject: 'DOCTOR', by: authority })
  const refusedAs = (authority: Holder): string[] => codes(under(authority), authority, root)

  it.each<[string, Holder, string[]]>([
    [
      'a doctor',
      issue({ subject: 'X', by: root, keyUsage: keyUsageOf(DIGITAL_SIGNATURE) }),
      ['NOT_A_CA', 'KEY_USAGE'],
    ],
    [
      'a certificate without basicConstraints',
      issue({ subject: 'X', by: root, keyUsage: keyUsageOf(CERT_SIGN) }),
      ['NOT_A_CA'],
    ],
    [
      'cA FALSE',
      issue({ subject: 'X', by: root, extensions: [extension('2.5.29.19', true, der.sequence())] }),
      ['NOT_A_CA'],
    ],
    ['version 1', issue({ subject: 'X', by: root }), ['CERTIFICATE_VERSION']],
    [
      'a CA that may only sign CRLs',
      issue({ subject: 'X', by: root, ca: true, keyUsage: keyUsageOf(CRL_SIGN) }),
      ['KEY_USAGE'],
    ],
  ])('%s may not', (_what, authority, expected) => {
    expect(refusedAs(authority)).toEqual(expected)
  })

  it('a CA without keyUsage may', () => {
    expect(refusedAs(issue({ subject: 'X', by: root, ca: true }))).toEqual([])
  })

  it('a pinned end entity may not, a root of version 1 may', () => {
    expect(codes(under(doctor), doctor)).toEqual(['NOT_A_CA'])
    const old = issue({ subject: 'OLD ROOT' })
    expect(codes(under(old), old)).toEqual([])
  })
})

describe('path length', () => {
  const limited = issue({ subject: 'CA 0', by: root, ca: { pathLength: 0 } })
  const below = issue({ subject: 'CA 1', by: limited, ca: true })

  it('a CA below a CA that may have none is refused', () => {
    expect(codes(issue({ subject: 'D', by: below }), below, limited, root)).toEqual(['PATH_LENGTH'])
  })

  it('the end entity does not count, be it a CA', () => {
    expect(codes(below, limited, root)).toEqual([])
  })

  it('self-issued certificates do not count', () => {
    const rollover = issue({ subject: 'CA 0', by: limited, ca: { pathLength: 0 } })
    expect(codes(issue({ subject: 'D', by: rollover }), rollover, limited, root)).toEqual([])
    const deeper = issue({ subject: 'CA 2', by: rollover, ca: true })
    expect(codes(issue({ subject: 'D', by: deeper }), deeper, rollover, limited, root)).toEqual([
      'PATH_LENGTH',
    ])
  })

  it("a CA below does not widen it, and the anchor's own counts", () => {
    const one = issue({ subject: 'CA A', by: root, ca: { pathLength: 1 } })
    const wide = issue({ subject: 'CA B', by: one, ca: { pathLength: 9 } })
    const third = issue({ subject: 'CA C', by: wide, ca: true })
    expect(codes(issue({ subject: 'D', by: third }), third, wide, one, root)).toEqual(['PATH_LENGTH'])
    expect(codes(issue({ subject: 'D', by: below }), below, limited)).toEqual(['PATH_LENGTH'])
  })
})

describe('names and signatures', () => {
  it('a certificate that names another issuer', () => {
    const renamed = issue({ subject: 'DOCTOR', by: ca, issuer: 'CA 2' })
    expect(codes(renamed, ca, root)).toEqual(['NAME_CHAINING'])
  })

  it("a key that is not the issuer's, with the issuer's name", () => {
    const impostor = issue({ subject: 'CA', ca: true })
    expect(codes(issue({ subject: 'DOCTOR', by: impostor }), ca, root)).toEqual(['SIGNATURE_INVALID'])
  })

  it('a CA whose own signature is wrong', () => {
    expect(codes(doctor.certificate, spoil(ca.certificate), root.certificate)).toEqual(['SIGNATURE_INVALID'])
  })

  it('an algorithm that nobody knows: unsupported, not wrong', () => {
    const [tbs, , value] = parseDer(doctor.certificate.der).children
    const unknown = der.sequence(der.oid('1.2.3.4'))
    const [version, serial, , ...rest] = tbs!.children
    const changed = der.sequence(version!.bytes, serial!.bytes, unknown, ...rest.map(({ bytes }) => bytes))
    const odd = parseCertificate(der.sequence(changed, unknown, value!.bytes))
    expect(codes(odd, ca.certificate, root.certificate)).toEqual(['ALGORITHM_UNSUPPORTED'])
  })
})

describe('extensions', () => {
  const unknown = (critical: boolean) => extension('1.3.6.1.4.1.55738.666', critical, der.nullValue())

  it.each<[string, Holder[]]>([
    ['of the signer', [issue({ subject: 'D', by: ca, extensions: [unknown(true)] }), ca, root]],
    ['of a signer that is the anchor', [issue({ subject: 'D', by: ca, extensions: [unknown(true)] })]],
  ])('an unknown critical one %s is refused', (_what, path) => {
    expect(codes(...path)).toEqual(['UNKNOWN_CRITICAL_EXTENSION'])
  })

  it('an unknown critical one of a CA is refused; not critical, it is passed over', () => {
    for (const critical of [true, false]) {
      const odd = issue({ subject: 'CA X', by: root, ca: true, extensions: [unknown(critical)] })
      const expected = critical ? ['UNKNOWN_CRITICAL_EXTENSION'] : []
      expect(codes(issue({ subject: 'D', by: odd }), odd, root)).toEqual(expected)
    }
  })

  it.each([
    ['subjectAltName', '2.5.29.17', der.sequence()],
    ['subjectAltName that is no DER', '2.5.29.17', Buffer.from('example.com')],
    ['certificatePolicies', '2.5.29.32', der.sequence()],
    ['a policy twice', '2.5.29.32', der.sequence(...Array(2).fill(der.sequence(der.oid('1.2.3'))))],
    ['policyMappings', '2.5.29.33', der.sequence(der.sequence(der.oid('1.2.3')))],
    ['policyConstraints', '2.5.29.36', der.sequence()],
    ['inhibitAnyPolicy', '2.5.29.54', der.integer(-1)],
    ['nameConstraints', '2.5.29.30', der.sequence()],
  ])('malformed, critical or not: %s', (_what, oid, value) => {
    for (const critical of [true, false]) {
      const odd = issue({
        subject: 'CA X',
        by: root,
        ca: true,
        extensions: [extension(oid, critical, value)],
      })
      const { problems } = checkPath([odd.certificate, root.certificate])
      expect(problems).toMatchObject([{ code: 'EXTENSION_MALFORMED', detail: oid }])
    }
  })

  it("the anchor's malformed constraint is refused", () => {
    const anchor = issue({
      subject: 'R',
      ca: true,
      extensions: [extension('2.5.29.30', true, der.sequence())],
    })
    expect(codes(issue({ subject: 'D', by: anchor }), anchor)).toEqual(['EXTENSION_MALFORMED'])
  })

  it('alternative names without a constraint decide nothing', () => {
    const named = issue({
      subject: 'D',
      by: ca,
      extensions: [alternativeNames(der.implicit(2, der.ia5String('-')))],
    })
    expect(codes(named, ca, root)).toEqual([])
  })
})

describe('keys that leave their parameters to their issuer (RFC 3279, 2.3.2)', () => {
  const pair = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
  const whole = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }))
  const [algorithm, bits] = parseDer(whole).children
  const bare = der.sequence(der.sequence(algorithm!.children[0]!.bytes), bits!.bytes)
  const anchor = issue({ subject: 'DSA ROOT', ca: true, keyOf: { key: pair.privateKey, publicKey: whole } })
  const middle = issue({
    subject: 'DSA CA',
    by: anchor,
    ca: true,
    keyOf: { key: pair.privateKey, publicKey: bare },
  })
  const lower = issue({
    subject: 'DSA CA 2',
    by: middle,
    ca: true,
    keyOf: { key: pair.privateKey, publicKey: bare },
  })
  const signer = issue({ subject: 'DOCTOR', by: lower })

  it('take them through any number of certificates', () => {
    expect(codes(signer, lower, middle, anchor)).toEqual([])
  })

  it('a cache does not carry them from one path to another', () => {
    const cache = createTrustCache()
    const check = (...path: Holder[]) =>
      checkPath(
        path.map(({ certificate }) => certificate),
        {},
        { cache },
      ).problems.map(({ code }) => code)
    expect(check(signer, lower, middle, anchor)).toEqual([])
    expect(check(signer, lower)).toEqual(['SIGNATURE_INVALID'])
    expect(check(signer, lower, middle, anchor)).toEqual([])
  })

  it('verify nothing where nobody brings them', () => {
    const elliptic = issue({ subject: 'EC CA', by: root, ca: true })
    const lost = issue({
      subject: 'DSA CA',
      by: elliptic,
      ca: true,
      keyOf: { key: pair.privateKey, publicKey: bare },
    })
    expect(codes(issue({ subject: 'DOCTOR', by: lost }), lost, elliptic, root)).toEqual(['SIGNATURE_INVALID'])
  })

  it('a wrong signature stays wrong', () => {
    expect(
      codes(spoil(signer.certificate), lower.certificate, middle.certificate, anchor.certificate),
    ).toEqual(['SIGNATURE_INVALID'])
  })
})
