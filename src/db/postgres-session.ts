import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { withDeadline } from './deadline.ts'
import { DbError } from './errors.ts'
import { toDbError } from './map-error.ts'
import { SERVICE_ROLE } from './service-role.ts'
import { type Executor, type Scope, type Session, scopeStatement } from './session.ts'

export interface PostgresSessionOptions {
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
  /** Over a whole call, waiting for a connection included. */
  readonly deadlineMs: number
}

/** postgres.js as we use it everywhere: quiet, quick to come back, no look-up of types. */
export function connectPostgres(
  url: string,
  options: { max: number; statementMs: number; role: string | null },
): postgres.Sql {
  return postgres(url, {
    max: options.max,
    connect_timeout: 5,
    idle_timeout: 300,
    // A server that comes back is found again at once; the caller decides whether to ask again.
    backoff: () => 0.05,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: 'an-ky',
      statement_timeout: options.statementMs,
      lock_timeout: options.statementMs,
      idle_in_transaction_session_timeout: 2 * options.statementMs,
      client_min_messages: 'warning',
      TimeZone: 'UTC',
      ...(options.role !== null && { role: options.role }),
    },
  })
}

/**
 * A pool whose every connection has taken the service's role. No call lasts longer than the deadline: half of it bounds
 * each statement on the server; where even that brings no answer, the pool's connections are given up and made anew.
 */
export function openPostgresSession(options: PostgresSessionOptions): Session {
  const { deadlineMs } = options
  const statementMs = Math.floor(deadlineMs / 2)
  const connect = () => {
    const client = connectPostgres(options.url, { max: options.poolSize, statementMs, role: SERVICE_ROLE })
    return { client, db: drizzle(client) }
  }
  let pool = connect()
  let closed = false
  let away = false
  const listeners: (() => void)[] = []

  const giveUp = (used: typeof pool) => {
    if (used !== pool || closed) return
    pool = connect()
    void used.client.end({ timeout: 0 }).catch(() => {})
  }

  /** `began` tells whether anything but BEGIN was sent: until then a lost connection costs one more try. */
  const guard = async <T>(run: (used: typeof pool, begin: () => void) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      if (closed) throw new DbError('ERR_DB_CLOSED')
      const used = pool
      let began = false
      const begin = () => {
        began = true
      }
      try {
        const result = await withDeadline(run(used, begin), deadlineMs, () => giveUp(used))
        if (away) {
          away = false
          for (const listener of listeners) listener()
        }
        return result
      } catch (thrown) {
        const error = toDbError(thrown)
        const lost = error instanceof DbError && error.code === 'ERR_DB_UNAVAILABLE'
        if (lost && !began && attempt === 1) continue
        if (lost || (error instanceof DbError && error.code === 'ERR_DB_TIMEOUT')) away = true
        throw error
      }
    }
  }

  return {
    kind: 'postgres',
    transaction: async <T>(scope: Scope, work: (tx: Executor) => Promise<T>) => {
      const first = scopeStatement(scope)
      return guard((used, begin) =>
        used.db.transaction(async (tx) => {
          begin()
          if (first) await tx.execute(first)
          return work(tx as unknown as Executor)
        }),
      )
    },
    query: (statement) =>
      guard(async (used, begin) => {
        const pending = used.client.unsafe<Record<string, unknown>[]>(statement)
        begin()
        return await pending
      }),
    onReturn: (listener) => {
      listeners.push(listener)
    },
    async close() {
      closed = true
      await pool.client.end({ timeout: 2 })
    },
  }
}
