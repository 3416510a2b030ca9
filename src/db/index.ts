export { auditDigest } from './audit-digest.ts'
export { canonicalJson } from './canonical-json.ts'
export type { DatabaseLog, DatabaseOptions } from './database-options.ts'
export { DbError, type DbErrorCode } from './errors.ts'
export { dbMessages } from './messages.ts'
export { openDatabase } from './open-database.ts'
export type { Database, EvidenceRepository, HospitalRepository, SystemRepository } from './ports.ts'
export { PIN_TRIES } from './repositories/pins.ts'
export type {
  Activation,
  AuditEntry,
  AuditEvent,
  Caller,
  CheckedCertificate,
  Credential,
  EvidenceReference,
  Id,
  IdempotencyState,
  IdempotentRequest,
  Intent,
  PinState,
  RevocationRecord,
  Role,
  SignatureRecord,
  SigningRequest,
  StoredAnswer,
} from './values.ts'
