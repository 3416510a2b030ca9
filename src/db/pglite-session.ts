import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { DbError } from './errors.ts'
import { toDbError } from './map-error.ts'
import { SERVICE_ROLE } from './service-role.ts'
import { type Executor, type Scope, type Session, scopeStatement } from './session.ts'

/** PGlite's own conversions of bytea go byte by byte and take 4 ms for 30 KB. */
const byteaSerializer = { [types.BYTEA]: (value: Uint8Array) => `\\x${Buffer.from(value).toString('hex')}` }
const byteaParser = { [types.BYTEA]: (text: string) => Buffer.from(text.slice(2), 'hex') }

/**
 * Opens the embedded database in `<dataFolder>/pglite`, as its superuser. PGlite does not wait for the disk (fsync off)
 * and does not lock its folder: it is for evaluation, and the data folder's lock is the caller's.
 */
export async function openPglite(dataFolder: string): Promise<PGlite> {
  try {
    const folder = join(dataFolder, 'pglite')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return await PGlite.create(folder, { serializers: byteaSerializer, parsers: byteaParser })
  } catch (cause) {
    throw new DbError('ERR_DB_EMBEDDED_OPEN', { cause })
  }
}

/** Takes the service's role for good; there is one connection, so transactions queue. */
export async function openPgliteSession(client: PGlite): Promise<Session> {
  await client.exec(`set role ${SERVICE_ROLE}`)
  const db = drizzle(client)
  let closed = false

  const guard = async <T>(run: () => Promise<T>): Promise<T> => {
    if (closed) throw new DbError('ERR_DB_CLOSED')
    try {
      return await run()
    } catch (error) {
      throw toDbError(error)
    }
  }

  return {
    kind: 'pglite',
    transaction: async <T>(scope: Scope, work: (tx: Executor) => Promise<T>) => {
      const first = scopeStatement(scope)
      return guard(() =>
        db.transaction(async (tx) => {
          if (first) await tx.execute(sql.raw(first))
          return work(tx as unknown as Executor)
        }),
      )
    },
    query: (statement) => guard(async () => (await client.query<Record<string, unknown>>(statement)).rows),
    onReturn: () => {},
    async close() {
      closed = true
      await client.close()
    },
  }
}
