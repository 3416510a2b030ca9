export { auditDigest } from './audit-digest.ts'
export { canonicalJson } from './canonical-json.ts'
export { DbError, type DbErrorCode } from './errors.ts'
export { dbMessages } from './messages.ts'
export { type DatabaseLog, type DatabaseOptions, openDatabase } from './open-database.ts'
export type {
  Activation,
  AuditEntry,
  AuditEvent,
  Caller,
  Credential,
  Database,
  HospitalRepository,
  Id,
  IdempotencyState,
  IdempotentRequest,
  Intent,
  PinState,
  Role,
  SignatureRecord,
  SigningRequest,
  StoredAnswer,
  SystemRepository,
} from './ports.ts'
