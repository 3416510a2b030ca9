import { DrizzleQueryError } from 'drizzle-orm'
import type { Details } from '../formats/index.ts'
import { DbError, type DbErrorCode } from './errors.ts'

/** What the drivers tell of an error; node's network errors carry a `code` too. */
interface DriverError {
  readonly code: string
  readonly message: string
  readonly constraint: string | null
}

const unavailable = new Set([
  // node:net, node:dns
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  // PostgreSQL, appendix A: shutting down, crashed, starting up; too many connections; being read-only after a fail-over
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '25006',
])

/** SQLSTATE (PostgreSQL, appendix A) → our code; those of class 08 are connection failures. */
const bySqlState: Readonly<Record<string, DbErrorCode>> = {
  '57014': 'ERR_DB_TIMEOUT',
  '55P03': 'ERR_DB_TIMEOUT',
  '25P03': 'ERR_DB_TIMEOUT',
  '40P01': 'ERR_DB_TIMEOUT',
  '53100': 'ERR_DB_FULL',
  '28P01': 'ERR_DB_AUTHENTICATION',
  '28000': 'ERR_DB_AUTHENTICATION',
  '3D000': 'ERR_DB_DATABASE_MISSING',
  '23503': 'ERR_DB_REFERENCE_MISSING',
  '23505': 'ERR_DB_DUPLICATE',
}

/**
 * Turns what a driver threw into the folder's error; a `DbError` stays what it is, so do mistakes in our own code, without
 * the query builder's words around them, which hold the parameters.
 */
export function toDbError(error: unknown): unknown {
  if (error instanceof DbError) return error
  const driver = findDriverError(error)
  if (!driver) return error instanceof DrizzleQueryError && error.cause ? error.cause : error
  const { code } = driver
  const cause = causeOf(driver)
  const fail = (name: DbErrorCode, details: Details = {}) => new DbError(name, { cause, details })
  if (unavailable.has(code) || /^08...$/.test(code)) return fail('ERR_DB_UNAVAILABLE', { reason: code })
  const known = bySqlState[code]
  if (known === 'ERR_DB_REFERENCE_MISSING' || known === 'ERR_DB_DUPLICATE')
    return fail(known, { constraint: driver.constraint })
  if (known) return fail(known, { sqlState: code })
  if (/^2[23]...$/.test(code)) return fail('ERR_DB_VALUE_INVALID', { field: driver.constraint ?? code })
  return fail('ERR_DB_FAILED', { sqlState: code })
}

/** The query builder wraps what the server said; the innermost error with a code tells. */
function findDriverError(error: unknown): DriverError | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, constraint } = at as Error & Record<string, unknown>
    if (typeof code !== 'string') continue
    return { code, message: at.message, constraint: typeof constraint === 'string' ? constraint : null }
  }
  return null
}

/**
 * A cause that holds no values: the drivers' errors carry statements, parameters and rows (`Failing row contains …`),
 * hence PIN hashes, and messages of class 22 quote what was refused.
 */
function causeOf(driver: DriverError): Error {
  const quotes = /^2[23]...$/.test(driver.code)
  const cause = new Error(
    quotes ? `${driver.code} ${driver.constraint ?? ''}`.trim() : `${driver.code} ${driver.message}`,
  )
  cause.name = 'DriverError'
  return cause
}
