import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { dbMessages } from './messages.ts'

/** Every way in which the database can fail, or refuse. */
export type DbErrorCode = keyof typeof dbMessages

const retryable = new Set<DbErrorCode>(['ERR_DB_UNAVAILABLE', 'ERR_DB_TIMEOUT', 'ERR_DB_FULL'])

/** The database could not do, or refused, what it was asked. */
export class DbError extends AnkyError<DbErrorCode> {
  constructor(code: DbErrorCode, options: ErrorOptions = {}) {
    super(code, dbMessages[code], { retryable: retryable.has(code), ...options })
  }
}
