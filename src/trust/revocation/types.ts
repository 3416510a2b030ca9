import type { Certificate, Crl, OcspResponse, ReasonFlag } from '../../formats/index.ts'
import type { CertificateStatus } from '../types.ts'

export type RevocationData = Crl | OcspResponse

/** Why revocation data says nothing that counts about a certificate, whatever the time. */
export type RevocationProblemCode =
  | 'CRL_ISSUER'
  | 'CRL_NOT_INDIRECT'
  | 'CRL_SCOPE_NAME'
  | 'CRL_SCOPE_USER_ONLY'
  | 'CRL_SCOPE_CA_ONLY'
  | 'CRL_SCOPE_ATTRIBUTE_ONLY'
  | 'CRL_REASONS_INCOMPLETE'
  | 'CRL_SIGNER_UNKNOWN'
  | 'CRL_SIGNER_KEY_USAGE'
  | 'CRL_SIGNATURE'
  | 'CRL_UNKNOWN_CRITICAL_EXTENSION'
  | 'CRL_UNKNOWN_CRITICAL_ENTRY_EXTENSION'
  | 'CRL_DELTA_WITHOUT_BASE'
  | 'CRL_ENTRY_MALFORMED'
  | 'CRL_REMOVED_WITHOUT_DELTA'
  | 'CRL_DISTRIBUTION_POINTS_MALFORMED'
  | 'OCSP_NOT_SUCCESSFUL'
  | 'OCSP_OTHER_CERTIFICATE'
  | 'OCSP_RESPONDER_UNKNOWN'
  | 'OCSP_RESPONDER_UNAUTHORIZED'
  | 'OCSP_RESPONDER_PURPOSE'
  | 'OCSP_RESPONDER_KEY_USAGE'
  | 'OCSP_RESPONDER_NOT_VALID'
  | 'OCSP_SIGNATURE'
  | 'OCSP_NONCE'
  | 'OCSP_CERT_HASH'
  | 'OCSP_UNKNOWN_CRITICAL_EXTENSION'
  | 'OCSP_ANSWERS_CONTRADICT'
  | 'ALGORITHM_UNSUPPORTED'

/** Why an answer that counts as such does not at a certain time, or not for who asks. */
export type CurrencyProblemCode =
  | 'NOT_YET_ISSUED'
  | 'STALE'
  | 'NEXT_UPDATE_MISSING'
  | 'SIGNER_EXPIRED'
  | 'EXPIRED_CERTIFICATE_NOT_COVERED'

/** What the time asks of an answer. */
export interface CurrencyOptions {
  /** By how much clocks may differ; default 0. */
  readonly skewMs?: number
  /** How old an answer may be that says newer ones are always to be had (no nextUpdate); default one hour. */
  readonly maxAgeMs?: number
  /** When it is proven that the answer existed: its signer may have expired since. */
  readonly provenAt?: Date
}

/** Why one moment's status could not be established. */
export type StatusProblemCode =
  | RevocationProblemCode
  | CurrencyProblemCode
  | 'NO_REVOCATION_DATA'
  | 'SIGNER_UNTRUSTED'
  | 'STATUS_UNKNOWN'

export interface RevocationProblem<Code extends string = RevocationProblemCode> {
  readonly code: Code
  /** `RFC 5280, 6.3.3 (b)`… */
  readonly clause: string
}

/**
 * What one piece of revocation data says of one certificate, whatever the time. Only where `problems` is empty does it say
 * anything, and then only as much as `signer` is to be believed: where that is not the certificate's issuer itself, its
 * own path, to the same anchor, is still to be judged (RFC 5280, 6.3.3 (f)).
 */
export interface StatusAnswer {
  /** Its thisUpdate and nextUpdate are the answer's. */
  readonly source: RevocationData
  /** What was put together with it: the complete CRL under a delta CRL, CRLs for other reasons. */
  readonly others: readonly Crl[]
  /** `unknown` wherever there are problems. */
  readonly status: CertificateStatus
  readonly problems: readonly RevocationProblem[]
  /** Whose key verified the value of `source`; null: nobody's among those known. */
  readonly signer: Certificate | null
  /** `signer` first, then other certificates of the same key and name: one of them may have the path that counts. */
  readonly signers: readonly Certificate[]
  /** `issuer`: name and key are those of the certificate's issuer; `delegated`: a responder that it certified itself. */
  readonly signerKind: 'issuer' | 'delegated' | 'other' | null
  /** id-pkix-ocsp-nocheck in the signer's certificate: its own status is not asked for (RFC 6960, 4.2.2.2.1). */
  readonly signerNoCheck: boolean
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  /** OCSP: producedAt; CRL: thisUpdate. */
  readonly producedAt: Date
  /** Since when expired certificates are still told of (expiredCertsOnCRL, archiveCutoff); null: not said. */
  readonly coversExpiredSince: Date | null
  /** certHash held against the certificate; null where absent. */
  readonly certHashMatches: boolean | null
  /** Reasons that it is about; a CRL for some alone says `revoked`, never `good`. */
  readonly reasons: readonly ReasonFlag[]
}

export interface StatusContext {
  /** Among which signers other than the issuer are found (those inside an OCSP answer are looked at anyhow). */
  readonly certificates: readonly Certificate[]
  /** The nonce that was sent: an OCSP answer that does not repeat it does not count. */
  readonly nonce?: Uint8Array
  /** The index of a large CRL, where one is kept. */
  readonly serialIndex?: (crl: Crl) => SerialIndex | null
}

/** A serial index that belongs to a CRL; made by `openSerialIndex`. */
export interface SerialIndex {
  readonly bytes: Uint8Array
  readonly crlSha256: string
}
