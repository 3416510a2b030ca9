import { describe, expect, test } from 'vitest'
import { algorithm, time } from '../testing/facts-builder.ts'
import { allEvidence, archivalCase, longTermCase } from '../testing/hospital-case.ts'
import { signatureAt, tokenVerdictAt, verdictAt } from '../testing/verdict.ts'

const rsa = { algorithm: { ...algorithm, scheme: 'rsa-pkcs1', keyBits: 3072 } } as const

describe('an archived signature, as everything it was made with passes away', () => {
  test.each([
    ['the day it was signed', '2026-05-01T12:00'],
    ['its revocation data is old', '2026-06-01'],
    ['the responder has expired', '2026-09-01'],
    ['the signer has expired', '2027-02-01'],
    ['the issuing CA has expired', '2028-02-01'],
    ['seven years on', '2033-12-31'],
  ])('%s: it passes', (_, at) => {
    expect(signatureAt(archivalCase(), at)).toMatchObject({
      indication: 'TOTAL-PASSED',
      level: 'B-LTA',
      bestSignatureTime: time('2026-05-01T08:01'),
      intact: true,
      trusted: true,
      validAtTime: true,
      revocationChecked: true,
      path: ['signer', 'ca', 'root'],
    })
  })

  test('the authority of its last time-stamp has expired: nothing proves anything any more', () => {
    expect(signatureAt(archivalCase(), '2034-01-02')).toMatchObject({
      indication: 'INDETERMINATE',
      bestSignatureTime: time('2034-01-02'),
    })
  })

  test('a time-stamp of another authority before that carries it on', () => {
    const renewed = archivalCase()
      .certificate('tsa-2', 'tsa-ca', ['2030-01-01', '2039-01-01'], {
        extKeyUsage: [{ oid: '1.3.6.1.5.5.7.3.8' }],
        extKeyUsageCritical: true,
      })
      .revocation('crl-tsa-2', { about: 'tsa-2', signer: 'tsa-ca', from: '2033-04-01', to: '2033-10-01' })
      .revocation('crl-tsa-late', { about: 'tsa', signer: 'tsa-ca', from: '2033-04-01', to: '2033-10-01' })
      .revocation('crl-root-2', { about: 'tsa-ca', signer: 'root', from: '2033-04-01', to: '2033-10-01' })
      .timestamp('D2', '2033-05-01', [...allEvidence, 'D'], { type: 'document', signingCertificate: 'tsa-2' })
      .signature({ timestamps: ['T', 'D', 'D2'] })
    expect(verdictAt(renewed, '2036-01-01')).toBe('TOTAL-PASSED')
    expect(tokenVerdictAt(renewed, 'D', '2036-01-01')).toBe('PASSED')
    expect(tokenVerdictAt(renewed, 'T', '2036-01-01')).toBe('PASSED')
    const apart = renewed.changeTimestamp('D2', { covers: ['D2'] })
    expect(signatureAt(apart, '2036-01-01').indication).toBe('INDETERMINATE')
  })
})

describe('the issuing CA has lapsed', () => {
  const at = '2029-06-01'

  test('with everything covered inside its validity it passes', () => {
    expect(verdictAt(archivalCase(), at)).toBe('TOTAL-PASSED')
  })

  test('the document time-stamp came only after it lapsed', () => {
    const late = longTermCase()
      .changeCertificate('ca', { notAfter: time('2026-05-01T09:00') })
      .timestamp('D', '2026-05-01T10:00', ['T', 'ocsp', 'crl-root', 'signer', 'ca', 'ocsp-signer'], {
        type: 'document',
      })
      .signature({ timestamps: ['T', 'D'] })
    // the signature itself is proven by T, which lies inside
    expect(signatureAt(late, at).bestSignatureTime).toBe(time('2026-05-01T08:01'))
    const alone = late
      .timestamp('D', '2026-05-01T10:00', allEvidence, { type: 'document' })
      .changeTimestamp('T', { covers: [] })
      .signature({ timestamps: ['D'] })
    expect(verdictAt(alone, at)).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE')
  })
})

describe('a proof counts only for what it covers', () => {
  const at = '2029-06-01'
  test.each([
    ['revocation data of the signer', 'ocsp'],
    ["the responder's certificate", 'ocsp-signer'],
  ])('%s is left out', (_, left) => {
    const facts = archivalCase().changeTimestamp('D', { covers: allEvidence.filter((id) => id !== left) })
    expect(signatureAt(facts, at).indication).toBe('INDETERMINATE')
  })

  test('the signature is left out, but its own time-stamp is covered: that proves it', () => {
    const facts = archivalCase().changeTimestamp('D', { covers: allEvidence.filter((id) => id !== 'S') })
    expect(verdictAt(facts, at)).toBe('TOTAL-PASSED')
  })

  test('signature and time-stamp are left out', () => {
    const covers = allEvidence.filter((id) => id !== 'S' && id !== 'T')
    const facts = archivalCase().changeTimestamp('D', { covers })
    expect(verdictAt(facts, '2027-06-01')).toBe('TOTAL-PASSED')
    // the signature's own time-stamp must stand by itself
    const old = facts.changeTimestamp('T', rsa)
    expect(signatureAt(old, at).indication).toBe('INDETERMINATE')
  })
})

