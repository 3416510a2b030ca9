import pg from 'pg'
import { withDeadline } from './deadline.ts'
import { DbError } from './errors.ts'
import { toDbError } from './map-error.ts'

export interface PoolOptions {
  readonly url: string
  /** Connections at most. */
  readonly size: number
  /** Over one use of a connection, waiting for it included. */
  readonly deadlineMs: number
  /** The role that every connection starts under; null: its user. `RESET ROLE` leads back to it too. */
  readonly role: string | null
}

/** Connections to a PostgreSQL server that may go away and come back. */
export interface PostgresPool {
  /**
   * Lends a connection. No use lasts longer than the deadline: half of it bounds the wait for a connection, and each
   * statement on the server; a connection that brings no answer at all is given up. Throws `DbError`, and what `work`
   * throws.
   */
  use<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A pool whose connections are made as they are needed: a server that is away is found out by the first use. */
export function openPostgresPool(options: PoolOptions): PostgresPool {
  const pool = new pg.Pool(poolConfig(options))
  // A connection that breaks while nobody uses it; the pool has dropped it already.
  pool.on('error', () => {})
  let closed = false

  const connect = async (): Promise<pg.PoolClient> => {
    if (closed) throw new DbError('ERR_DB_CLOSED')
    try {
      return await pool.connect()
    } catch (error) {
      throw withoutCode(error) ? unavailable(error) : toDbError(error)
    }
  }

  return {
    async use(work) {
      const client = await connect()
      let broken: Error | null = null
      const onError = (error: Error) => {
        broken ??= error
      }
      client.on('error', onError)
      try {
        return await withDeadline(work(client), options.deadlineMs, () => {
          broken ??= new DbError('ERR_DB_TIMEOUT')
        })
      } catch (thrown) {
        const error = broken && !(thrown instanceof DbError) ? unavailable(broken) : toDbError(thrown)
        if (error instanceof DbError && error.code === 'ERR_DB_UNAVAILABLE') broken ??= error
        throw error
      } finally {
        // `true` ends the connection, with whatever still runs on it.
        client.release(broken !== null)
        if (!broken) client.removeListener('error', onError)
      }
    },
    async close() {
      closed = true
      await pool.end()
    },
  }
}

function poolConfig({ url, size, deadlineMs, role }: PoolOptions): pg.PoolConfig {
  const boundMs = Math.floor(deadlineMs / 2)
  const address = new URL(url)
  const settings = ['-c TimeZone=UTC', '-c client_min_messages=warning', ...(role ? [`-c role=${role}`] : [])]
  address.searchParams.set(
    'options',
    [address.searchParams.get('options') ?? '', ...settings].join(' ').trim(),
  )
  return {
    connectionString: address.href,
    max: size,
    application_name: 'an-ky',
    connectionTimeoutMillis: boundMs,
    idleTimeoutMillis: 300_000,
    keepAlive: true,
    statement_timeout: boundMs,
    lock_timeout: boundMs,
    idle_in_transaction_session_timeout: deadlineMs,
  }
}

/** node-postgres tells of broken connections and of its own time limits in words only. */
const withoutCode = (error: unknown): boolean =>
  !(error instanceof Error && typeof (error as Error & { code?: unknown }).code === 'string')

const unavailable = (cause: unknown): DbError => {
  const known = toDbError(cause)
  return known instanceof DbError && known.code === 'ERR_DB_UNAVAILABLE'
    ? known
    : new DbError('ERR_DB_UNAVAILABLE', { cause })
}
