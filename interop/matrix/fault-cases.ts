/** A file that a foreign program signs, and what EN 319 102-1 V1.4.1 says of it. */
export interface FaultCase {
  readonly name: string
  readonly entity: string
  /** PAdES by EU DSS, or `CAdES`: by OpenSSL, at B-B. */
  readonly level: 'B' | 'T' | 'LT' | 'LTA' | 'CAdES'
  /** The authority that gives the time-stamps; else the sound one. */
  readonly tsa?: string
  /** What happens after it was signed; else it is judged at once. */
  readonly later?: keyof typeof later
  /** Indication and sub-indication, or these and the level. */
  readonly expected: string
  /** What EU DSS says where that is not the same; why: docs/interop.md. */
  readonly dssSays?: string
}

export interface Later {
  /** Hours from the signing until it is judged. */
  readonly after: number
  /** Hours from the signing to what is known then; else `after`. */
  readonly knownAt?: number
  /** What happened to the signer, in hours from the signing. */
  readonly revoked?: { readonly at: number; readonly reason: 'keyCompromise' | 'certificateHold' }
}

const day = 24

export const later = {
  'revoked after': { after: 3, revoked: { at: 2, reason: 'keyCompromise' } },
  'revoked before': { after: 3, revoked: { at: -10 * day, reason: 'keyCompromise' } },
  'on hold after': { after: 3, revoked: { at: 2, reason: 'certificateHold' } },
  'signer expired': { after: 740 * day },
  'signer expired, known before': { after: 740 * day, knownAt: 720 * day },
  'known before expiry': { after: 0.01, knownAt: -40 * day },
  'has become valid': { after: 31 * day },
} as const satisfies Readonly<Record<string, Later>>

const each = (
  name: string,
  entity: string,
  expected: string,
  more: Partial<FaultCase> = {},
  levels: readonly FaultCase['level'][] = ['B', 'T', 'CAdES'],
): FaultCase[] => levels.map((level) => ({ name, entity, level, expected, ...more }))

const noStatus = 'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE'
const notForThis = 'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE'
const notReliable = 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
const revoked = 'INDETERMINATE REVOKED_NO_POE'
const stamped = ['T', 'LT', 'LTA'] as const
const authorities = [
  ...['tsa-expired', 'tsa-revoked', 'tsa-untrusted'],
  ...['tsa-eku-absent', 'tsa-eku-not-critical', 'tsa-eku-mixed'],
]

export const faultCases: readonly FaultCase[] = [
  ...each('sound', 'doctor-01', 'TOTAL-PASSED', {}, ['B', ...stamped, 'CAdES']),
  // what is known after its expiry need not name it (RFC 5280, 3.3): its status is not known
  ...each('certificate expired', 'expired', noStatus),
  ...each(
    'certificate expired, known before',
    'expired',
    'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED',
    { later: 'known before expiry' },
    ['B', 'CAdES'],
  ),
  ...each('certificate not yet valid', 'not-yet-valid', noStatus),
  ...each(
    'certificate valid since, time-stamped before',
    'not-yet-valid',
    'TOTAL-FAILED NOT_YET_VALID',
    { later: 'has become valid', dssSays: 'INDETERMINATE SIG_CONSTRAINTS_FAILURE' },
    ['T'],
  ),
  ...each('certificate revoked', 'revoked', revoked),
  ...each('certificate on hold', 'suspended', 'INDETERMINATE TRY_LATER'),
  ...each('certificate for encryption', 'wrong-usage', notForThis, { dssSays: 'good' }),
  ...each('certificate for a server', 'server', notForThis, { dssSays: 'good' }),
  ...each('issuer of the same name', 'untrusted', 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND'),
  ...each('issuing CA lapsed', 'lapsed-issuing-ca', noStatus),
  ...each('a CA signs', 'ca-as-signer', notForThis, { dssSays: 'good' }),
  // neither time-stamps what does not verify, and OpenSSL does not sign it
  ...each('another key', 'wrong-key', 'TOTAL-FAILED SIG_CRYPTO_FAILURE', {}, ['B']),
  ...each('RSA-1024', 'weak-key', notReliable),
  ...each('certificate over SHA-1', 'weak-digest', notReliable),
  ...each(
    'revoked since, nothing proves when it was signed',
    'doctor-01',
    revoked,
    { later: 'revoked after' },
    ['B', 'CAdES'],
  ),
  ...each('revoked after the time-stamp', 'doctor-01', 'TOTAL-PASSED', { later: 'revoked after' }, stamped),
  ...each('revoked before the time-stamp', 'doctor-01', revoked, { later: 'revoked before' }, stamped),
  ...each('on hold after the time-stamp', 'doctor-01', 'TOTAL-PASSED', { later: 'on hold after' }, stamped),
  ...each('signer expired since', 'doctor-01', noStatus, { later: 'signer expired' }, ['B', 'T']),
  ...each(
    'signer expired since',
    'doctor-01',
    'INDETERMINATE OUT_OF_BOUNDS_NO_POE',
    { later: 'signer expired' },
    ['LT'],
  ),
  ...each('signer expired since', 'doctor-01', 'TOTAL-PASSED', { later: 'signer expired' }, ['LTA']),
  ...each(
    'signer expired since, known before',
    'doctor-01',
    'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED',
    { later: 'signer expired, known before' },
    ['B'],
  ),
  ...each(
    'signer expired since, known before',
    'doctor-01',
    'TOTAL-PASSED',
    { later: 'signer expired, known before' },
    ['T'],
  ),
  ...authorities.flatMap((tsa) => each(`time-stamp of ${tsa}`, 'doctor-01', 'TOTAL-PASSED', { tsa }, ['T'])),
]
