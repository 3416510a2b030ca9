import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, type Crl, der, parseCrl } from '../../formats/index.ts'
import {
  type CrlEntryInput,
  certificateIssuer,
  deltaCrlIndicator,
  encodeReasonFlags,
  issuingDistributionPoint,
  type Pki,
  unknownCriticalExtension,
} from '../../test-certs/index.ts'
import { crlStatuses } from './crl-status.ts'
import {
  addCertificate,
  buildWorld,
  certificateOf,
  context,
  cpuMsSince,
  crlBytesOf,
  crlOf,
  day,
  extension,
  removeFromCrl,
  revoked,
  summaryOf,
} from './testing/world.ts'
import type { StatusAnswer } from './types.ts'

let pki: Pki
let doctor: Certificate
let ca: Certificate
let root: Certificate
beforeAll(async () => {
  pki = await buildWorld()
  doctor = certificateOf(pki, 'doctor-01')
  ca = certificateOf(pki, 'public-ca')
  root = certificateOf(pki, 'national-root')
})

const ask = (crls: readonly Crl[], others: Certificate[] = [], certificate = doctor): StatusAnswer[] =>
  crlStatuses(certificate, ca, crls, context(...others))
const summaries = (crls: readonly Crl[], others: Certificate[] = []): string[] =>
  ask(crls, others).map(summaryOf)

/** `certificate` with other distribution points. */
function withPoints(certificate: Certificate, ...points: Uint8Array[]): Certificate {
  const others = certificate.extensions.filter(({ oid }) => oid !== '2.5.29.31')
  const value = der.sequence(...points)
  return { ...certificate, extensions: [...others, { oid: '2.5.29.31', critical: false, value }] }
}
const uri = (text: string): Uint8Array => der.implicit(6, der.ia5String(text))
const point = (parts: { uri?: string; reasons?: number[]; issuer?: Certificate }): Uint8Array =>
  der.sequence(
    ...(parts.uri ? [der.explicit(0, der.explicit(0, uri(parts.uri)))] : []),
    ...(parts.reasons ? [der.implicit(1, encodeReasonFlags(parts.reasons))] : []),
    ...(parts.issuer ? [der.explicit(2, der.explicit(4, parts.issuer.subject.der))] : []),
  )

describe('a complete CRL of the issuer', () => {
  it('that does not list the certificate says good', () => {
    const [answer] = ask([crlOf(pki, { entries: [revoked(certificateOf(pki, 'nurse-02'))] })])
    expect(answer).toMatchObject({
      status: { status: 'good' },
      problems: [],
      signerKind: 'issuer',
      others: [],
    })
    expect(answer!.signer).toBe(ca)
    expect(answer).toMatchObject({ thisUpdate: day(-1), nextUpdate: day(6), producedAt: day(-1) })
  })

  it('that lists it says since when, why, and since when it is not to be believed', () => {
    const invalidityDate = day(-4)
    expect(ask([crlOf(pki, { entries: [revoked(doctor, { invalidityDate })] })])[0]!.status).toEqual({
      status: 'revoked',
      at: day(-2),
      reason: 'keyCompromise',
      invalidityDate,
    })
  })

  it('that puts it on hold says so', () => {
    expect(
      ask([crlOf(pki, { entries: [revoked(doctor, { reason: 'certificateHold' })] })])[0]!.status,
    ).toMatchObject({
      status: 'revoked',
      reason: 'certificateHold',
    })
  })

  it('finds it wherever it stands in a list that is not sorted', () => {
    const other = (serial: number): CrlEntryInput => ({
      serialNumber: Uint8Array.of(serial),
      revocation: { at: day(-3), reason: 'superseded' },
    })
    expect(summaries([crlOf(pki, { entries: [other(0x7f), other(1), revoked(doctor), other(5)] })])).toEqual([
      'revoked',
    ])
  })

  it('that lists it twice: the revocation for good counts, then the earlier one', () => {
    const twice = (...entries: CrlEntryInput[]) => ask([crlOf(pki, { entries })])[0]!.status
    const hold = revoked(doctor, { reason: 'certificateHold', at: day(-5) })
    expect(twice(hold, revoked(doctor))).toMatchObject({ reason: 'keyCompromise' })
    expect(twice(revoked(doctor, { at: day(-2) }), revoked(doctor, { at: day(-3) }))).toMatchObject({
      at: day(-3),
    })
  })

  it('that tells of expired certificates too says since when', () => {
    const since = day(-4000)
    const extensions = [extension('2.5.29.60', der.generalizedTime(since))]
    expect(ask([crlOf(pki, { extensions })])[0]!.coversExpiredSince).toEqual(since)
  })

  it('signed with RSASSA-PSS is believed', () => {
    const algorithm = { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 } as const
    expect(summaries([crlOf(pki, { algorithm })])).toEqual(['good'])
  })

  it('gives each CRL an answer of its own, in their order', () => {
    const crls = [crlOf(pki), crlOf(pki, { entries: [revoked(doctor)] }), crlOf(pki, { as: 'national-root' })]
    expect(summaries(crls)).toEqual(['good', 'revoked', 'CRL_ISSUER'])
    expect(ask(crls).map(({ source }) => source)).toEqual(crls)
  })
})

