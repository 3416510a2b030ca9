import type { SignatureAlgorithm } from './algorithms.ts'
import type { AuthorityKeyIdentifier, Extension } from './certificate-extensions.ts'
import type { DistributionPoint, DistributionPointName, ReasonFlag } from './distribution-point.ts'
import type { GeneralName } from './general-name.ts'
import type { Name } from './name.ts'

/** IssuingDistributionPoint: what a CRL is about (RFC 5280, 5.2.5). */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | null
  readonly onlyContainsUserCerts: boolean
  readonly onlyContainsCACerts: boolean
  /** null: all reasons */
  readonly onlySomeReasons: readonly ReasonFlag[] | null
  readonly indirectCrl: boolean
  readonly onlyContainsAttributeCerts: boolean
}

/** A CertificateList (RFC 5280, 5.1). Its entries stay bytes: they are walked through, never kept as objects. */
export interface Crl {
  readonly kind: 'crl'
  readonly der: Uint8Array
  /** tbsCertList: what its issuer signed. */
  readonly tbs: Uint8Array
  readonly version: 1 | 2
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  /** Read on first use; throws `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ALGORITHM_PARAMETERS`. */
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signatureValue: Uint8Array
  readonly extensions: readonly Extension[]
  readonly crlNumber: bigint | null
  /** deltaCRLIndicator: the number of the CRL that this one is the difference to; null: a complete CRL. */
  readonly baseCrlNumber: bigint | null
  /** In DER, as it stands: scopes are compared by it. */
  readonly issuingDistributionPointDer: Uint8Array | null
  readonly issuingDistributionPoint: IssuingDistributionPoint | null
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | null
  readonly freshestCrl: readonly DistributionPoint[]
  /** expiredCertsOnCRL (X.509, 9.5.2.8): certificates that expired since then stay listed. */
  readonly expiredCertsOnCrl: Date | null
  /** OIDs of critical extensions that are not known. */
  readonly unknownCritical: readonly string[]
  readonly entryCount: number
  /** Where revokedCertificates' contents begin and end in `der`; equal where nothing is revoked. */
  readonly entriesStart: number
  readonly entriesEnd: number
  /** OIDs of critical entry extensions that are not known, of all entries. */
  readonly unknownCriticalEntry: readonly string[]
  /** Whether any entry names its certificate's issuer (certificateIssuer). */
  readonly namesCertificateIssuers: boolean
  /** Lower-case hex of SHA-256 over `der`. */
  readonly sha256: string
}

/** One of revokedCertificates (RFC 5280, 5.1.2.6 and 5.3). */
export interface CrlEntry {
  /** Where it begins in the CRL's DER. */
  readonly offset: number
  /** INTEGER contents octets. */
  readonly serialNumber: Uint8Array
  readonly revocationDate: Date
  /** CRLReason as a number; null: not said. */
  readonly reasonCode: number | null
  readonly invalidityDate: Date | null
  /** Of this entry itself; an indirect CRL's later entries without one take over the one before. */
  readonly certificateIssuer: readonly GeneralName[] | null
}

export interface CrlLimits {
  readonly maxBytes: number
  readonly maxEntries: number
}
