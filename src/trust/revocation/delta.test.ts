import { beforeAll, describe, expect, it } from 'vitest'
import type { Certificate, Crl } from '../../formats/index.ts'
import {
  type CrlEntryInput,
  deltaCrlIndicator,
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
  removeFromCrl,
  revoked,
  summaryOf,
} from './testing/world.ts'
import type { StatusAnswer } from './types.ts'

let pki: Pki
let doctor: Certificate
let ca: Certificate
beforeAll(async () => {
  pki = await buildWorld()
  doctor = certificateOf(pki, 'doctor-01')
  ca = certificateOf(pki, 'public-ca')
})

const ask = (crls: readonly Crl[], others: Certificate[] = [], certificate = doctor): StatusAnswer[] =>
  crlStatuses(certificate, ca, crls, context(...others))
const summaries = (crls: readonly Crl[], others: Certificate[] = []): string[] =>
  ask(crls, others).map(summaryOf)

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
