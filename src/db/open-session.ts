import { checkServer } from './check-server.ts'
import type { DatabaseOptions } from './database-options.ts'
import { DbError } from './errors.ts'
import { type MigrationConnection, migrate, readMigrations } from './migrate.ts'
import { openPglite, openPgliteSession } from './pglite-session.ts'
import { openPostgresPool } from './postgres-pool.ts'
import { openPostgresSession } from './postgres-session.ts'
import { checkServiceRole, ensureServiceRole } from './service-role.ts'
import type { Session } from './session.ts'

type SessionOptions = Omit<DatabaseOptions, 'instanceId' | 'now'>

/** Brings the tables up to date as their owner, then connects under the service's role, and checks that it binds. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const session = await connect(options)
  try {
    await checkServiceRole((statement) => session.query(statement))
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

function connect(options: SessionOptions): Promise<Session> {
  if (options.url !== null) return openServer(options, options.url)
  if (options.ownerUrl !== null) throw new DbError('ERR_DB_OWNER_WITHOUT_URL')
  return openEmbedded(options)
}

async function openEmbedded(options: SessionOptions): Promise<Session> {
  const client = await openPglite(options.dataFolder)
  try {
    const connection: MigrationConnection = {
      exec: async (text) => {
        await client.exec(text)
      },
      query: async (text, parameters) =>
        (await client.query<Record<string, unknown>>(text, [...parameters])).rows,
    }
    await prepare(connection, 'postgres', options.log)
    options.log.info(
      { database: 'pglite' },
      'embedded database, for evaluation only: it does not wait for the disk',
    )
    return await openPgliteSession(client)
  } catch (error) {
    await client.close()
    throw error
  }
}

async function openServer(options: SessionOptions, url: string): Promise<Session> {
  checkUrl(url, 'DATABASE_URL')
  if (options.ownerUrl !== null) checkUrl(options.ownerUrl, 'DATABASE_OWNER_URL')
  const user = await withConnection(url, async (connection) => {
    await checkServer(connection)
    const [row] = await connection.query('select session_user::text as name', [])
    return String(row?.['name'])
  })
  await withConnection(options.ownerUrl ?? url, (owner) => prepare(owner, user, options.log))
  if (options.ownerUrl !== null)
    await withConnection(url, async (connection) => {
      const [row] = await connection.query(
        "select to_regclass('anky.schema_migrations') is not null as there",
        [],
      )
      if (row?.['there'] !== true) throw new DbError('ERR_DB_SCHEMA_MISSING')
    })
  options.log.info({ database: 'postgres' }, 'PostgreSQL')
  return openPostgresSession({
    url,
    poolSize: options.poolSize ?? 10,
    deadlineMs: options.deadlineMs ?? 9000,
  })
}

async function prepare(owner: MigrationConnection, user: string, log: SessionOptions['log']): Promise<void> {
  await ensureServiceRole(owner, user)
  const applied = await migrate(owner, readMigrations())
  if (applied.length > 0) log.info({ migrations: applied }, 'database migrated')
}

/** One connection as the address's own user; migrations may take a minute. */
async function withConnection<T>(
  url: string,
  work: (connection: MigrationConnection) => Promise<T>,
): Promise<T> {
  const pool = openPostgresPool({ url, size: 1, deadlineMs: 60_000, role: null })
  try {
    return await pool.use((client) =>
      work({
        exec: async (text) => {
          await client.query(text)
        },
        query: async (text, parameters) =>
          (await client.query<Record<string, unknown>>(text, [...parameters])).rows,
      }),
    )
  } finally {
    await pool.close()
  }
}

function checkUrl(url: string, variable: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol) || parsed.pathname.length < 2)
    throw new DbError('ERR_DB_URL_INVALID', { details: { variable } })
}
