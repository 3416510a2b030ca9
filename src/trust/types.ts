import type { Certificate, DigestName, SignatureAlgorithm } from '../formats/index.ts'

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
  | 'NO_PATH'
  | 'BUDGET_EXHAUSTED'
  | 'SIGNATURE_INVALID'
  | 'ALGORITHM_UNSUPPORTED'
  | 'NAME_CHAINING'
  | 'NOT_A_CA'
  | 'PATH_LENGTH'
  | 'KEY_USAGE'
  | 'UNKNOWN_CRITICAL_EXTENSION'
  | 'NAME_CONSTRAINTS'
  | 'NAME_CONSTRAINTS_UNSUPPORTED'
  | 'POLICY'
  | 'POLICY_MAPPING_ANY'
  | 'EXTENSION_MALFORMED'
  | 'CERTIFICATE_VERSION'
  | 'EXT_KEY_USAGE'
  | 'SUBJECT_EMPTY'
  | 'SERIAL_NUMBER'

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

/** What trust decisions start from. Nothing else is trusted. */
export interface TrustAnchors {
  readonly certificates: readonly Certificate[]
}
