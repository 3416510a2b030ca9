import { describe, expect, test } from 'vitest'
import { builtInPolicies } from '../policies/index.ts'
import type { Policy } from '../policy.ts'
import { algorithm, type FactsBuilder, time } from '../testing/facts-builder.ts'
import { archivalCase, basicCase, hospitalCase, longTermCase, timedCase } from '../testing/hospital-case.ts'
import { signatureAt, tokenVerdictAt, verdictAt } from '../testing/verdict.ts'

const later = '2026-07-01'

/** What is said of the signer, in July. */
const said = (revokedAt: string | null, reason: string | null = null) =>
  timedCase().revocation('news', {
    about: 'signer',
    signer: 'ocsp-signer',
    from: '2026-07-01',
    to: '2026-07-02',
    status: revokedAt === null ? {} : { status: 'revoked', revokedAt: time(revokedAt), reason },
  })

test('the best signature time is that of the earliest valid time-stamp', () => {
  const facts = timedCase()
    .timestamp('second', '2026-05-01T08:03', ['S'])
    .signature({ timestamps: ['T', 'second'] })
  expect(signatureAt(facts, later).bestSignatureTime).toBe(time('2026-05-01T08:01'))
  facts.changeTimestamp('T', { valueIntact: false })
  expect(signatureAt(facts, later).bestSignatureTime).toBe(time('2026-05-01T08:03'))
})

describe('revoked', () => {
  test.each([
    ['after the time-stamp', '2026-05-01T08:02', 'TOTAL-PASSED'],
    ['at its very moment', '2026-05-01T08:01', 'INDETERMINATE REVOKED_NO_POE'],
    ['before it', '2026-05-01T08:00', 'INDETERMINATE REVOKED_NO_POE'],
  ])('%s', (_, revokedAt, verdict) => {
    expect(verdictAt(said(revokedAt, 'keyCompromise'), later)).toBe(verdict)
  })

  test('the CA, after the time-stamp: what it said counts as far as it is proven to be older', () => {
    const of = (facts: FactsBuilder, revokedAt: string) =>
      facts.revocation('crl-root', {
        about: 'ca',
        signer: 'root',
        from: '2026-07-01',
        to: '2026-08-01',
        status: { status: 'revoked', revokedAt: time(revokedAt), reason: 'cACompromise' },
      })
    expect(verdictAt(of(archivalCase(), '2026-06-01'), later)).toBe('TOTAL-PASSED')
    expect(verdictAt(of(timedCase(), '2026-06-01'), later)).toBe('INDETERMINATE REVOKED_CA_NO_POE')
    expect(verdictAt(of(archivalCase(), '2026-04-20'), later)).toBe('INDETERMINATE REVOKED_CA_NO_POE')
  })

  test('and no time-stamp at all', () => {
    const facts = said('2026-06-01', 'keyCompromise').signature({ timestamps: [] })
    expect(verdictAt(facts, later)).toBe('INDETERMINATE REVOKED_NO_POE')
  })
})

describe('suspended', () => {
  test.each([
    ['after the time-stamp', '2026-05-01T09:00', 'TOTAL-PASSED'],
    ['before it', '2026-04-30', 'INDETERMINATE TRY_LATER'],
  ])('%s', (_, since, verdict) => {
    expect(verdictAt(said(since, 'certificateHold'), later)).toBe(verdict)
  })
})

