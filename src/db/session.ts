import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { DbError } from './errors.ts'
import { isUuid } from './ids.ts'
import type { Id } from './values.ts'

/** What statements are run on: a transaction, on either database. */
export type Executor = PgDatabase<PgQueryResultHKT, Record<string, never>, Record<string, never>>

/** Whose rows a transaction sees. */
export type Scope = { readonly hospital: Id } | 'housekeeping' | 'instance'

/** Connections to one database, under the service's role. */
export interface Session {
  readonly kind: 'pglite' | 'postgres'
  /** Runs `work` in one transaction; throws `DbError`. */
  transaction<T>(scope: Scope, work: (tx: Executor) => Promise<T>): Promise<T>
  /** Runs one statement without parameters, which only reads, by itself and returns its rows. */
  query(statement: string): Promise<readonly Record<string, unknown>[]>
  onReturn(listener: () => void): void
  close(): Promise<void>
}

/** The statements that begin a transaction's scope, to be sent along with its BEGIN. */
export function scopeStatement(scope: Scope): string {
  if (scope === 'instance') return ''
  if (scope === 'housekeeping') return "select set_config('anky.scope', 'housekeeping', true)"
  if (!isUuid(scope.hospital)) throw new DbError('ERR_DB_NOT_FOUND', { details: { what: 'hospital' } })
  return `select set_config('anky.hospital', '${scope.hospital}', true)`
}