describe('a CRL that does not count', () => {
  it.each<[string, () => Crl, string]>([
    ['of another CA', () => crlOf(pki, { as: 'national-root' }), 'CRL_ISSUER'],
    ['with a value that is not right', () => crlOf(pki, { badSignature: true }), 'CRL_SIGNATURE'],
    ["signed with another CA's key", () => crlOf(pki, { by: 'government-ca' }), 'CRL_SIGNATURE'],
    [
      'with a critical extension that nobody knows',
      () => crlOf(pki, { extensions: [unknownCriticalExtension()] }),
      'CRL_UNKNOWN_CRITICAL_EXTENSION',
    ],
    [
      'with a critical entry extension that nobody knows, of another certificate even',
      () =>
        crlOf(pki, { entries: [revoked(certificateOf(pki, 'nurse-02'), {}, unknownCriticalExtension())] }),
      'CRL_UNKNOWN_CRITICAL_ENTRY_EXTENSION',
    ],
    [
      'for CA certificates alone',
      () => crlOf(pki, { extensions: [issuingDistributionPoint({ only: 'caCerts' })] }),
      'CRL_SCOPE_CA_ONLY',
    ],
    [
      'for attribute certificates alone',
      () => crlOf(pki, { extensions: [issuingDistributionPoint({ only: 'attributeCerts' })] }),
      'CRL_SCOPE_ATTRIBUTE_ONLY',
    ],
    [
      'of another distribution point',
      () => crlOf(pki, { extensions: [issuingDistributionPoint({ uri: 'http://x.example/' })] }),
      'CRL_SCOPE_NAME',
    ],
    [
      'a delta CRL without its base',
      () => crlOf(pki, { extensions: [deltaCrlIndicator(99)] }),
      'CRL_DELTA_WITHOUT_BASE',
    ],
    [
      'for some reasons, by itself',
      () => crlOf(pki, { extensions: [issuingDistributionPoint({ reasons: [1] })] }),
      'CRL_REASONS_INCOMPLETE',
    ],
    [
      'that takes it off, though it is complete',
      () => crlOf(pki, { entries: [revoked(doctor, { reason: 'unspecified' }, removeFromCrl())] }),
      'CRL_REMOVED_WITHOUT_DELTA',
    ],
    [
      'whose entry gives a reason that does not exist',
      () =>
        crlOf(pki, {
          entries: [revoked(doctor, { reason: 'unspecified' }, extension('2.5.29.21', der.enumerated(7)))],
        }),
      'CRL_ENTRY_MALFORMED',
    ],
  ])('%s: %#', (_what, crl, problem) => {
    expect(ask([crl()])[0]).toMatchObject({
      status: { status: 'unknown' },
      problems: [{ code: problem, clause: expect.stringMatching(/^RFC 5280/) }],
    })
  })

  it('for users alone does not tell of a CA', () => {
    const crl = crlOf(pki, {
      as: 'national-root',
      extensions: [issuingDistributionPoint({ only: 'userCerts' })],
    })
    const answers = crlStatuses(ca, root, [crl], context())
    expect(answers.map(summaryOf)).toEqual(['CRL_SCOPE_USER_ONLY'])
  })

  it("forged with a self-made certificate of the CA's name has a signer that is not the issuer", () => {
    const impostor = certificateOf(pki, 'impostor-ca')
    const forged = crlOf(pki, { as: 'impostor-ca' })
    expect(summaries([forged])).toEqual(['CRL_SIGNATURE'])
    // with the impostor at hand its path is what decides: to no anchor of ours
    const [answer] = ask([forged], [impostor])
    expect(answer).toMatchObject({ signerKind: 'other', signers: [impostor] })
  })

  it('signed with a key whose certificate may not sign CRLs', async () => {
    const subject = ca.subject.der
    const signer = await addCertificate(pki, 'not-for-crls', {
      issuer: 'national-root',
      subject,
      profile: { ca: {}, keyUsage: ['keyCertSign'] },
    })
    expect(summaries([crlOf(pki, { by: 'not-for-crls' })], [signer])).toEqual(['CRL_SIGNER_KEY_USAGE'])
  })

  it('whose distribution points cannot be read', () => {
    const broken = { ...doctor, extensions: [{ oid: '2.5.29.31', critical: false, value: der.nullValue() }] }
    expect(ask([crlOf(pki)], [], broken).map(summaryOf)).toEqual(['CRL_DISTRIBUTION_POINTS_MALFORMED'])
  })

  it('with many certificates of the name around it is given up in time', async () => {
    const impostor = certificateOf(pki, 'impostor-ca')
    const crowd = Array.from({ length: 2000 }, (_, i) => ({
      ...impostor,
      publicKey: Uint8Array.from([...impostor.publicKey.slice(0, -2), i >> 8, i & 255]),
      sha256: `impostor ${i}`,
    })) as Certificate[]
    const started = process.cpuUsage()
    expect(summaries([crlOf(pki, { by: 'government-ca' })], crowd)).toEqual(['CRL_SIGNATURE'])
    expect(cpuMsSince(started)).toBeLessThan(1000)
  })
})

