import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { DbError } from './errors.ts'
import { openPostgresPool } from './postgres-pool.ts'
import { SERVICE_ROLE } from './service-role.ts'
import { type Executor, type Scope, type Session, scopeStatement } from './session.ts'

export interface PostgresSessionOptions {
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
  /** No call lasts longer, but for one more try where a connection broke. */
  readonly deadlineMs: number
}

/** A pool under the service's role. A connection found broken before it did anything costs a second try, not the call. */
export function openPostgresSession({ url, poolSize, deadlineMs }: PostgresSessionOptions): Session {
  const pool = openPostgresPool({ url, size: poolSize, deadlineMs, role: SERVICE_ROLE })
  const executors = new WeakMap<pg.ClientBase, Executor>()
  const listeners: (() => void)[] = []
  let away = false

  const executorOf = (client: pg.ClientBase): Executor => {
    const known = executors.get(client)
    if (known) return known
    const made = drizzle(client as pg.Client) as unknown as Executor
    executors.set(client, made)
    return made
  }

  const call = async <T>(run: (client: pg.ClientBase, began: () => void) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      let begun = false
      const began = () => {
        begun = true
      }
      try {
        const result = await pool.use((client) => run(client, began))
        if (away) {
          away = false
          for (const listener of listeners) listener()
        }
        return result
      } catch (error) {
        const code = error instanceof DbError ? error.code : null
        if (code === 'ERR_DB_UNAVAILABLE' && !begun && attempt === 1) continue
        away ||= code === 'ERR_DB_UNAVAILABLE' || code === 'ERR_DB_TIMEOUT'
        throw error
      }
    }
  }

  return {
    kind: 'postgres',
    transaction: async <T>(scope: Scope, work: (tx: Executor) => Promise<T>) => {
      const begin = `begin; ${scopeStatement(scope)}`
      return call(async (client, began) => {
        await client.query(begin)
        began()
        try {
          const result = await work(executorOf(client))
          await client.query('commit')
          return result
        } catch (error) {
          // Fails where the connection is gone; then the server has rolled back, and the first error tells why.
          await client.query('rollback').catch(() => {})
          throw error
        }
      })
    },
    // Reads only, so that it may be sent a second time even if the first was on its way.
    query: (statement) =>
      call(async (client) => (await client.query<Record<string, unknown>>(statement)).rows),
    onReturn: (listener) => {
      listeners.push(listener)
    },
    close: () => pool.close(),
  }
}
