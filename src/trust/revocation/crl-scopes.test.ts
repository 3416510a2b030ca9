import { beforeAll, describe, expect, it } from 'vitest'
import type { Certificate, Crl } from '../../formats/index.ts'
import {
  type CrlEntryInput,
  certificateIssuer,
  issuingDistributionPoint,
  type Pki,
} from '../../test-certs/index.ts'
import { crlStatuses } from './crl-status.ts'
import {
  addCertificate,
  buildWorld,
  certificateOf,
  context,
  crlOf,
  day,
  point,
  revoked,
  summaryOf,
  withPoints,
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
