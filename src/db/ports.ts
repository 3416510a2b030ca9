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
  readonly activationId: Id | null
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
  /** Evidence: signer certificate chain (DER, concatenated as PEM text) and the CMS. */
  readonly cms: Uint8Array
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
  /** JSON of the signer's PreparedSignature. */
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

/** Calls outside any hospital: finding out who asks, and start-up. */
export interface SystemRepository {
  findCallerByKeyHash(sha256: string): Promise<Caller | null>
  /** Refuses a database that holds another data folder's keys (`ERR_DB_OTHER_DATA_FOLDER`). */
  bindInstance(instanceId: string): Promise<void>
  /** Intents without a result, left by a crash, of all hospitals; those older than `before`. */
  unfinishedIntents(before: Date): Promise<Intent[]>
  ping(): Promise<void>
  /**
   * Requests without an intent that a crash left running since before `before`: removed, so that they may be made again.
   * Returns how many.
   */
  releaseAbandonedRequests(before: Date): Promise<number>
  /**
   * Removes answers older than 24 h and signing requests that lapsed 24 h ago; returns the names of their documents'
   * files, which are then the caller's to delete.
   */
  removeLapsed(): Promise<{ readonly documentFiles: readonly string[] }>
  /** Provisioning (evaluation, later administration). */
  createHospital(row: { id: Id; name: string; code: string }): Promise<void>
  createPerson(row: {
    id: Id
    hospitalId: Id
    name: string
    role: Role
    identifier: string | null
  }): Promise<void>
  createApiKey(row: {
    id: Id
    hospitalId: Id
    personId: Id | null
    label: string
    role: Role
    sha256: string
    scopes: readonly string[]
    credentialIds: readonly Id[] | '*'
  }): Promise<void>
  createCredential(row: Credential & { pinHash: string | null }): Promise<void>
}

/**
 * Calls within one hospital: row-level security holds, an id of another hospital is not found. Throws `DbError`:
 * `ERR_DB_UNAVAILABLE` and `ERR_DB_TIMEOUT` (both retryable) from every call.
 */
export interface HospitalRepository {
  listCredentials(): Promise<Credential[]>
  findCredential(id: Id): Promise<Credential | null>

  /** Registers the idempotent request and, if it is new, commits the intent; both in one transaction. */
  beginIntent(intent: Intent, idempotency: IdempotentRequest | null): Promise<IdempotencyState>
  /**
   * Signature row, audit row, intent done and the stored answer, in one transaction. `ERR_DB_INTENT_NOT_RUNNING` where
   * the intent is done, void or unknown: then nothing was written.
   */
  completeIntent(
    intentId: Id,
    signature: SignatureRecord,
    audit: AuditEntry,
    answer: StoredAnswer,
  ): Promise<AuditEvent>
  /**
   * Intent void, audit row written, idempotency released so that the request may be made again.
   * `ERR_DB_INTENT_NOT_RUNNING` as above.
   */
  voidIntent(intentId: Id, audit: AuditEntry): Promise<void>

  /** The same for requests without an intent (activations, signing requests, time-stamps). */
  beginRequest(idempotency: IdempotentRequest): Promise<IdempotencyState>
  /** `ERR_DB_REQUEST_NOT_RUNNING` where it was not begun, or was answered. */
  finishRequest(idempotency: IdempotentRequest, answer: StoredAnswer): Promise<void>
  releaseRequest(idempotency: IdempotentRequest): Promise<void>

  findSignature(id: Id): Promise<SignatureRecord | null>

  pinState(credentialId: Id): Promise<PinState | null>
  /**
   * Counts one wrong PIN under a row lock; returns the state after it (locked at the fifth in a row; not counted further
   * once locked). `ERR_DB_PIN_MISSING` where the credential has no PIN.
   */
  countPinFailure(credentialId: Id, audit: AuditEntry): Promise<PinState>
  /** After a right PIN. `ERR_DB_PIN_LOCKED` where it was locked meanwhile: then the PIN must not be accepted. */
  resetPinFailures(credentialId: Id): Promise<void>
  /**
   * Needs an administrator and an approver, in either order, with keys of two different persons; then the lock is gone.
   * `ERR_DB_PIN_NOT_LOCKED`, `ERR_DB_UNLOCK_ROLE` (the key has another role or no person), `ERR_DB_UNLOCK_SAME_PERSON`.
   */
  approveUnlock(
    credentialId: Id,
    apiKeyId: Id,
    role: 'administrator' | 'approver',
    audit: AuditEntry,
  ): Promise<'waiting' | 'unlocked'>

  createActivation(activation: Activation, audit: AuditEntry): Promise<void>
  /**
   * Uses up one document of an activation, atomically: null where the token, credential or document does not match, it
   * was used already, or it has lapsed at `now`.
   */
  consumeActivation(
    tokenSha256: string,
    credentialId: Id,
    documentSha256: string,
    now: Date,
  ): Promise<Id | null>
  /** Gives a document back whose signing ended before the key was used. */
  restoreActivation(activationId: Id, documentSha256: string): Promise<void>

  createSigningRequest(request: SigningRequest, audit: AuditEntry): Promise<void>
  findSigningRequest(id: Id): Promise<SigningRequest | null>
  /**
   * Once: with the same `completedWith` again it returns what is stored and writes nothing; with another one
   * `ERR_DB_SIGNING_REQUEST_COMPLETED`. `ERR_DB_NOT_FOUND`; `ERR_DB_SIGNING_REQUEST_LAPSED` after `expiresAt`.
   */
  completeSigningRequest(
    id: Id,
    result: { completedWith: string; appended: Uint8Array; signature: SignatureRecord },
    audit: AuditEntry,
  ): Promise<SigningRequest>

  appendAudit(entry: AuditEntry): Promise<AuditEvent>
  /** Rows with a sequence above `after`, in order. */
  listAuditEvents(after: number, limit: number): Promise<AuditEvent[]>
}

export interface Database {
  readonly kind: 'pglite' | 'postgres'
  readonly system: SystemRepository
  hospital(id: Id): HospitalRepository
  /** Called when a call succeeds after one failed because the database was out of reach. */
  onReturn(listener: () => void): void
  close(): Promise<void>
}