describe('a CRL signed with another key of the CA', () => {
  it('is believed as far as that certificate is', async () => {
    const subject = ca.subject.der
    const signer = await addCertificate(pki, 'crl-key', {
      issuer: 'national-root',
      subject,
      profile: { keyUsage: ['cRLSign'] },
    })
    const crl = crlOf(pki, { by: 'crl-key', entries: [revoked(doctor)] })
    expect(summaries([crl])).toEqual(['CRL_SIGNATURE'])
    expect(ask([crl], [signer])[0]).toMatchObject({
      status: { status: 'revoked' },
      signer,
      signerKind: 'other',
    })
  })
})

describe('distribution points', () => {
  const scoped = (text: string) => crlOf(pki, { extensions: [issuingDistributionPoint({ uri: text })] })
  it('a CRL of the point that the certificate names counts', () => {
    const certificate = withPoints(
      doctor,
      point({ uri: 'http://a.example/1' }),
      point({ uri: 'http://a.example/2' }),
    )
    expect(ask([scoped('http://a.example/2')], [], certificate).map(summaryOf)).toEqual(['good'])
    expect(ask([scoped('http://a.example/3')], [], certificate).map(summaryOf)).toEqual(['CRL_SCOPE_NAME'])
    expect(ask([scoped('HTTP://A.EXAMPLE/2')], [], certificate).map(summaryOf)).toEqual(['CRL_SCOPE_NAME'])
  })

  it('a CRL for the reasons of one point is not about the others', () => {
    const certificate = withPoints(doctor, point({ uri: 'http://a.example/1', reasons: [1, 2] }))
    expect(ask([scoped('http://a.example/1')], [], certificate).map(summaryOf)).toEqual([
      'CRL_REASONS_INCOMPLETE',
    ])
  })
})

