import type { Indication, Outcome, SubIndication } from './judgement.ts'

type NotPassed = Exclude<Outcome, 'PASSED'>

/**
 * Which indication a sub-indication belongs to (EN 319 102-1 V1.4.1, tables 5 and 6). EXPIRED, REVOKED and NOT_YET_VALID are
 * of FAILED: they say that the certificate is proven to have been out of use when it signed. Where that is not proven, the
 * sub-indications with NO_POE or OUT_OF_BOUNDS say so.
 *
 * Never given here: POLICY_PROCESSING_ERROR, since signature policies are not processed, and CUSTOM. NO_POE is a building
 * block's alone: a process keeps what it had before it looked into the past.
 */
export const subIndications: Readonly<Record<SubIndication, NotPassed>> = {
  FORMAT_FAILURE: 'FAILED',
  HASH_FAILURE: 'FAILED',
  SIG_CRYPTO_FAILURE: 'FAILED',
  REVOKED: 'FAILED',
  EXPIRED: 'FAILED',
  NOT_YET_VALID: 'FAILED',
  SIG_CONSTRAINTS_FAILURE: 'INDETERMINATE',
  CHAIN_CONSTRAINTS_FAILURE: 'INDETERMINATE',
  CERTIFICATE_CHAIN_GENERAL_FAILURE: 'INDETERMINATE',
  CRYPTO_CONSTRAINTS_FAILURE: 'INDETERMINATE',
  POLICY_PROCESSING_ERROR: 'INDETERMINATE',
  SIGNATURE_POLICY_NOT_AVAILABLE: 'INDETERMINATE',
  TIMESTAMP_ORDER_FAILURE: 'INDETERMINATE',
  NO_SIGNING_CERTIFICATE_FOUND: 'INDETERMINATE',
  NO_CERTIFICATE_CHAIN_FOUND: 'INDETERMINATE',
  NO_CERTIFICATE_CHAIN_FOUND_NO_POE: 'INDETERMINATE',
  REVOKED_NO_POE: 'INDETERMINATE',
  REVOKED_CA_NO_POE: 'INDETERMINATE',
  OUT_OF_BOUNDS_NOT_REVOKED: 'INDETERMINATE',
  OUT_OF_BOUNDS_NO_POE: 'INDETERMINATE',
  REVOCATION_OUT_OF_BOUNDS_NO_POE: 'INDETERMINATE',
  CRYPTO_CONSTRAINTS_FAILURE_NO_POE: 'INDETERMINATE',
  NO_POE: 'INDETERMINATE',
  TRY_LATER: 'INDETERMINATE',
  SIGNED_DATA_NOT_FOUND: 'INDETERMINATE',
  CUSTOM: 'INDETERMINATE',
}

export const outcomeOf = (subIndication: SubIndication | null): Outcome =>
  subIndication === null ? 'PASSED' : subIndications[subIndication]

/** What a process' outcome is called where it is the last word on a signature (5.1.3). */
export const indicationOf = (outcome: Outcome): Indication =>
  outcome === 'PASSED' ? 'TOTAL-PASSED' : outcome === 'FAILED' ? 'TOTAL-FAILED' : 'INDETERMINATE'

type Subs = ReadonlySet<SubIndication | null>

/** EN 319 102-1 V1.4.1, 5.5.4, step 2: what basic validation may return for the process with time to go on. */
export const openToTime: Subs = new Set<SubIndication | null>([
  null,
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'TRY_LATER',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
])

/** 5.6.3.4, step 5 c): what proofs of existence may still turn, of a time-stamp or of revocation data. */
export const openToProofs: Subs = new Set<SubIndication | null>([
  null,
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'REVOCATION_OUT_OF_BOUNDS_NO_POE',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
])

/** 5.6.3.4, step 3: what the process with time may return for the one with archival data to go on. */
export const openToArchivalData: Subs = new Set<SubIndication | null>([
  ...openToProofs,
  'SIG_CONSTRAINTS_FAILURE',
  'TRY_LATER',
])
