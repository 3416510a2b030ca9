import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, type Crl, der, parseCrl } from '../../formats/index.ts'
import {
  type CrlEntryInput,
  certificateIssuer,
  deltaCrlIndicator,
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

  it('signed by an issuer that may not sign CRLs is not saved by another certificate of its key', async () => {
    const keyUsage = ['keyCertSign'] as const
    const issuer = { ...ca, keyUsage }
    const own = crlStatuses(doctor, issuer, [crlOf(pki)], context())
    expect(own.map(summaryOf)).toEqual(['CRL_SIGNER_KEY_USAGE'])
    // that certificate's own path is then what decides
    const [answer] = crlStatuses(doctor, issuer, [crlOf(pki)], context({ ...ca, sha256: 'another' }))
    expect(answer).toMatchObject({ signerKind: 'other' })
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
