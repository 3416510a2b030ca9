import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, der } from '../../formats/index.ts'
import { deltaCrlIndicator, type Pki } from '../../test-certs/index.ts'
import { findCurrencyProblem, revocationAnswers, statusAt } from './status-at.ts'
import {
  buildWorld,
  certificateOf,
  context,
  crlOf,
  day,
  extension,
  now,
  ocspOf,
  removeFromCrl,
  revoked,
} from './testing/world.ts'
import type { CurrencyOptions, RevocationData } from './types.ts'

let pki: Pki
let doctor: Certificate
let ca: Certificate
beforeAll(async () => {
  pki = await buildWorld()
  doctor = certificateOf(pki, 'doctor-01')
  ca = certificateOf(pki, 'public-ca')
})

const ask = (
  data: readonly RevocationData[],
  at = now,
  {
    certificate = doctor,
    isTrusted = () => true,
  }: { certificate?: Certificate; isTrusted?: () => boolean } = {},
) => statusAt({ certificate, answers: revocationAnswers(certificate, ca, data, context()), at, isTrusted })
/** `good`, `revoked`, or why neither. */
const verdict = (...args: Parameters<typeof ask>): string => {
  const { status, problems } = ask(...args)
  return status === 'undetermined' ? problems.map(({ code }) => code).join(' ') : status
}
const isRevoked = (overrides = {}) => ({
  status: { at: day(-2), reason: 'keyCompromise', ...overrides } as const,
})

describe('the status at a moment', () => {
  it('is good by a CRL, by an OCSP answer, by both', () => {
    expect(verdict([crlOf(pki)])).toBe('good')
    expect(verdict([ocspOf(pki)])).toBe('good')
    expect(verdict([crlOf(pki), ocspOf(pki)])).toBe('good')
  })

  it.each<[string, () => RevocationData[], string]>([
    ['nothing at hand', () => [], 'NO_REVOCATION_DATA'],
    [
      'data about others alone',
      () => [crlOf(pki, { as: 'national-root' }), ocspOf(pki, { about: 'nurse-02' })],
      'NO_REVOCATION_DATA',
    ],
    ['a CRL past its nextUpdate', () => [crlOf(pki, { thisUpdate: day(-9), nextUpdate: day(-2) })], 'STALE'],
    [
      'an OCSP answer past its nextUpdate',
      () => [ocspOf(pki, { answer: { thisUpdate: day(-9), nextUpdate: day(-8) } })],
      'STALE',
    ],
    [
      'a CRL from the future',
      () => [crlOf(pki, { thisUpdate: day(1), nextUpdate: day(8) })],
      'NOT_YET_ISSUED',
    ],
    [
      'an OCSP answer from the future',
      () => [ocspOf(pki, { answer: { thisUpdate: day(1), nextUpdate: day(2) } })],
      'NOT_YET_ISSUED',
    ],
    [
      'a CRL of yesterday without nextUpdate',
      () => [crlOf(pki, { nextUpdate: null })],
      'NEXT_UPDATE_MISSING',
    ],
    [
      'an OCSP answer of yesterday without nextUpdate',
      () => [ocspOf(pki, { answer: { nextUpdate: null } })],
      'NEXT_UPDATE_MISSING',
    ],
    [
      'an OCSP answer that does not know',
      () => [ocspOf(pki, { answer: { status: 'unknown' } })],
      'STATUS_UNKNOWN',
    ],
    ['a forged CRL', () => [crlOf(pki, { by: 'government-ca' })], 'CRL_SIGNATURE'],
    [
      'a forged CRL and a stale one',
      () => [crlOf(pki, { badSignature: true }), crlOf(pki, { thisUpdate: day(-9), nextUpdate: day(-2) })],
      'CRL_SIGNATURE STALE',
    ],
  ])('%s: undetermined', (_what, data, problems) => {
    expect(verdict(data())).toBe(problems)
  })

  it('an answer without nextUpdate counts for an hour', () => {
    const fresh = ocspOf(pki, {
      answer: { thisUpdate: new Date(now.getTime() - 59 * 60_000), nextUpdate: null },
    })
    expect(verdict([fresh])).toBe('good')
    expect(verdict([fresh], new Date(now.getTime() + 120_000))).toBe('NEXT_UPDATE_MISSING')
  })

  it('from its signer that is not to be believed an answer says nothing, a revocation neither', () => {
    const isTrusted = () => false
    expect(verdict([ocspOf(pki)], now, { isTrusted })).toBe('SIGNER_UNTRUSTED')
    expect(verdict([ocspOf(pki, { answer: isRevoked() })], now, { isTrusted })).toBe('SIGNER_UNTRUSTED')
    // the issuer itself is not asked about
    expect(verdict([crlOf(pki)], now, { isTrusted })).toBe('good')
  })

  it('is revoked from the time of the revocation on, not before', () => {
    const data = [crlOf(pki, { thisUpdate: day(-4), entries: [revoked(doctor, { at: day(-2) })] })]
    expect(verdict(data, day(-2))).toBe('revoked')
    expect(verdict(data, new Date(day(-2).getTime() - 1000))).toBe('good')
  })

  it('a revocation for good holds however old the CRL is that tells of it', () => {
    const old = crlOf(pki, {
      thisUpdate: day(-30),
      nextUpdate: day(-23),
      entries: [revoked(doctor, { at: day(-31) })],
    })
    expect(verdict([old])).toBe('revoked')
  })

  it('a revocation for good is not undone by a newer answer', () => {
    const crl = crlOf(pki, { thisUpdate: day(-2), entries: [revoked(doctor, { at: day(-3) })] })
    expect(verdict([crl, ocspOf(pki)])).toBe('revoked')
    expect(verdict([ocspOf(pki), crl])).toBe('revoked')
  })

  it('a hold is lifted by a newer answer, and not by an older one', () => {
    const hold = revoked(doctor, { at: day(-4), reason: 'certificateHold' })
    expect(verdict([crlOf(pki, { thisUpdate: day(-3), entries: [hold] }), ocspOf(pki)])).toBe('good')
    expect(
      verdict([
        crlOf(pki, { thisUpdate: day(-1), entries: [hold] }),
        ocspOf(pki, { answer: { thisUpdate: day(-2) } }),
      ]),
    ).toBe('revoked')
    expect(verdict([crlOf(pki, { thisUpdate: day(-9), nextUpdate: day(-3), entries: [hold] })])).toBe('STALE')
  })

  it('of two answers of the same time the one that revokes counts', () => {
    const hold = crlOf(pki, { entries: [revoked(doctor, { reason: 'certificateHold' })] })
    expect(verdict([hold, ocspOf(pki)])).toBe('revoked')
    expect(verdict([ocspOf(pki), hold])).toBe('revoked')
  })

  it('a delta CRL goes before its base though both are of the same time', () => {
    const base = crlOf(pki, { crlNumber: 10, entries: [revoked(doctor, { reason: 'certificateHold' })] })
    const delta = crlOf(pki, {
      crlNumber: 10,
      extensions: [deltaCrlIndicator(10)],
      entries: [revoked(doctor, { reason: 'unspecified' }, removeFromCrl())],
    })
    expect(verdict([base, delta])).toBe('good')
    expect(verdict([delta, base])).toBe('good')
    expect(verdict([base])).toBe('revoked')
  })

  it('a delta CRL that is current makes up for a base that is not', () => {
    const base = crlOf(pki, { crlNumber: 10, thisUpdate: day(-20), nextUpdate: day(-10) })
    const delta = (number: number) => crlOf(pki, { crlNumber: 12, extensions: [deltaCrlIndicator(number)] })
    expect(verdict([base])).toBe('STALE')
    expect(verdict([base, delta(10)])).toBe('good')
    expect(verdict([base, delta(11)])).toBe('STALE CRL_DELTA_WITHOUT_BASE')
  })

  it('an answer that does not know leaves the word to others', () => {
    expect(
      verdict([ocspOf(pki, { answer: { status: 'unknown' } }), crlOf(pki, { thisUpdate: day(-2) })]),
    ).toBe('good')
  })

  it('says what decided', () => {
    const data = [crlOf(pki, { thisUpdate: day(-3) }), ocspOf(pki), crlOf(pki, { badSignature: true })]
    const { answer, problems } = ask(data)
    expect(answer!.source).toBe(data[1])
    expect(problems.map(({ code }) => code)).toEqual(['CRL_SIGNATURE'])
  })
})

