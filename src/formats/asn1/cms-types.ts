import type { SignatureAlgorithm } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import type { DigestName } from './digests.ts'
import type { Name } from './name.ts'

/** An attribute of CMS: its type and the encodings of its values (RFC 5652, 5.3). */
export interface Attribute {
  readonly oid: string
  readonly values: readonly Uint8Array[]
}

/** Whose key it is: by issuer and serial number (INTEGER contents octets), or by subject key identifier. */
export type SignerIdentifier =
  | { readonly kind: 'issuerAndSerialNumber'; readonly issuer: Name; readonly serialNumber: Uint8Array }
  | { readonly kind: 'subjectKeyIdentifier'; readonly keyIdentifier: Uint8Array }

/** One signature inside SignedData (RFC 5652, 5.3), with its original bytes. */
export interface SignerInfo {
  readonly der: Uint8Array
  readonly version: number
  readonly sid: SignerIdentifier
  /** Read on first use; throws `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ALGORITHM_PARAMETERS`. */
  readonly digest: DigestName
  /** Empty where there are none: then the value is over the content itself. */
  readonly signedAttributes: readonly Attribute[]
  /** The contents octets of signedAttrs [0]; null where absent. */
  readonly signedAttributesContent: Uint8Array | null
  /** Read on first use; throws `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ALGORITHM_PARAMETERS`. */
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  readonly unsignedAttributes: readonly Attribute[]
}

/** ContentInfo with SignedData (RFC 5652, 3 and 5.1), with the original bytes of all its parts. */
export interface SignedData {
  readonly der: Uint8Array
  readonly version: number
  /** OIDs, as listed; unknown ones too. */
  readonly digestAlgorithms: readonly string[]
  readonly eContentType: string
  /** The content's octets, segments joined; null where detached. */
  readonly eContent: Uint8Array | null
  /** Certificates (X.509 only; other choices are passed over), DER or BER as they stood. */
  readonly certificates: readonly Uint8Array[]
  /** CertificateList only; other choices are passed over. */
  readonly crls: readonly Uint8Array[]
  /** Whether crls [1] holds anything, of whatever choice. */
  readonly hasRevocationInfo: boolean
  readonly signerInfos: readonly SignerInfo[]
}

export interface SignedDataInput {
  readonly eContentType: string
  /** null: detached */
  readonly eContent: Uint8Array | null
  /** Certificates in DER. */
  readonly certificates: readonly Uint8Array[]
  readonly digest: DigestName
  readonly signer: {
    readonly issuerAndSerialOf: Certificate
    /** As `encodeSignedAttributes` gave it and the value was made over. */
    readonly signedAttributes: Uint8Array
    readonly algorithm: SignatureAlgorithm
    readonly signatureValue: Uint8Array
    readonly unsignedAttributes?: readonly Attribute[]
  }
}