describe('a time-stamp that is not valid proves nothing', () => {
  const at = '2029-06-01'
  test.each([
    ['broken', { valueIntact: false }],
    [
      'of other data',
      { digests: [{ kind: 'message-imprint', digest: 'sha256', found: true, intact: false }] },
    ],
    ['with a wrong form', { findings: [{ code: 'X', clause: 'Y', detail: null }] }],
    ['by nobody known', { signingCertificate: null, valueIntact: null }],
  ] as const)('%s', (_, changes) => {
    const facts = archivalCase().changeTimestamp('D', changes)
    expect(verdictAt(facts, '2026-05-01T12:00')).toBe('TOTAL-PASSED')
    expect(signatureAt(facts, at).indication).toBe('INDETERMINATE')
  })

  test('its authority was revoked before it was made; after it, no matter', () => {
    const revoked = (revokedAt: string) =>
      archivalCase().revocation('crl-tsa', {
        about: 'tsa',
        signer: 'tsa-ca',
        from: '2028-05-01',
        to: '2028-10-01',
        status: { status: 'revoked', revokedAt: time(revokedAt), reason: 'superseded' },
      })
    expect(tokenVerdictAt(revoked('2026-04-20'), 'D', at)).toBe('INDETERMINATE REVOKED_NO_POE')
    expect(signatureAt(revoked('2026-04-20'), at).indication).toBe('INDETERMINATE')
    // and nothing newer shows that D itself is from before the revocation
    expect(tokenVerdictAt(revoked('2028-04-01'), 'D', at)).toBe('INDETERMINATE REVOKED_NO_POE')
    expect(tokenVerdictAt(revoked('2028-04-01'), 'T', at)).toBe('INDETERMINATE REVOKED_NO_POE')
  })
})

describe('revoked', () => {
  const revoked = (revokedAt: string) =>
    archivalCase().revocation('news', {
      about: 'signer',
      signer: 'ca',
      from: '2026-07-01',
      to: '2026-07-02',
      status: { status: 'revoked', revokedAt: time(revokedAt), reason: 'keyCompromise' },
    })
  test.each([
    ['after it was proven', '2026-05-01T08:02', 'TOTAL-PASSED'],
    ['before', '2026-05-01T07:00', 'INDETERMINATE REVOKED_NO_POE'],
  ])('%s', (_, revokedAt, verdict) => {
    expect(verdictAt(revoked(revokedAt), '2026-07-01T12:00')).toBe(verdict)
  })

  test('before it was proven, and the newest data is no longer fresh: still not good', () => {
    expect(signatureAt(revoked('2026-05-01T07:00'), '2027-06-01').indication).toBe('INDETERMINATE')
  })
})

describe('an algorithm that has ended', () => {
  test.each([
    ['of the signature', () => archivalCase().signature(rsa)],
    ["of the signer's certificate", () => archivalCase().changeCertificate('signer', rsa)],
    ["of the CA's certificate", () => archivalCase().changeCertificate('ca', rsa)],
    ['of the responder', () => archivalCase().changeCertificate('ocsp-signer', rsa)],
    ['of the first time-stamp', () => archivalCase().changeTimestamp('T', rsa)],
  ])('%s: what was covered before stays good', (_, facts) => {
    expect(verdictAt(facts(), '2028-12-01')).toBe('TOTAL-PASSED')
    expect(verdictAt(facts(), '2029-06-01')).toBe('TOTAL-PASSED')
  })

  test('of the last time-stamp: nothing covers that', () => {
    const facts = archivalCase().changeTimestamp('D', rsa)
    expect(tokenVerdictAt(facts, 'D', '2028-12-01')).toBe('PASSED')
    expect(tokenVerdictAt(facts, 'D', '2029-06-01')).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
    expect(signatureAt(facts, '2029-06-01').indication).toBe('INDETERMINATE')
  })

  test('before it was proven', () => {
    const weak = { algorithm: { ...algorithm, digest: 'sha1' as const } }
    expect(verdictAt(archivalCase().signature(weak), '2026-06-01')).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
    expect(signatureAt(archivalCase().changeCertificate('ca', weak), '2029-06-01').indication).toBe(
      'INDETERMINATE',
    )
  })
})

test('trust that ended later than everything was proven is no matter; earlier it is', () => {
  const sunset = (until: string) => archivalCase().changeCertificate('root', { trustedUntil: time(until) })
  expect(verdictAt(sunset('2030-01-01'), '2029-06-01')).toBe('TOTAL-PASSED')
  expect(signatureAt(sunset('2026-04-30'), '2029-06-01').indication).toBe('INDETERMINATE')
})

test('no proof turns what failed for good', () => {
  expect(verdictAt(archivalCase().signature({ valueIntact: false }), '2029-06-01')).toBe(
    'TOTAL-FAILED SIG_CRYPTO_FAILURE',
  )
  const { pdf } = archivalCase().build().signatures[0]!
  expect(
    verdictAt(archivalCase().signature({ pdf: { ...pdf!, modifications: 'other' } }), '2029-06-01'),
  ).toBe('TOTAL-FAILED FORMAT_FAILURE')
})
