import { type SQL, sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { DbError } from './errors.ts'
import { isUuid } from './ids.ts'
import type { Id } from './ports.ts'

/** What statements are run on: a transaction, on either database. */
export type Executor = PgDatabase<PgQueryResultHKT, Record<string, never>, Record<string, never>>

/** Whose rows a transaction sees. */
export type Scope = { readonly hospital: Id } | 'housekeeping' | 'instance'

/** Connections to one database, under the service's role. */
export interface Session {
  readonly kind: 'pglite' | 'postgres'
  /** Runs `work` in one transaction; throws `DbError`. */
  transaction<T>(scope: Scope, work: (tx: Executor) => Promise<T>): Promise<T>
  /** Runs one statement without parameters by itself and returns its rows. */
  query(statement: string): Promise<readonly Record<string, unknown>[]>
  onReturn(listener: () => void): void
  close(): Promise<void>
}

/** The statement that begins a transaction's scope; without parameters, so that it takes one round trip. */
export function scopeStatement(scope: Scope): SQL | null {
  if (scope === 'instance') return null
  if (scope === 'housekeeping') return sql.raw("select set_config('anky.scope', 'housekeeping', true)")
  if (!isUuid(scope.hospital)) throw new DbError('ERR_DB_NOT_FOUND', { details: { what: 'hospital' } })
  return sql.raw(`select set_config('anky.hospital', '${scope.hospital}', true)`)
}

/**
 * Sends statements one after another without waiting in between, waits for all, and throws the first failure: the later
 * ones of an aborted transaction say nothing.
 */
export async function pipeline<T extends readonly unknown[]>(
  ...statements: { [K in keyof T]: PromiseLike<T[K]> }
): Promise<T> {
  const settled = await Promise.allSettled(statements)
  const values = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
  return values as unknown as T
}
