import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { DbError } from './errors.ts'
import { toDbError } from './map-error.ts'

/** One SQL file of `migrations/`, named `0001-what-it-does.sql`. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  /** SHA-256, hex, of the file. */
  readonly sha256: string
}

/** A connection of the tables' owner. */
export interface MigrationConnection {
  /** Several statements without parameters. */
  exec(text: string): Promise<void>
  query(text: string, parameters: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
}

/** The migrations that came with the program, in order. */
export function readMigrations(folder = new URL('./migrations/', import.meta.url)): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8')
      const sha256 = createHash('sha256').update(text).digest('hex')
      return { number: Number(file.slice(0, 4)), name: file.slice(0, -'.sql'.length), text, sha256 }
    })
}

/**
 * Applies what is missing, all in one transaction under a lock, and returns the names. Throws `ERR_DB_SCHEMA_NEWER`,
 * `ERR_DB_MIGRATION_CHANGED` or `ERR_DB_MIGRATION_FAILED`; then nothing was changed.
 */
export async function migrate(
  connection: MigrationConnection,
  migrations: readonly Migration[],
): Promise<string[]> {
  await connection.exec('begin')
  try {
    // Any number will do, as long as every version of this program takes the same one.
    await connection.exec('select pg_advisory_xact_lock(7311506201)')
    const [table] = await connection.query(
      "select to_regclass('anky.schema_migrations') is not null as there",
      [],
    )
    if (table?.['there'] !== true) await createRecord(connection)
    const pending = await findPending(connection, migrations)
    for (const migration of pending) await apply(connection, migration)
    await connection.exec('commit')
    return pending.map((migration) => migration.name)
  } catch (error) {
    await connection.exec('rollback').catch(() => {})
    throw error
  }
}

async function createRecord(connection: MigrationConnection): Promise<void> {
  await connection.exec(`
    create schema if not exists anky;
    create table anky.schema_migrations (
      number     integer primary key,
      name       text not null,
      sha256     text not null,
      applied_at timestamptz not null default now()
    );
    grant select on anky.schema_migrations to anky_service`)
}

async function findPending(
  connection: MigrationConnection,
  migrations: readonly Migration[],
): Promise<Migration[]> {
  const rows = await connection.query('select number, sha256 from anky.schema_migrations order by number', [])
  const known = migrations.at(-1)?.number ?? 0
  const found = Number(rows.at(-1)?.['number'] ?? 0)
  if (found > known) throw new DbError('ERR_DB_SCHEMA_NEWER', { details: { found, known } })
  const applied = new Map(rows.map((row) => [Number(row['number']), row['sha256']]))
  return migrations.filter((migration) => {
    const digest = applied.get(migration.number)
    if (digest !== undefined && digest !== migration.sha256)
      throw new DbError('ERR_DB_MIGRATION_CHANGED', { details: { name: migration.name } })
    return digest === undefined
  })
}

async function apply(
  connection: MigrationConnection,
  { number, name, text, sha256 }: Migration,
): Promise<void> {
  try {
    await connection.exec(text)
  } catch (error) {
    const cause = toDbError(error)
    if (cause instanceof DbError && cause.retryable) throw cause
    throw new DbError('ERR_DB_MIGRATION_FAILED', { details: { name }, cause })
  }
  await connection.query('insert into anky.schema_migrations (number, name, sha256) values ($1, $2, $3)', [
    number,
    name,
    sha256,
  ])
}
