import type { DigestName, SignatureAlgorithm } from '../formats/index.ts'

/** An algorithm as policies judge it. */
export interface AlgorithmFacts {
  /** null: the scheme has no separate digest (Ed25519). */
  readonly digest: DigestName | null
  /** RSASSA-PSS: the digest of MGF1. */
  readonly mgfDigest: DigestName | null
  readonly scheme: SignatureAlgorithm['scheme']
  /** Modulus, prime or curve size of the key that verified; null where unknown. */
  readonly keyBits: number | null
}

/** Why a path does not hold whatever the time: the rule that says so, and the certificate it is about. */
export interface PathProblem {
  readonly code: PathProblemCode
  /** `RFC 5280, 6.1.4 (k)`… */
  readonly clause: string
  /** SHA-256 of the certificate, lower-case hex. */
  readonly certificate: string
  readonly detail: string | null
}

export type PathProblemCode =
  /** No issuer was found that leads to an anchor. */
  | 'NO_PATH'
  /** The search, or the name constraints, took more work than allowed; what was not looked at is unknown. */
  | 'BUDGET_EXHAUSTED'
  | 'SIGNATURE_INVALID'
  /** Algorithm or key that is unknown or cannot be used: whether the signature is right is not known. */
  | 'ALGORITHM_UNSUPPORTED'
  | 'NAME_CHAINING'
  | 'NOT_A_CA'
  | 'CERTIFICATE_VERSION'
  | 'PATH_LENGTH'
  | 'KEY_USAGE'
  | 'EXT_KEY_USAGE'
  | 'UNKNOWN_CRITICAL_EXTENSION'
  | 'EXTENSION_MALFORMED'
  | 'NAME_CONSTRAINTS'
  | 'NAME_CONSTRAINTS_UNSUPPORTED'
  | 'POLICY'
  | 'POLICY_MAPPING_ANY'
  | TimeProblemCode

/** What depends on the time that is asked about. */
export type TimeProblemCode = 'EXPIRED' | 'NOT_YET_VALID' | 'REVOKED' | 'REVOCATION_UNKNOWN'

/** What a CRL or an OCSP answer says of one certificate. */
export type CertificateStatus =
  | { readonly status: 'good' | 'unknown' }
  | {
      readonly status: 'revoked'
      readonly at: Date
      readonly reason: RevocationReason | null
      readonly invalidityDate: Date | null
    }

/** CRLReason (RFC 5280, 5.3.1). */
export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise'
