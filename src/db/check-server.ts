import { DbError } from './errors.ts'
import type { MigrationConnection } from './migrate.ts'

/** PostgreSQL 15: the oldest that our SQL is tested on. */
const OLDEST = 150_000

/** Throws `ERR_DB_VERSION` or `ERR_DB_ENCODING` where the server or database cannot hold what we write. */
export async function checkServer(connection: MigrationConnection): Promise<void> {
  const [row] = await connection.query(
    "select current_setting('server_version') as version, current_setting('server_version_num')::int as number, current_setting('server_encoding') as encoding",
    [],
  )
  if (Number(row?.['number']) < OLDEST)
    throw new DbError('ERR_DB_VERSION', { details: { version: String(row?.['version']) } })
  if (row?.['encoding'] !== 'UTF8')
    throw new DbError('ERR_DB_ENCODING', { details: { encoding: String(row?.['encoding']) } })
}
