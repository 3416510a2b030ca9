import { describe, expect, test } from 'vitest'
import type { CertificateFacts, PathFacts, RevocationFacts, SignatureFacts } from '../facts.ts'
import { builtInPolicies } from '../policies/index.ts'
import type { Policy } from '../policy.ts'
import { algorithm, reference, time } from '../testing/facts-builder.ts'
import { basicCase, hospitalCase } from '../testing/hospital-case.ts'
import { signatureAt, verdictAt } from '../testing/verdict.ts'

const day = '2026-05-01T12:00'
const intact = { kind: 'message-digest', digest: 'sha256', found: true, intact: true } as const
const pdf = hospitalCase().build().signatures[0]!.pdf!

test('a signature that nothing speaks against passes', () => {
  const judged = signatureAt(basicCase(), day)
  expect(judged).toMatchObject({
    indication: 'TOTAL-PASSED',
    subIndication: null,
    intact: true,
    trusted: true,
    validAtTime: true,
    revocationChecked: true,
    path: ['signer', 'ca', 'root'],
    reasons: [],
  })
})

describe('what the signature itself lacks', () => {
  const cases: [string, Partial<SignatureFacts>, string][] = [
    ['its value is broken', { valueIntact: false }, 'TOTAL-FAILED SIG_CRYPTO_FAILURE'],
    ['its data was changed', { digests: [{ ...intact, intact: false }] }, 'TOTAL-FAILED HASH_FAILURE'],
    [
      'its data is not at hand',
      { digests: [{ ...intact, found: false, intact: false }] },
      'INDETERMINATE SIGNED_DATA_NOT_FOUND',
    ],
    [
      'the data of one of two digests is not at hand',
      { digests: [intact, { ...intact, kind: 'reference', found: false, intact: false }] },
      'INDETERMINATE SIGNED_DATA_NOT_FOUND',
    ],
    ['it signs no content', { digests: [] }, 'INDETERMINATE SIG_CONSTRAINTS_FAILURE'],
    [
      'nobody knows the algorithm',
      { algorithm: null, valueIntact: null },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE',
    ],
    [
      'its certificate is not known',
      { signingCertificate: null, valueIntact: null },
      'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND',
    ],
    [
      'it names another certificate',
      { reference: { ...reference, digestMatches: false } },
      'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND',
    ],
    [
      'the reference to its certificate cannot be read',
      { reference: { ...reference, names: 0, digest: null, digestMatches: false } },
      'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND',
    ],
    [
      'it names certificates in two attributes',
      { reference: { ...reference, attributes: 2 } },
      'INDETERMINATE SIG_CONSTRAINTS_FAILURE',
    ],
    [
      'its digest has been broken',
      { algorithm: { ...algorithm, digest: 'sha1' } },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    [
      'the digest of its data has been broken',
      { digests: [{ ...intact, digest: 'md5' }] },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    [
      'its key is too short',
      { algorithm: { ...algorithm, scheme: 'rsa-pkcs1', keyBits: 1024 } },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    [
      'its digest is in no list',
      { digests: [{ ...intact, digest: 'ripemd160' }] },
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
  ]
  test.each(cases)('%s', (_, changes, verdict) => {
    expect(verdictAt(basicCase().signature(changes), day)).toBe(verdict)
  })

  test('no reference to its certificate at all is a warning: it is no AdES signature', () => {
    const absent = { attributes: 0, names: 0, digest: null, digestMatches: false, issuerSerialMatches: null }
    const judged = signatureAt(basicCase().signature({ reference: absent, format: 'CMS' }), day)
    expect(judged.indication).toBe('TOTAL-PASSED')
    expect(judged.reasons).toContainEqual(
      expect.objectContaining({ code: 'REFERENCE_ABSENT', level: 'warn' }),
    )
  })

  test('a claimed time outside the certificate is a warning: nobody vouches for it', () => {
    const judged = signatureAt(basicCase().signature({ claimedTime: time('2024-01-01') }), day)
    expect(judged.indication).toBe('TOTAL-PASSED')
    expect(judged.reasons.map(({ code }) => code)).toContain('SIGNING_TIME_OUT_OF_VALIDITY')
  })

  test('a signature policy of its own that is not processed is a warning', () => {
    const { attributes } = basicCase().build().signatures[0]!
    const named = { attributes: { ...attributes, signaturePolicy: '1.2.3' } }
    expect(signatureAt(basicCase().signature(named), day).reasons[0]).toMatchObject({
      code: 'SIGNATURE_POLICY_UNKNOWN',
      level: 'warn',
    })
    expect(verdictAt(basicCase().signature(named), day, withSignatureCheck('signaturePolicyAccepted'))).toBe(
      'INDETERMINATE SIGNATURE_POLICY_NOT_AVAILABLE',
    )
  })
})

const withSignatureCheck = (check: 'signaturePolicyAccepted' | 'referencePresent'): Policy => {
  const { hospital } = builtInPolicies
  const { signature } = hospital.contexts
  const checks = { ...signature.checks, [check]: 'FAIL' as const }
  return { ...hospital, contexts: { ...hospital.contexts, signature: { ...signature, checks } } }
}

describe('its form', () => {
  test.each(['form', 'annotation', 'other'] as const)('changed afterwards: %s', (modifications) => {
    expect(verdictAt(basicCase().signature({ pdf: { ...pdf, modifications } }), day)).toBe(
      'TOTAL-FAILED FORMAT_FAILURE',
    )
  })

  test.each(['none', 'ltv', 'signing'] as const)('extended afterwards: %s', (modifications) => {
    const longer = { ...pdf, modifications, coversWholeFile: false }
    expect(verdictAt(basicCase().signature({ pdf: longer }), day)).toBe('TOTAL-PASSED')
  })

  test.each(['byteRangeStrict', 'coversRevision'] as const)('%s does not hold', (fact) => {
    expect(verdictAt(basicCase().signature({ pdf: { ...pdf, [fact]: false } }), day)).toBe(
      'TOTAL-FAILED FORMAT_FAILURE',
    )
  })

  test('a finding fails it, also one that nobody knows', () => {
    const finding = (code: string) => [{ code, clause: 'RFC 5652, 5.1', detail: null }]
    const known = signatureAt(basicCase().signature({ findings: finding('SIGNER_DUPLICATE') }), day)
    const unknown = signatureAt(basicCase().signature({ findings: finding('NEVER_HEARD_OF') }), day)
    expect(known).toMatchObject({ subIndication: 'FORMAT_FAILURE', reasons: [{ code: 'SIGNER_DUPLICATE' }] })
    expect(unknown).toMatchObject({
      subIndication: 'FORMAT_FAILURE',
      reasons: [{ code: 'FINDING_UNKNOWN', details: { code: 'NEVER_HEARD_OF' } }],
    })
  })

  test('a finding that the policy lets be warns', () => {
    const findings = [{ code: 'DIGEST_ALGORITHM_NOT_LISTED', clause: 'RFC 5652, 5.1', detail: null }]
    const judged = signatureAt(basicCase().signature({ findings }), day)
    expect(judged).toMatchObject({ indication: 'TOTAL-PASSED', reasons: [{ level: 'warn' }] })
  })
})

describe('its certificate and path', () => {
  const certificates: [string, string, Partial<CertificateFacts>, string][] = [
    ['no anchor', 'root', { trusted: false }, 'NO_CERTIFICATE_CHAIN_FOUND'],
    [
      'an anchor that is trusted no longer',
      'root',
      { trustedUntil: time('2026-04-01') },
      'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
    ],
    [
      'a key that is not for signing',
      'signer',
      { keyUsage: ['keyEncipherment'] },
      'CHAIN_CONSTRAINTS_FAILURE',
    ],
    [
      'a certificate for web servers',
      'signer',
      { extKeyUsage: [{ oid: '1.3.6.1.5.5.7.3.1' }] },
      'CHAIN_CONSTRAINTS_FAILURE',
    ],
    [
      'a CA signed with a broken digest',
      'ca',
      { algorithm: { ...algorithm, digest: 'sha1' } },
      'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    ],
    ['a certificate of a responder', 'signer', { ocspNoCheck: true }, 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
  ]
  test.each(certificates)('%s', (_, id, changes, sub) => {
    expect(verdictAt(basicCase().changeCertificate(id, changes), day)).toBe(`INDETERMINATE ${sub}`)
  })

  test.each([
    ['SIGNATURE_INVALID', 'signer', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
    ['PATH_LENGTH', 'ca', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
    ['NAME_CONSTRAINTS', 'signer', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
    ['UNKNOWN_CRITICAL_EXTENSION', 'signer', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
    ['EXT_KEY_USAGE', 'signer', 'CHAIN_CONSTRAINTS_FAILURE'],
  ] as const)('a path with the problem %s of %s', (code, id, sub) => {
    const problems = [{ code, clause: 'RFC 5280, 6.1', certificate: `sha-${id}`, detail: null }]
    const path: PathFacts = { certificates: ['signer', 'ca', 'root'], anchored: true, problems }
    const judged = signatureAt(basicCase().changeCertificate('signer', { paths: [path] }), day)
    expect(judged).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: sub,
      trusted: false,
      reasons: [{ code: `PATH_${code}` }],
    })
  })

  test('a problem of the path is not hidden by a matter of time', () => {
    const problems = [
      { code: 'SIGNATURE_INVALID', clause: 'RFC 5280, 6.1.3', certificate: 'sha-ca', detail: null } as const,
    ]
    const path: PathFacts = { certificates: ['signer', 'ca', 'root'], anchored: true, problems }
    const expired = basicCase().changeCertificate('signer', { paths: [path], notAfter: time('2026-04-01') })
    expect(verdictAt(expired, day)).toBe('INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE')
  })

  test('of two paths the good one counts', () => {
    const path: PathFacts = { certificates: ['signer', 'ca', 'root'], anchored: true, problems: [] }
    const problems = [
      { code: 'PATH_LENGTH', clause: 'RFC 5280', certificate: 'sha-ca', detail: null } as const,
    ]
    const paths = [{ ...path, problems }, path]
    expect(verdictAt(basicCase().changeCertificate('signer', { paths }), day)).toBe('TOTAL-PASSED')
  })

  test('nothing is asked of the anchor: neither dates nor algorithm nor revocation', () => {
    const anchor = { notAfter: time('2019-01-01'), algorithm: { ...algorithm, digest: 'md5' as const } }
    expect(verdictAt(basicCase().changeCertificate('root', anchor), day)).toBe('TOTAL-PASSED')
  })

  test('a signer that is itself an anchor needs no revocation data', () => {
    const trusted = basicCase().changeCertificate('signer', { trusted: true }).withoutRevocation('ocsp')
    expect(signatureAt(trusted, day)).toMatchObject({ indication: 'TOTAL-PASSED', path: ['signer'] })
  })
})

describe('its time', () => {
  test.each([
    ['before the certificate begins', '2024-12-31T23:59', 'TOTAL-FAILED NOT_YET_VALID'],
    ['on its last day', '2026-12-31T23:59', 'TOTAL-PASSED'],
    ['after it ended', '2027-01-01T00:01', 'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED'],
  ])('%s', (_, at, verdict) => {
    const facts = basicCase()
      .revocation('ocsp', { about: 'signer', signer: 'ca', from: '2026-04-01', to: '2027-06-01' })
      .revocation('crl-root', { about: 'ca', signer: 'root', from: '2024-04-01', to: '2027-06-01' })
    expect(verdictAt(facts, at)).toBe(verdict)
  })

  test('ended, and its status is not known: out of bounds without a proof', () => {
    const facts = basicCase().withoutRevocation('ocsp')
    expect(verdictAt(facts, '2027-02-01', builtInPolicies['no-revocation'])).toBe(
      'INDETERMINATE OUT_OF_BOUNDS_NO_POE',
    )
  })

  test('the issuing CA ended first', () => {
    const facts = basicCase()
      .revocation('ocsp', { about: 'signer', signer: 'ocsp-signer', from: '2026-05-01', to: '2026-08-01' })
      .changeCertificate('ca', { notAfter: time('2026-06-01') })
    expect(verdictAt(facts, '2026-07-01')).toBe('INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED')
  })
})

describe('what is said of its certificate', () => {
  const said = (status: object, id = 'signer', signer = 'ocsp-signer') =>
    basicCase().revocation(id === 'signer' ? 'ocsp' : 'crl-root', {
      about: id,
      signer,
      from: '2026-05-01T08:05',
      to: '2026-05-02T08:05',
      status,
    })

  test.each([
    ['revoked', 'keyCompromise', 'INDETERMINATE REVOKED_NO_POE'],
    ['revoked, nobody says why', null, 'INDETERMINATE REVOKED_NO_POE'],
    ['suspended', 'certificateHold', 'INDETERMINATE TRY_LATER'],
  ])('%s', (_, reason, verdict) => {
    const status = { status: 'revoked', revokedAt: time('2026-05-01T08:02'), reason }
    expect(verdictAt(said(status), day)).toBe(verdict)
  })

  test('revoked, nobody says when: not good', () => {
    expect(verdictAt(said({ status: 'revoked', revokedAt: null }), day)).toBe('INDETERMINATE REVOKED_NO_POE')
  })

  test('its CA revoked', () => {
    const status = { status: 'revoked', revokedAt: time('2026-04-01'), reason: 'cACompromise' }
    expect(verdictAt(said(status, 'ca', 'root'), day)).toBe('INDETERMINATE REVOKED_CA_NO_POE')
  })

  test('nothing: indeterminate, and a warning where the policy lets it be', () => {
    const facts = basicCase().withoutRevocation('ocsp')
    expect(signatureAt(facts, day)).toMatchObject({
      subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
      revocationChecked: false,
      reasons: [{ code: 'REVOCATION_DATA_ABSENT' }],
    })
    expect(signatureAt(facts, day, builtInPolicies['no-revocation'])).toMatchObject({
      indication: 'TOTAL-PASSED',
      revocationChecked: false,
      reasons: [{ code: 'REVOCATION_DATA_ABSENT', level: 'warn' }],
    })
  })

  test('a certificate that is too short-lived to be revoked needs nothing', () => {
    const facts = basicCase().withoutRevocation('ocsp').changeCertificate('signer', { shortTerm: true })
    expect(verdictAt(facts, day)).toBe('TOTAL-PASSED')
  })

  test('the time of the answer has passed', () => {
    expect(verdictAt(basicCase(), '2026-05-02T08:06')).toBe('INDETERMINATE TRY_LATER')
  })

  test('the answer has no next one', () => {
    const facts = basicCase().revocation('ocsp', {
      about: 'signer',
      signer: 'ocsp-signer',
      from: '2026-05-01T08:05',
      to: null,
    })
    expect(verdictAt(facts, day)).toBe('INDETERMINATE TRY_LATER')
  })

  test('its signer has expired since', () => {
    const facts = basicCase().revocation('ocsp', {
      about: 'signer',
      signer: 'ocsp-signer',
      from: '2026-05-01T08:05',
      to: '2026-10-01',
    })
    expect(verdictAt(facts, '2026-07-31')).toBe('TOTAL-PASSED')
    expect(verdictAt(facts, '2026-08-02')).toBe('INDETERMINATE REVOCATION_OUT_OF_BOUNDS_NO_POE')
  })

  const another = (from: string, reason: string) =>
    basicCase().revocation('another', {
      about: 'signer',
      signer: 'ocsp-signer',
      from,
      to: '2026-05-02T08:05',
      status: { status: 'revoked', revokedAt: time('2026-04-01'), reason },
    })

  test.each(['2026-05-01T08:04', '2026-05-01T08:05', '2026-05-01T08:06'])(
    'revoked for good by an answer of %s: no other undoes it',
    (from) => {
      expect(verdictAt(another(from, 'superseded'), day)).toBe('INDETERMINATE REVOKED_NO_POE')
    },
  )

  test.each([
    ['2026-05-01T08:04', 'TOTAL-PASSED'],
    ['2026-05-01T08:05', 'INDETERMINATE TRY_LATER'],
    ['2026-05-01T08:06', 'INDETERMINATE TRY_LATER'],
  ])('suspended by an answer of %s: a newer one lifts it', (from, verdict) => {
    expect(verdictAt(another(from, 'certificateHold'), day)).toBe(verdict)
  })
})

describe('an answer that does not count', () => {
  const answer = { about: 'signer', signer: 'ocsp-signer', from: '2026-05-01T08:05', to: '2026-05-02T08:05' }
  const refused = 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  const changes: [string, Partial<RevocationFacts>][] = [
    ['its value is broken', { valueIntact: false }],
    ['nobody can verify its value', { valueIntact: null, algorithm: null }],
    ['its signer is not known', { signingCertificate: null }],
    ['its certHash names another certificate', { certHashMatches: false }],
    ['it is older than its signer', { producedAt: time('2024-12-31') }],
    ['it is older than the certificate', { thisUpdate: time('2024-12-31') }],
    ['it was made after expired certificates had been forgotten', { thisUpdate: time('2027-02-01') }],
  ]
  test.each(changes)('%s', (_, change) => {
    expect(
      signatureAt(basicCase().revocation('ocsp', { ...answer, changes: change }), day).subIndication,
    ).toBe(refused)
  })

  test('it does not know the certificate', () => {
    const facts = basicCase().revocation('ocsp', { ...answer, status: { status: 'unknown' } })
    expect(signatureAt(facts, day).subIndication).toBe(refused)
  })

  test('it was found not to be authorised', () => {
    const problems = [{ code: 'OCSP_NOT_AUTHORISED', clause: 'RFC 6960, 4.2.2.2' }]
    expect(
      signatureAt(basicCase().revocation('ocsp', { ...answer, status: { problems } }), day),
    ).toMatchObject({
      subIndication: refused,
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'REVOCATION_DATA_REFUSED' })]),
    })
  })

  test('its signer leads to no anchor', () => {
    const facts = basicCase()
      .certificate('stranger', null, ['2025-01-01', '2027-01-01'], { trusted: false, selfSigned: false })
      .revocation('ocsp', { ...answer, signer: 'stranger' })
    expect(signatureAt(facts, day).subIndication).toBe(refused)
  })

  test('the certificate speaks for itself', () => {
    expect(
      signatureAt(basicCase().revocation('ocsp', { ...answer, signer: 'signer' }), day).subIndication,
    ).toBe(refused)
  })

  test('its signer had been revoked when it was made', () => {
    const revoked = (at: string) =>
      basicCase()
        .changeCertificate('ocsp-signer', { ocspNoCheck: false })
        .revocation('crl-ca', {
          about: 'ocsp-signer',
          signer: 'ca',
          from: '2026-05-01T09:00',
          to: '2026-06-01',
          status: { status: 'revoked', revokedAt: time(at), reason: 'keyCompromise' },
        })
    expect(signatureAt(revoked('2026-04-01'), day).subIndication).toBe(refused)
    expect(verdictAt(revoked('2026-05-01T08:30'), day)).toBe('TOTAL-PASSED')
  })

  test('its signer does without nocheck, and nothing is said of it', () => {
    const facts = basicCase().changeCertificate('ocsp-signer', { ocspNoCheck: false })
    expect(signatureAt(facts, day).subIndication).toBe(refused)
  })

  test('a broken digest signed it', () => {
    const weak = { algorithm: { ...algorithm, digest: 'sha1' as const } }
    expect(verdictAt(basicCase().revocation('ocsp', { ...answer, changes: weak }), day)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
    expect(verdictAt(basicCase().changeCertificate('ocsp-signer', weak), day)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
  })
})

describe('time-stamps on the content, which the signature must be younger than', () => {
  const stamped = (at: string) =>
    basicCase()
      .timestamp('before', at, ['data:content'], { type: 'content', source: 'content-time-stamp' })
      .signature({ timestamps: ['before'] })
  const long = { about: 'signer', signer: 'ca', from: '2026-04-20', to: '2027-12-01' } as const

  test('signed after the revocation: revoked', () => {
    const status = { status: 'revoked', revokedAt: time('2026-04-10'), reason: 'keyCompromise' } as const
    expect(verdictAt(stamped('2026-04-20').revocation('ocsp', { ...long, status }), day)).toBe(
      'TOTAL-FAILED REVOKED',
    )
    expect(verdictAt(stamped('2026-04-01').revocation('ocsp', { ...long, status }), day)).toBe(
      'INDETERMINATE REVOKED_NO_POE',
    )
  })

  test('signed after the certificate ended: expired', () => {
    const ended = { notAfter: time('2026-04-25') }
    const facts = (at: string) => stamped(at).revocation('ocsp', long).changeCertificate('signer', ended)
    expect(verdictAt(facts('2026-04-28'), day)).toBe('TOTAL-FAILED EXPIRED')
    expect(verdictAt(facts('2026-04-20'), day)).toBe('INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED')
  })

  test('signed after its algorithm ended: the algorithm', () => {
    const weak = { algorithm: { ...algorithm, scheme: 'rsa-pkcs1', keyBits: 1536 } } as const
    expect(verdictAt(stamped('2026-04-20').signature(weak), day)).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE',
    )
    const invalid = stamped('2026-04-20').signature(weak).changeTimestamp('before', { valueIntact: false })
    expect(verdictAt(invalid, day)).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  })
})

describe('an anchor that signs by itself', () => {
  const signedByAnchor = (keyUsage: readonly string[]) =>
    basicCase()
      .signature({ signingCertificate: 'root' })
      .changeCertificate('root', {
        keyUsage,
        paths: [{ certificates: ['root'], anchored: true, problems: [] }],
      })

  test('is refused where its key is for certificates and CRLs', () => {
    expect(verdictAt(signedByAnchor(['keyCertSign', 'cRLSign']), day)).toBe(
      'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE',
    )
  })

  test('passes where its key is for signing', () => {
    expect(verdictAt(signedByAnchor(['digitalSignature']), day)).toBe('TOTAL-PASSED')
  })
})
