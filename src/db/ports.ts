import type { EvidenceKey, EvidenceStore, SerialIndexStore } from '../trust/index.ts'
import type {
  Activation,
  AuditEntry,
  AuditEvent,
  Caller,
  Credential,
  Id,
  IdempotencyState,
  IdempotentRequest,
  Intent,
  PinState,
  Role,
  SignatureRecord,
  SigningRequest,
  StoredAnswer,
} from './values.ts'

/** Calls outside any hospital: finding out who asks, and start-up. */
export interface SystemRepository {
  findCallerByKeyHash(sha256: string): Promise<Caller | null>
  /** Refuses a database that holds another data folder's keys (`ERR_DB_OTHER_DATA_FOLDER`). */
  bindInstance(instanceId: string): Promise<void>
  /** Intents without a result, of all hospitals: those at work, and those that a crash left. */
  unfinishedIntents(): Promise<Intent[]>
  ping(): Promise<void>
  /**
   * Removes requests without an intent that were never answered, so that they may be made again, unless `isRunning` says
   * that they are being worked on. It is asked after they were found. Returns how many.
   */
  releaseAbandonedRequests(
    isRunning: (request: { readonly apiKeyId: Id; readonly key: string }) => boolean,
  ): Promise<number>
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
  /** Lets an API key use further credentials of its hospital; those that it may use already change nothing. */
  grantCredentials(hospitalId: Id, apiKeyId: Id, credentialIds: readonly Id[]): Promise<void>
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
   * the intent is done, void or unknown: then nothing was written. The evidence that the signature refers to must have
   * been kept before.
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

/** Fetched certificates, CRLs and OCSP answers, which belong to no hospital; DER is stored once, by its digest. */
export interface EvidenceRepository {
  /** Addresses beyond 2048 characters of ASCII are not remembered; what came from them is stored all the same. */
  readonly cache: EvidenceStore
  readonly serialIndexes: SerialIndexStore
  /** Stores it and gives its SHA-256 (hex), by which a signature's row then refers to it. */
  keep(kind: EvidenceKey['kind'], bytes: Uint8Array): Promise<string>
  find(sha256: string): Promise<Uint8Array | null>
  /** Removes what no signature and no address refers to any more, and addresses not asked for 30 days; gives the number. */
  prune(): Promise<number>
}

export interface Database {
  readonly kind: 'pglite' | 'postgres'
  readonly system: SystemRepository
  readonly evidence: EvidenceRepository
  hospital(id: Id): HospitalRepository
  /** Called when a call succeeds after one failed because the database was out of reach. */
  onReturn(listener: () => void): void
  close(): Promise<void>
}