describe('CRLs for some reasons', () => {
  const some = (reasons: number[], overrides: Parameters<typeof crlOf>[1] = {}) =>
    crlOf(pki, { extensions: [issuingDistributionPoint({ reasons })], ...overrides })

  it('together cover all: good', () => {
    const crls = [some([1, 2, 3, 4]), some([5, 6, 7, 8])]
    const answers = ask(crls)
    expect(answers.map(summaryOf)).toEqual(['good', 'good'])
    expect(answers[0]!.others).toEqual([crls[1]])
  })

  it('together leave one out: nothing is said', () => {
    expect(summaries([some([1, 2, 3, 4]), some([5, 6, 8])])).toEqual([
      'CRL_REASONS_INCOMPLETE',
      'CRL_REASONS_INCOMPLETE',
    ])
  })

  it('one of them revokes: that is believed alone', () => {
    const crls = [some([1, 2], { entries: [revoked(doctor)] }), some([3, 4, 5, 6, 7, 8])]
    expect(summaries(crls)).toEqual(['revoked', 'revoked'])
    expect(summaries([crls[0]!])).toEqual(['revoked'])
  })

  it('together last as long as the first that lapses, and begin with the oldest', () => {
    const crls = [
      some([1, 2, 3, 4], { thisUpdate: day(-1), nextUpdate: day(2) }),
      some([5, 6, 7, 8], { thisUpdate: day(-3), nextUpdate: day(4) }),
    ]
    expect(ask(crls)[0]).toMatchObject({ thisUpdate: day(-3), nextUpdate: day(2) })
    // one that was not current when the other was issued does not complete it
    const lapsed = some([5, 6, 7, 8], { thisUpdate: day(-30), nextUpdate: day(-20) })
    expect(summaries([crls[0]!, lapsed])).toEqual(['CRL_REASONS_INCOMPLETE', 'CRL_REASONS_INCOMPLETE'])
    // the older one is not completed by what came later
    expect(summaries(crls)[1]).toBe('CRL_REASONS_INCOMPLETE')
  })
})

describe('indirect CRLs', () => {
  const indirect = issuingDistributionPoint({ indirect: true })
  const forIndirect = () => withPoints(doctor, point({ issuer: certificateOf(pki, 'crl-agent') }))
  beforeAll(async () => {
    await addCertificate(pki, 'crl-agent', { issuer: 'national-root', profile: { keyUsage: ['cRLSign'] } })
  })
  const askAgent = (entries: CrlEntryInput[], extensions = [indirect], certificate = forIndirect()) =>
    ask(
      [crlOf(pki, { as: 'crl-agent', entries, extensions })],
      [certificateOf(pki, 'crl-agent')],
      certificate,
    ).map(summaryOf)
  const mine = (): Uint8Array => certificateIssuer(doctor.issuer.der)
  const other = (serial: number, ...extensions: Uint8Array[]): CrlEntryInput => ({
    serialNumber: Uint8Array.of(serial),
    revocation: { at: day(-3), reason: 'superseded' },
    ...(extensions.length > 0 && { extensions }),
  })

  it("an entry under the certificate's issuer revokes it", () => {
    expect(askAgent([revoked(doctor, {}, mine())])).toEqual(['revoked'])
  })

  it('an entry without an issuer belongs to the one named before', () => {
    expect(askAgent([other(1, mine()), other(2), revoked(doctor)])).toEqual(['revoked'])
  })

  it('the same number under another issuer is another certificate', () => {
    expect(askAgent([revoked(doctor)])).toEqual(['good'])
    expect(askAgent([other(1, certificateIssuer(root.subject.der)), revoked(doctor)])).toEqual(['good'])
    expect(
      askAgent([other(1, mine()), other(2, certificateIssuer(root.subject.der)), revoked(doctor)]),
    ).toEqual(['good'])
  })

  it('that do not say they are indirect say nothing', () => {
    expect(askAgent([], [])).toEqual(['CRL_NOT_INDIRECT'])
  })

  it('that the certificate does not name say nothing', () => {
    expect(askAgent([], [indirect], doctor)).toEqual(['CRL_ISSUER'])
  })

  it('signed by somebody else under that name', () => {
    const crl = crlOf(pki, { as: 'crl-agent', by: 'government-ca', extensions: [indirect] })
    expect(ask([crl], [certificateOf(pki, 'crl-agent')], forIndirect()).map(summaryOf)).toEqual([
      'CRL_SIGNATURE',
    ])
    expect(ask([crl], [], forIndirect()).map(summaryOf)).toEqual(['CRL_SIGNER_UNKNOWN'])
  })
})