describe('data about certificates that have expired', () => {
  const expired = () => ({ ...doctor, notAfter: day(-5) })
  it('says nothing good of them unless it says that they stay listed', () => {
    const certificate = expired()
    expect(verdict([crlOf(pki)], now, { certificate })).toBe('EXPIRED_CERTIFICATE_NOT_COVERED')
    expect(verdict([ocspOf(pki)], now, { certificate })).toBe('EXPIRED_CERTIFICATE_NOT_COVERED')
    const since = (days: number) => [extension('2.5.29.60', der.generalizedTime(day(days)))]
    expect(verdict([crlOf(pki, { extensions: since(-100) })], now, { certificate })).toBe('good')
    expect(verdict([crlOf(pki, { extensions: since(-3) })], now, { certificate })).toBe(
      'EXPIRED_CERTIFICATE_NOT_COVERED',
    )
    const cutoff = [extension('1.3.6.1.5.5.7.48.1.6', der.generalizedTime(day(-100)))]
    expect(verdict([ocspOf(pki, { answer: { extensions: cutoff } })], now, { certificate })).toBe('good')
  })

  it('revokes them all the same', () => {
    expect(
      verdict([crlOf(pki, { entries: [revoked(doctor, { at: day(-9) })] })], now, { certificate: expired() }),
    ).toBe('revoked')
  })
})

describe('what the time asks of an answer', () => {
  const problem = (data: RevocationData, at: Date, options?: CurrencyOptions) =>
    findCurrencyProblem(revocationAnswers(doctor, ca, [data], context())[0]!, doctor, at, options)?.code ??
    null

  it('both ends count, to the second', () => {
    const crl = crlOf(pki)
    expect(problem(crl, day(-1))).toBeNull()
    expect(problem(crl, new Date(day(-1).getTime() - 1))).toBe('NOT_YET_ISSUED')
    expect(problem(crl, day(6))).toBeNull()
    expect(problem(crl, new Date(day(6).getTime() + 1))).toBe('STALE')
  })

  it('clocks may differ by what is said', () => {
    const skew = { skewMs: 60_000 }
    expect(problem(crlOf(pki), new Date(day(-1).getTime() - 60_000), skew)).toBeNull()
    expect(problem(crlOf(pki), new Date(day(-1).getTime() - 60_001), skew)).toBe('NOT_YET_ISSUED')
    expect(problem(crlOf(pki), new Date(day(6).getTime() + 60_000), skew)).toBeNull()
  })

  it('a responder that has expired since is believed where the answer is proven to be from before', () => {
    const answer = ocspOf(pki, { answer: { nextUpdate: day(400) } })
    expect(problem(answer, day(80))).toBeNull()
    expect(problem(answer, day(100))).toBe('SIGNER_EXPIRED')
    expect(problem(answer, day(100), { provenAt: day(1) })).toBeNull()
    expect(problem(answer, day(100), { provenAt: day(95) })).toBe('SIGNER_EXPIRED')
  })
})