describe('expired', () => {
  const fresh = () =>
    timedCase()
      .revocation('ocsp', { about: 'signer', signer: 'ca', from: '2026-05-01T08:05', to: '2029-01-01' })
      .revocation('crl-root', { about: 'ca', signer: 'root', from: '2026-04-15', to: '2029-01-01' })

  test.each([
    ['the signer', '2027-02-01', 'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED'],
    ['nobody', '2026-12-01', 'PASSED null'],
  ])('%s: the time-stamp shows that it signed before', (_, at, basic) => {
    const judged = signatureAt(fresh(), at)
    expect(`${judged.basic.indication} ${judged.basic.subIndication}`).toBe(basic.replace(/ null$/, ' null'))
    expect(judged.indication).toBe('TOTAL-PASSED')
  })

  test('the signer, before the time-stamp', () => {
    const facts = fresh()
      .revocation('ocsp', {
        about: 'signer',
        signer: 'ca',
        from: '2026-05-01T08:05',
        to: '2029-01-01',
        changes: { coversExpiredSince: time('2020-01-01') },
      })
      .changeCertificate('signer', { notAfter: time('2026-04-01') })
    expect(verdictAt(facts, later)).toBe('INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED')
  })

  test('the signer begins only after the time-stamp', () => {
    const facts = timedCase()
      .revocation('ocsp', { about: 'signer', signer: 'ca', from: '2026-05-03', to: '2029-01-01' })
      .changeCertificate('signer', { notBefore: time('2026-05-02') })
    expect(verdictAt(facts, later)).toBe('TOTAL-FAILED NOT_YET_VALID')
  })

  test('the issuing CA, between the time-stamp and now', () => {
    const facts = timedCase()
      .revocation('ocsp', { about: 'signer', signer: 'root', from: '2026-05-01T08:05', to: '2029-01-01' })
      .changeCertificate('ca', { notAfter: time('2026-06-01') })
    expect(verdictAt(facts, later)).toBe('TOTAL-PASSED')
  })

  test('the issuing CA, before the time-stamp', () => {
    const facts = timedCase().changeCertificate('ca', { notAfter: time('2026-04-20') })
    expect(signatureAt(facts, later).indication).toBe('INDETERMINATE')
  })
})

