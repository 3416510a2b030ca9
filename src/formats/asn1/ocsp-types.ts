import type { SignatureAlgorithm } from './algorithms.ts'
import type { Extension } from './certificate-extensions.ts'
import type { DigestName } from './digests.ts'
import type { Name } from './name.ts'

/** OCSPResponseStatus (RFC 6960, 4.2.1). */
export type OcspResponseStatus =
  | 'successful'
  | 'malformedRequest'
  | 'internalError'
  | 'tryLater'
  | 'sigRequired'
  | 'unauthorized'

/** Which certificate is meant (RFC 6960, 4.1.1). */
export interface OcspCertId {
  readonly der: Uint8Array
  /** null: a digest that is not known. */
  readonly digest: DigestName | null
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  /** INTEGER contents octets. */
  readonly serialNumber: Uint8Array
}

export type ResponderId =
  | { readonly kind: 'name'; readonly name: Name }
  /** SHA-1 over the octets of the responder's subjectPublicKey. */
  | { readonly kind: 'key'; readonly hash: Uint8Array }

/** SingleResponse (RFC 6960, 4.2.1). */
export interface SingleOcspResponse {
  readonly certId: OcspCertId
  readonly status:
    | { readonly kind: 'good' | 'unknown' }
    /** `reasonCode`: CRLReason as a number; null: not said. */
    | { readonly kind: 'revoked'; readonly at: Date; readonly reasonCode: number | null }
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  /** RFC 6960, 4.4.4: the responder keeps statuses of expired certificates back to then. */
  readonly archiveCutoff: Date | null
  /** Common PKI, part 4: the digest of the certificate that the responder knows; `digest` null where unknown. */
  readonly certHash: { readonly digest: DigestName | null; readonly hash: Uint8Array } | null
  /** RFC 5280, 5.3.2, as a single extension (RFC 6960, 4.4.5). */
  readonly invalidityDate: Date | null
  readonly extensions: readonly Extension[]
  readonly unknownCritical: readonly string[]
}

/** BasicOCSPResponse (RFC 6960, 4.2.1). */
export interface BasicOcspResponse {
  readonly der: Uint8Array
  /** tbsResponseData: what the responder signed. */
  readonly tbs: Uint8Array
  readonly responderId: ResponderId
  readonly producedAt: Date
  readonly responses: readonly SingleOcspResponse[]
  readonly nonce: Uint8Array | null
  readonly extensions: readonly Extension[]
  readonly unknownCritical: readonly string[]
  /** Read on first use; throws `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ALGORITHM_PARAMETERS`. */
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signatureValue: Uint8Array
  /** In DER, as they travel; not read. */
  readonly certificates: readonly Uint8Array[]
}

/** An OCSPResponse; a BasicOCSPResponse alone, as CAdES keeps it, is read as a successful one. */
export interface OcspResponse {
  readonly kind: 'ocsp'
  /** The bytes that were given. */
  readonly der: Uint8Array
  readonly status: OcspResponseStatus
  /** null where `status` is another than successful. */
  readonly basic: BasicOcspResponse | null
  /** Lower-case hex of SHA-256 over `der`. */
  readonly sha256: string
}
