import type { SignatureAlgorithm } from '../formats/index.ts'

/** Ids are UUIDv7 made by the caller of the repositories; times are UTC. */
export type Id = string

export type Role = 'administrator' | 'approver' | 'auditor' | 'doctor' | 'operator' | 'client'

/** Who asks: an API key that was found by its hash. */
export interface Caller {
  readonly apiKeyId: Id
  readonly hospitalId: Id
  readonly hospitalName: string
  readonly role: Role
  readonly scopes: readonly string[]
  /** The credentials this key may use; `'*'` for all of its hospital. */
  readonly credentialIds: readonly Id[] | '*'
}

export interface Credential {
  readonly id: Id
  readonly hospitalId: Id
  readonly personId: Id | null
  readonly holder: string
  readonly kind: 'seal' | 'staff'
  /** `rsa-3072`, `ecdsa-p256`… */
  readonly algorithm: string
  readonly keyProvider: 'pkcs11' | 'file'
  /** Hex CKA_ID. */
  readonly keyId: string
  /** DER, end entity first. */
  readonly chain: readonly Uint8Array[]
  readonly disabled: boolean
}

/** What an audit row tells; the repository adds sequence, time and digest. Never a PIN, key, name of a patient. */
export interface AuditEntry {
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly outcome: 'success' | 'refused' | 'failed' | 'voided'
  readonly requestId: string
  /** Canonical JSON is digested into the row's `contentDigest`. */
  readonly content: Readonly<Record<string, unknown>>
}

export interface AuditEvent extends AuditEntry {
  readonly hospitalId: Id
  /** From 1, without gaps within the hospital. */
  readonly sequence: number
  readonly time: Date
  /** SHA-256, hex, of the canonical JSON (RFC 8785) of the row without this field; `time` as ISO 8601 with ms, UTC. */
  readonly contentDigest: string
}

/** A request that creates, as idempotency sees it: same key, same fingerprint → the same answer. */
export interface IdempotentRequest {
  readonly key: string
  readonly apiKeyId: Id
  /** SHA-256, hex, over method, path, canonical parameters and body digest. */
  readonly fingerprint: string
}

export type IdempotencyState =
  | { readonly state: 'new' }
  | { readonly state: 'running' }
  | { readonly state: 'mismatch' }
  | { readonly state: 'done'; readonly answer: StoredAnswer }

/** What is answered again for 24 h. `body` holds only what was appended or made, never the document. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** True: the document of the repeated request goes before `body`. */
  readonly prefixedByDocument: boolean
}

export interface Intent {
  readonly id: Id
  readonly hospitalId: Id
  readonly credentialId: Id
  readonly apiKeyId: Id
  readonly requestId: string
  readonly format: 'pades' | 'cades'
  readonly level: string
  readonly documentSha256: string
  readonly documentLength: number
  readonly createdAt: Date
}

export interface SignatureRecord {
  readonly id: Id
  /** The intent, or the signing request, that it answers. */
  readonly intentId: Id
  readonly hospitalId: Id
  readonly credentialId: Id | null
  readonly format: 'pades' | 'cades'
  readonly level: string
  readonly algorithm: SignatureAlgorithm
  readonly conformity: 'tt15' | 'outside'
  readonly environment: 'evaluation' | 'production'
  readonly keyProvider: 'pkcs11' | 'file' | 'external'
  readonly documentSha256: string
  readonly documentLength: number
  /** SHA-256, hex, of the whole signed result. */
  readonly resultSha256: string
  readonly certificateSha256: string
  readonly warnings: readonly string[]
  readonly timestampTime: Date | null
  readonly createdAt: Date
  /** The SignedData, certificates inside: evidence of what was released. */
  readonly cms: Uint8Array
  /** null: recorded before this was kept. */
  readonly revocation: RevocationRecord | null
}

/**
 * How the certificates behind a signature stood when it was released, and by what that was found (TT 15/2025/TT-BKHCN,
 * 5.4). Plain JSON; times are ISO 8601 in UTC.
 */
export interface RevocationRecord {
  /** `good`: none of them is revoked; `unreachable`: of one or more nothing that counts was to be had. */
  readonly state: 'good' | 'unreachable'
  readonly checkedAt: string
  /** The signer's first, then its issuers'; anchors are not asked about. */
  readonly certificates: readonly CheckedCertificate[]
}

export interface CheckedCertificate {
  /** SHA-256, hex. */
  readonly sha256: string
  readonly subject: string
  readonly status: 'good' | 'unknown'
  /** What told so; null where nothing that counts was to be had. */
  readonly evidence: EvidenceReference | null
}

/** A CRL or OCSP answer in the evidence store. */
export interface EvidenceReference {
  readonly kind: 'crl' | 'ocsp'
  readonly url: string
  /** SHA-256, hex, of its DER. */
  readonly sha256: string
  readonly thisUpdate: string
  readonly nextUpdate: string | null
  /** OCSP: producedAt; CRL: thisUpdate. */
  readonly producedAt: string
}

export interface Activation {
  readonly id: Id
  readonly hospitalId: Id
  readonly credentialId: Id
  /** SHA-256, hex, of the token handed out; the token itself is kept nowhere. */
  readonly tokenSha256: string
  readonly documents: readonly string[]
  readonly expiresAt: Date
}

export interface PinState {
  /** scrypt string `scrypt$N$r$p$salt$hash`, base64url parts. */
  readonly hash: string
  readonly failures: number
  readonly lockedAt: Date | null
}

export interface SigningRequest {
  readonly id: Id
  readonly hospitalId: Id
  readonly apiKeyId: Id
  readonly state: 'prepared' | 'completed'
  /** JSON of what the API keeps between the two steps; here only text. */
  readonly prepared: string
  /** Name of the file under the data folder that holds the document. */
  readonly documentFile: string
  readonly contentType: string
  readonly expiresAt: Date
  /** SHA-256 of the signature value that completed it, and what was then appended. */
  readonly completedWith: string | null
  readonly appended: Uint8Array | null
  readonly signatureId: Id | null
}