describe('delta CRLs', () => {
  const base = (entries: CrlEntryInput[] = [], overrides: Parameters<typeof crlOf>[1] = {}) =>
    crlOf(pki, { crlNumber: 10, thisUpdate: day(-3), nextUpdate: day(1), entries, ...overrides })
  const delta = (
    entries: CrlEntryInput[] = [],
    baseNumber = 10,
    overrides: Parameters<typeof crlOf>[1] = {},
  ) => crlOf(pki, { crlNumber: 12, entries, extensions: [deltaCrlIndicator(baseNumber)], ...overrides })
  const hold = () => revoked(doctor, { reason: 'certificateHold' })
  const removed = () => revoked(doctor, { reason: 'unspecified' }, removeFromCrl())

  it.each<[string, () => Crl[], string[]]>([
    ['revoked since: revoked', () => [base(), delta([revoked(doctor)])], ['good', 'revoked']],
    ['nothing since: as before', () => [base([revoked(doctor)]), delta()], ['revoked', 'revoked']],
    ['a hold lifted since: good', () => [base([hold()]), delta([removed()])], ['revoked', 'good']],
    [
      'a hold turned into a revocation: revoked',
      () => [base([hold()]), delta([revoked(doctor)])],
      ['revoked', 'revoked'],
    ],
    [
      'taken off though revoked for good: revoked',
      () => [base([revoked(doctor)]), delta([removed()])],
      ['revoked', 'revoked'],
    ],
    ['a base from after the one it needs: combined', () => [base(), delta([], 9)], ['good', 'good']],
    [
      'a base from before the one it needs',
      () => [base(), delta([], 11)],
      ['good', 'CRL_DELTA_WITHOUT_BASE'],
    ],
    [
      'a base from after the delta',
      () => [base([], { crlNumber: 13 }), delta()],
      ['good', 'CRL_DELTA_WITHOUT_BASE'],
    ],
    [
      'a base of another CA',
      () => [base([], { as: 'national-root' }), delta()],
      ['CRL_ISSUER', 'CRL_DELTA_WITHOUT_BASE'],
    ],
    [
      'a base that is forged',
      () => [base([], { by: 'government-ca' }), delta()],
      ['CRL_SIGNATURE', 'CRL_DELTA_WITHOUT_BASE'],
    ],
    [
      'a base of another scope',
      () => [base([], { extensions: [issuingDistributionPoint({ only: 'userCerts' })] }), delta()],
      ['good', 'CRL_DELTA_WITHOUT_BASE'],
    ],
    [
      'a delta that is forged',
      () => [base(), delta([removed()], 10, { badSignature: true })],
      ['good', 'CRL_SIGNATURE'],
    ],
  ])('%s', (_what, crls, expected) => {
    expect(summaries(crls())).toEqual(expected)
  })

  it('the answer has the times of the delta, and names its base', () => {
    const [complete, since] = [base(), delta()]
    expect(ask([complete, since])[1]).toMatchObject({ source: since, others: [complete], nextUpdate: day(6) })
  })

  it('signed with another key than the base do not continue it', async () => {
    const signer = await addCertificate(pki, 'delta-key', {
      issuer: 'national-root',
      subject: ca.subject.der,
      profile: { keyUsage: ['cRLSign'] },
    })
    const crls = [base(), delta([], 10, { by: 'delta-key' })]
    expect(summaries(crls, [signer])).toEqual(['good', 'CRL_DELTA_WITHOUT_BASE'])
  })
})

describe('CRLs built to cost time', () => {
  it('one number over and over, under all kinds of issuers, is given up', () => {
    const entries = Array.from({ length: 1100 }, () =>
      revoked(doctor, {}, certificateIssuer(certificateOf(pki, 'government-ca').subject.der)),
    )
    expect(summaries([crlOf(pki, { entries: entries.slice(0, 1000) })])).toEqual(['good'])
    expect(summaries([crlOf(pki, { entries })])).toEqual(['CRL_ENTRY_MALFORMED'])
  })

  it('a large one that is asked about again and again is not walked through each time', () => {
    const other = (i: number): CrlEntryInput => ({
      serialNumber: Uint8Array.of(1, i >> 8, i & 255),
      revocation: { at: day(-3), reason: 'superseded' },
    })
    const crl = crlOf(pki, {
      entries: [...Array.from({ length: 6000 }, (_, i) => other(i)), revoked(doctor)],
    })
    const started = process.cpuUsage()
    for (let i = 0; i < 2000; i++) expect(summaries([crl])).toEqual(['revoked'])
    expect(cpuMsSince(started)).toBeLessThan(2000)
  })
})

it('a CRL is verified once, and asked as often as one likes', () => {
  const crl = parseCrl(crlBytesOf(pki))
  expect(summaries([crl])).toEqual(['good'])
  const broken = { ...crl, signatureValue: new Uint8Array(256) }
  expect(summaries([broken])).toEqual(['CRL_SIGNATURE'])
  expect(summaries([crl])).toEqual(['good'])
})
