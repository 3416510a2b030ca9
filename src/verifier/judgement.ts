import type { Details } from '../formats/index.ts'
import type { SignatureLevel } from './facts.ts'
import type { ReasonCode } from './messages.ts'

/** Main indications of a signature (EN 319 102-1 V1.4.1, 5.1.3). */
export type Indication = 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE'

/** What a building block or process concludes. */
export type Outcome = 'PASSED' | 'FAILED' | 'INDETERMINATE'

/** EN 319 102-1 V1.4.1, tables 5 and 6. */
export type SubIndication =
  | 'FORMAT_FAILURE'
  | 'HASH_FAILURE'
  | 'SIG_CRYPTO_FAILURE'
  | 'REVOKED'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE'
  | 'POLICY_PROCESSING_ERROR'
  | 'SIGNATURE_POLICY_NOT_AVAILABLE'
  | 'TIMESTAMP_ORDER_FAILURE'
  | 'NO_SIGNING_CERTIFICATE_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'
  | 'REVOKED_NO_POE'
  | 'REVOKED_CA_NO_POE'
  | 'OUT_OF_BOUNDS_NOT_REVOKED'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'REVOCATION_OUT_OF_BOUNDS_NO_POE'
  | 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  | 'NO_POE'
  | 'TRY_LATER'
  | 'SIGNED_DATA_NOT_FOUND'
  | 'CUSTOM'

/** Why something was concluded; the texts of a code are in the catalogue, filled with `details`. */
export interface Reason {
  readonly code: ReasonCode
  /** Standard, clause: `EN 319 102-1 V1.4.1, 5.2.6.4`… */
  readonly clause: string
  readonly level: 'fail' | 'warn' | 'inform'
  readonly details: Details
}

/** What one building block says of one object. */
export interface Conclusion {
  readonly check: string
  readonly clause: string
  /** Id, in the facts, of what it is about. */
  readonly subject: string
  readonly indication: Outcome
  readonly subIndication: SubIndication | null
  readonly reasons: readonly Reason[]
}

export interface ProcessConclusion {
  readonly indication: Outcome
  readonly subIndication: SubIndication | null
}

/** A time-stamp's or an evidence record's. */
export interface TokenJudgement extends ProcessConclusion {
  readonly id: string
  readonly reasons: readonly Reason[]
}

export interface SignatureJudgement {
  readonly id: string
  readonly indication: Indication
  readonly subIndication: SubIndication | null
  /** Level by the parts that are there, as its profile defines it (EN 319 122-1 and 142-1, clause 6): nobody's trust. */
  readonly level: SignatureLevel
  /** The level that is left by what of them was found to hold; where it is lower, a reason says so. */
  readonly provenLevel: SignatureLevel
  /** Digests and value verify; null where content or certificate is missing. */
  readonly intact: boolean | null
  readonly trusted: boolean | null
  readonly validAtTime: boolean | null
  /** ISO 8601. */
  readonly bestSignatureTime: string
  /** Processes of 5.3, 5.5 and 5.6; null where it was not run. */
  readonly basic: ProcessConclusion
  readonly longTerm: ProcessConclusion | null
  readonly archive: ProcessConclusion | null
  /** Ids, end entity first; null where no path was found. */
  readonly path: readonly string[] | null
  /** Whether revocation data that counts was found for every certificate of the path that needs it. */
  readonly revocationChecked: boolean
  readonly reasons: readonly Reason[]
  readonly conclusions: readonly Conclusion[]
}

/** The verdict on a file's facts at a time under a policy. */
export interface Judgement {
  /** ISO 8601. */
  readonly at: string
  readonly policy: { readonly name: string; readonly digest: string }
  readonly signatures: readonly SignatureJudgement[]
  readonly timestamps: readonly TokenJudgement[]
  readonly evidenceRecords: readonly TokenJudgement[]
}
