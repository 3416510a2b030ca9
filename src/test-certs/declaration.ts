import type { DigestName } from '../formats/index.ts'
import type { RelativeDate } from './dates.ts'

/** `rsa-1024` exists for the fault `weak-key` only. */
export type KeyKind =
  | 'rsa-1024'
  | 'rsa-2048'
  | 'rsa-3072'
  | 'rsa-4096'
  | 'ecdsa-p256'
  | 'ecdsa-p384'
  | 'ecdsa-p521'
  | 'ed25519'

/** Attributes in the order of their DER, one per RDN; a value of `C` is a PrintableString, all others UTF8String. */
export type SubjectDeclaration = readonly (readonly ['C' | 'ST' | 'L' | 'O' | 'OU' | 'CN' | 'UID', string])[]

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'

export type ExtKeyUsage = 'serverAuth' | 'clientAuth' | 'emailProtection' | 'timeStamping' | 'OCSPSigning'

/** What a certificate is for, as extensions (RFC 5280, 4.2.1). */
export interface Profile {
  readonly ca?: { readonly pathLength?: number }
  readonly keyUsage: readonly KeyUsage[]
  readonly extKeyUsage?: { readonly critical: boolean; readonly purposes: readonly ExtKeyUsage[] }
  /** id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1) */
  readonly ocspNoCheck?: boolean
}

/** CRLReason (RFC 5280, 5.3.1) by name. */
export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'privilegeWithdrawn'

export interface RevocationDeclaration {
  readonly at: RelativeDate
  readonly reason: RevocationReason
  readonly invalidityDate?: RelativeDate
}

/** One certificate of the PKI and the key that belongs to it. */
export interface EntityDeclaration {
  readonly subject: SubjectDeclaration
  /** Name of the issuing entity; the entity's own name where self-signed. */
  readonly issuer: string
  readonly key: KeyKind
  readonly profile: Profile
  readonly notBefore: RelativeDate
  readonly notAfter: RelativeDate
  /** Digest with which the issuer signs the certificate; default SHA-256 (P-384: SHA-384, P-521: SHA-512). */
  readonly digest?: DigestName
  readonly revoked?: RevocationDeclaration
  /** The key held is not the one certified: what it signs does not verify with the certificate. */
  readonly holdsAnotherKey?: boolean
  /** What the certificate names as places to ask; default as the issuer has them. */
  readonly ocsp?: boolean
}

/** Entity name → what it is. Names are file names and parts of URLs: lower case, digits and hyphens. */
export type PkiDeclaration = Readonly<Record<string, EntityDeclaration>>
