import { describe, expect, test } from 'vitest'
import { algorithm, time } from '../testing/facts-builder.ts'
import { longTermCase } from '../testing/hospital-case.ts'
import { judgeAt, signatureAt, tokenVerdictAt, verdictAt } from '../testing/verdict.ts'

const covered = ['S', 'T', 'signer', 'ca', 'ocsp-signer', 'ocsp', 'crl-root']
const object = { kind: 'archive-object', digest: 'sha256', found: true, intact: true } as const
const later = '2029-06-01'

/** A record of two hours later, over the whole file. */
const recorded = () =>
  longTermCase()
    .timestamp('E1', '2026-05-01T10:00', ['E'], { type: 'evidence-record' })
    .record('E', covered, ['E1'])
    .signature({ evidenceRecords: ['E'] })

test('a valid record proves what it covers', () => {
  expect(tokenVerdictAt(recorded(), 'E', later)).toBe('PASSED')
  expect(verdictAt(recorded(), later)).toBe('TOTAL-PASSED')
  expect(verdictAt(longTermCase(), later)).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE')
})

test('it proves nothing of what it does not cover', () => {
  const facts = recorded().record(
    'E',
    covered.filter((id) => id !== 'ocsp'),
    ['E1'],
  )
  expect(tokenVerdictAt(facts, 'E', later)).toBe('PASSED')
  expect(signatureAt(facts, later).indication).toBe('INDETERMINATE')
})

describe('a record that is not valid proves nothing', () => {
  const cases = [
    ['its object was changed', { digests: [{ ...object, intact: false }] }, 'FAILED HASH_FAILURE'],
    [
      'its object is not at hand',
      { digests: [{ ...object, found: false, intact: false }] },
      'INDETERMINATE SIGNED_DATA_NOT_FOUND',
    ],
    ['it is of no object at all', { digests: [] }, 'INDETERMINATE SIGNED_DATA_NOT_FOUND'],
    [
      'its form is wrong',
      { findings: [{ code: 'EVIDENCE_RECORD_RENEWAL', clause: 'RFC 4998, 5.3', detail: null }] },
      'FAILED FORMAT_FAILURE',
    ],
    ['it has no time', { timestamps: [] }, 'FAILED FORMAT_FAILURE'],
    [
      'its tree was broken already',
      { chainDigests: ['sha1'] },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
  ] as const
  test.each(cases)('%s', (_, changes, verdict) => {
    const facts = recorded().record('E', covered, ['E1'], changes)
    expect(tokenVerdictAt(facts, 'E', later)).toBe(verdict)
    expect(signatureAt(facts, later).indication).toBe('INDETERMINATE')
  })

  test.each([
    ['is broken', { valueIntact: false }, 'FAILED SIG_CRYPTO_FAILURE'],
    [
      'is of another tree',
      { digests: [{ kind: 'message-imprint', digest: 'sha256', found: true, intact: false }] },
      'FAILED HASH_FAILURE',
    ],
  ] as const)('its time-stamp %s', (_, changes, verdict) => {
    const facts = recorded().changeTimestamp('E1', changes)
    expect(tokenVerdictAt(facts, 'E', later)).toBe(verdict)
    expect(tokenVerdictAt(facts, 'E1', later)).toBe(verdict)
    expect(signatureAt(facts, later).indication).toBe('INDETERMINATE')
  })
})

describe('renewal', () => {
  const imprint = (digest: string) =>
    ({ kind: 'message-imprint', digest, found: true, intact: true }) as const
  /** The first time-stamp's algorithm ends in 2029. */
  const weak = {
    type: 'evidence-record',
    algorithm: { ...algorithm, scheme: 'rsa-pkcs1', keyBits: 3072 },
  } as const
  const renewed = (at: string) =>
    recorded()
      .timestamp('E1', '2026-05-01T10:00', ['E'], weak)
      .timestamp('E2', at, ['E1'], { type: 'evidence-record' })
      .record('E', covered, ['E1', 'E2'])
      .revocation('crl-tsa-2', { about: 'tsa', signer: 'tsa-ca', from: '2028-04-15', to: '2029-10-15' })
      .revocation('crl-root-2', { about: 'tsa-ca', signer: 'root', from: '2028-04-15', to: '2029-10-15' })

  test('the second time-stamp keeps the first', () => {
    expect(tokenVerdictAt(renewed('2028-06-01'), 'E', later)).toBe('PASSED')
    expect(verdictAt(renewed('2028-06-01'), later)).toBe('TOTAL-PASSED')
  })

  test('too late it does not', () => {
    expect(tokenVerdictAt(renewed('2029-02-01'), 'E', later)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
  })

  test('nor where there is none', () => {
    const facts = recorded().timestamp('E1', '2026-05-01T10:00', ['E'], weak)
    expect(tokenVerdictAt(facts, 'E', '2028-12-01')).toBe('PASSED')
    expect(tokenVerdictAt(facts, 'E', later)).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  })

  test('a digest that ended is kept by the next chain where that began before its end', () => {
    const chains = (at: string) =>
      renewed(at)
        .changeTimestamp('E1', { digests: [imprint('sha224')] })
        .changeTimestamp('E2', { digests: [imprint('sha512')] })
        .record('E', covered, ['E1', 'E2'], { chainDigests: ['sha224', 'sha512'] })
    expect(tokenVerdictAt(chains('2028-06-01'), 'E', later)).toBe('PASSED')
    expect(tokenVerdictAt(chains('2029-02-01'), 'E', later)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
  })
})

test('records are judged each by itself', () => {
  const facts = recorded()
    .timestamp('F1', '2026-06-01', ['F'], { type: 'evidence-record', valueIntact: false })
    .record('F', covered, ['F1'])
  expect(judgeAt(facts, later).evidenceRecords).toMatchObject([
    { id: 'E', indication: 'PASSED' },
    { id: 'F', indication: 'FAILED', subIndication: 'SIG_CRYPTO_FAILURE' },
  ])
  expect(signatureAt(facts, later)).toMatchObject({
    indication: 'TOTAL-PASSED',
    bestSignatureTime: time('2026-05-01T08:01'),
  })
})