describe('an algorithm that ends', () => {
  const rsa = { algorithm: { ...algorithm, scheme: 'rsa-pkcs1', keyBits: 3072 } } as const

  test.each([
    ['before its end', '2028-12-31', 'PASSED'],
    ['after it', '2029-01-02', 'INDETERMINATE'],
  ])('%s: the basic process', (_, at, basic) => {
    const facts = said(null).signature(rsa)
    expect(signatureAt(facts.signature({ timestamps: [] }), at, lenient).basic.indication).toBe(basic)
  })

  test('a time-stamp from before its end keeps the signature', () => {
    expect(verdictAt(timedCase().signature(rsa), '2029-01-02', lenient)).toBe('TOTAL-PASSED')
    expect(verdictAt(timedCase().signature({ ...rsa, timestamps: [] }), '2029-01-02', lenient)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
  })

  test('it does not keep what had ended before', () => {
    const weak = { algorithm: { ...algorithm, digest: 'sha1' as const } }
    expect(verdictAt(timedCase().signature(weak), later)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
  })

  test('it keeps the signature, not the certificates: those need a proof of their own', () => {
    const facts = timedCase().changeCertificate('signer', rsa)
    expect(verdictAt(facts, '2029-01-02', lenient)).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  })
})

/** As hospital, without what has nothing to do with algorithms. */
const lenient = ((): Policy => {
  const { hospital } = builtInPolicies
  const relax = (context: (typeof hospital.contexts)['signature']) => {
    const certificate = (policy: typeof context.signingCertificate) => ({
      ...policy,
      checks: {
        ...policy.checks,
        validityPeriod: 'IGNORE' as const,
        revocationFresh: 'IGNORE' as const,
        revocationSignerValid: 'IGNORE' as const,
      },
    })
    return {
      ...context,
      checks: { ...context.checks, usedBeforeExpiry: 'IGNORE' as const },
      signingCertificate: certificate(context.signingCertificate),
      caCertificate: certificate(context.caCertificate),
    }
  }
  const { signature, timestamp } = hospital.contexts
  return {
    ...hospital,
    contexts: { ...hospital.contexts, signature: relax(signature), timestamp: relax(timestamp) },
  }
})()

describe('evidence is judged at the time it proves', () => {
  test('two years on, long-term data is not stale', () => {
    const facts = longTermCase().revocation('ocsp', {
      about: 'signer',
      signer: 'ca',
      from: '2026-05-01T08:05',
      to: '2026-05-02T08:05',
    })
    expect(signatureAt(facts, '2027-12-01')).toMatchObject({ indication: 'TOTAL-PASSED', level: 'B-LT' })
  })

  test('two years on, a time-stamped signature without any is not known to be good', () => {
    const nothing = timedCase().withoutRevocation('ocsp')
    expect(verdictAt(nothing, '2027-12-01')).toBe('INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE')
  })

  test('data from long before the time-stamp is stale at it', () => {
    const old = { about: 'signer', signer: 'ca', from: '2026-04-01', to: '2026-04-02' }
    expect(verdictAt(timedCase().revocation('ocsp', old), later)).toBe('INDETERMINATE TRY_LATER')
  })

  test('data whose signer has expired since proves nothing by itself', () => {
    expect(verdictAt(longTermCase(), '2026-09-01')).toBe('INDETERMINATE REVOCATION_OUT_OF_BOUNDS_NO_POE')
  })
})

describe('a time-stamp that proves nothing', () => {
  const revokedLater = () => said('2026-06-01', 'keyCompromise')

  test.each([
    ['its value is broken', { valueIntact: false }, 'FAILED SIG_CRYPTO_FAILURE'],
    [
      'it is of other data',
      { digests: [{ kind: 'message-imprint', digest: 'sha256', found: true, intact: false }] },
      'FAILED HASH_FAILURE',
    ],
    [
      'its form is wrong',
      { findings: [{ code: 'TIMESTAMP_SIGNER_COUNT', clause: 'RFC 3161, 2.4.2', detail: null }] },
      'FAILED FORMAT_FAILURE',
    ],
    [
      'its certificate is not known',
      { signingCertificate: null, valueIntact: null },
      'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND',
    ],
    [
      'it is of the signer, not of an authority',
      { signingCertificate: 'signer' },
      'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE',
    ],
    [
      'its digest has been broken',
      { digests: [{ kind: 'message-imprint', digest: 'sha1', found: true, intact: true }] },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
  ] as const)('%s', (_, changes, verdict) => {
    const facts = revokedLater().changeTimestamp('T', changes)
    expect(tokenVerdictAt(facts, 'T', later)).toBe(verdict)
    expect(signatureAt(facts, later)).toMatchObject({
      subIndication: 'REVOKED_NO_POE',
      bestSignatureTime: time(later),
      reasons: expect.arrayContaining([
        expect.objectContaining({ code: 'TIMESTAMP_NOT_VALID', level: 'warn' }),
      ]),
    })
  })

  test("its authority's key is for certificates alone", () => {
    const facts = revokedLater().changeCertificate('tsa', { keyUsage: ['keyCertSign'] })
    expect(tokenVerdictAt(facts, 'T', later)).toBe('INDETERMINATE CHAIN_CONSTRAINTS_FAILURE')
  })

  test('its authority had been revoked', () => {
    const facts = revokedLater().revocation('crl-tsa', {
      about: 'tsa',
      signer: 'tsa-ca',
      from: '2026-04-15',
      to: '2026-10-15',
      status: { status: 'revoked', revokedAt: time('2026-04-01'), reason: 'keyCompromise' },
    })
    expect(tokenVerdictAt(facts, 'T', later)).toBe('INDETERMINATE REVOKED_NO_POE')
    expect(verdictAt(facts, later)).toBe('INDETERMINATE REVOKED_NO_POE')
  })

  test('nothing is known of its authority', () => {
    expect(tokenVerdictAt(timedCase().withoutRevocation('crl-tsa'), 'T', later)).toBe(
      'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    )
  })

  test('it does not cover the signature', () => {
    const facts = revokedLater().changeTimestamp('T', { covers: ['signer'] })
    expect(verdictAt(facts, later)).toBe('INDETERMINATE REVOKED_NO_POE')
  })

  test('it stands on the content', () => {
    const facts = revokedLater().changeTimestamp('T', { type: 'content' })
    expect(signatureAt(facts, later).indication).not.toBe('TOTAL-PASSED')
  })
})

describe('order', () => {
  const inOrder = (content: string, accuracyMs: number | null = null) =>
    timedCase()
      .timestamp('before', content, ['data:content'], { type: 'content', accuracyMs })
      .signature({ timestamps: ['before', 'T'] })

  test.each([
    ['the content before the signature', '2026-05-01T07:59', null, 'TOTAL-PASSED'],
    ['the content after it', '2026-05-01T08:02', null, 'INDETERMINATE TIMESTAMP_ORDER_FAILURE'],
    ['after it by less than the accuracy', '2026-05-01T08:02', 60_000, 'TOTAL-PASSED'],
  ] as const)('%s', (_, content, accuracyMs, verdict) => {
    expect(verdictAt(inOrder(content, accuracyMs), '2026-05-01T12:00')).toBe(verdict)
  })

  test('an archive time-stamp older than what it covers', () => {
    const facts = timedCase()
      .timestamp('A', '2026-05-01T08:00', ['S', 'T'], { type: 'archive' })
      .signature({ timestamps: ['T', 'A'] })
    expect(verdictAt(facts, '2026-05-01T12:00')).toBe('INDETERMINATE TIMESTAMP_ORDER_FAILURE')
  })

  test('a time-stamp that nobody trusts, older than what it covers, changes nothing', () => {
    const facts = timedCase()
      .certificate('stranger', null, ['2010-01-01', '2040-01-01'], { trusted: false })
      .timestamp('A', '2019-05-01', ['S', 'T'], { type: 'archive', signingCertificate: 'stranger' })
      .signature({ timestamps: ['T', 'A'] })
    expect(verdictAt(facts, '2026-05-01T12:00')).toBe('TOTAL-PASSED')
  })

  test('the policy may limit the time between signing and time-stamp', () => {
    const { hospital } = builtInPolicies
    const limited = (timestampDelaySeconds: number): Policy => ({
      ...hospital,
      contexts: {
        ...hospital.contexts,
        signature: { ...hospital.contexts.signature, timestampDelaySeconds },
      },
    })
    expect(verdictAt(timedCase(), '2026-05-01T12:00', limited(120))).toBe('TOTAL-PASSED')
    expect(verdictAt(timedCase(), '2026-05-01T12:00', limited(60))).toBe(
      'INDETERMINATE SIG_CONSTRAINTS_FAILURE',
    )
    const silent = timedCase().signature({ claimedTime: null })
    expect(verdictAt(silent, '2026-05-01T12:00', limited(120))).toBe('INDETERMINATE SIG_CONSTRAINTS_FAILURE')
  })
})

test('a document time-stamp added later proves a B signature', () => {
  const facts = basicCase()
    .revocation('ocsp', { about: 'signer', signer: 'ca', from: '2026-05-01T08:05', to: '2026-05-02T08:05' })
    .timestamp('D', '2026-05-01T11:00', ['S', 'signer', 'ca', 'ocsp'], { type: 'document' })
    .signature({ timestamps: ['D'] })
  expect(signatureAt(facts, '2027-06-01')).toMatchObject({
    indication: 'TOTAL-PASSED',
    bestSignatureTime: time('2026-05-01T11:00'),
    level: 'B-B',
  })
  expect(verdictAt(facts.changeTimestamp('D', { covers: [] }), '2027-06-01')).not.toBe('TOTAL-PASSED')
})

test('what failed for good no time-stamp turns', () => {
  const broken = timedCase().signature({ valueIntact: false })
  const unknown = hospitalCase().changeCertificate('root', { trusted: false })
  expect(verdictAt(broken, later)).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE')
  expect(verdictAt(unknown, later)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
})
