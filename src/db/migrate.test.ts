import { createHash } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { getTableColumns } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Migration, type MigrationConnection, migrate, readMigrations } from './migrate.ts'
import * as schema from './schema/index.ts'
import { ensureServiceRole } from './service-role.ts'

const migration = (number: number, text: string): Migration => ({
  number,
  name: `${String(number).padStart(4, '0')}-test`,
  text,
  sha256: createHash('sha256').update(text).digest('hex'),
})

describe('migrations', () => {
  let client: PGlite
  let connection: MigrationConnection
  beforeAll(async () => {
    client = await PGlite.create()
    connection = {
      exec: async (text) => {
        await client.exec(text)
      },
      query: async (text, parameters) =>
        (await client.query<Record<string, unknown>>(text, [...parameters])).rows,
    }
    await ensureServiceRole(connection, 'postgres')
  })
  beforeEach(() => client.exec('drop schema if exists anky cascade'))
  afterAll(() => client.close())

  const applied = async () =>
    (await connection.query('select number, sha256 from anky.schema_migrations order by number', [])).map(
      ({ number }) => number,
    )

  it('are numbered from 1 without gaps, each name once', () => {
    const migrations = readMigrations()
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
  })

  it('are applied once and recorded with their digest', async () => {
    const migrations = readMigrations()
    expect(await migrate(connection, migrations)).toEqual(migrations.map(({ name }) => name))
    expect(await migrate(connection, migrations)).toEqual([])
    const rows = await connection.query('select name, sha256 from anky.schema_migrations order by number', [])
    expect(rows).toEqual(migrations.map(({ name, sha256 }) => ({ name, sha256 })))
  })

  it('added later are applied to what is there', async () => {
    const first = migration(1, 'create table anky.a (id int)')
    const second = migration(2, 'insert into anky.a values (1)')
    await migrate(connection, [first])
    expect(await migrate(connection, [first, second])).toEqual(['0002-test'])
    expect(await connection.query('select id from anky.a', [])).toEqual([{ id: 1 }])
  })

  it('give the scope of judging to keys that were made before it, but not to those that only unlock', async () => {
    const migrations = readMigrations()
    await migrate(connection, migrations.slice(0, 7))
    const id = (at: number): string => `00000000-0000-7000-8000-00000000000${at}`
    await client.query(
      "insert into anky.hospitals (id, name, code) values ($1, 'BỆNH VIỆN THỬ NGHIỆM A', 'a')",
      [id(0)],
    )
    const keys = [['sign', 'timestamp'], ['audit'], ['unlock'], ['verify', 'audit']]
    for (const [at, scopes] of keys.entries())
      await client.query(
        `insert into anky.api_keys (id, hospital_id, label, role, sha256, scopes, all_credentials)
         values ($1, $2, 'x', 'client', $3, $4, false)`,
        [id(at), id(0), String(at).repeat(64), JSON.stringify(scopes)],
      )
    await migrate(connection, migrations)
    const rows = await connection.query('select scopes from anky.api_keys order by id', [])
    expect(rows.map(({ scopes }) => scopes)).toEqual([
      ['sign', 'timestamp', 'verify'],
      ['audit', 'verify'],
      ['unlock'],
      ['verify', 'audit'],
    ])
  })

  it('that fail leave nothing behind, the ones before them included', async () => {
    const migrations = [
      migration(1, 'create table anky.a (id int)'),
      migration(2, 'create table anky.a (id int)'),
    ]
    await expect(migrate(connection, migrations)).rejects.toMatchObject({
      code: 'ERR_DB_MIGRATION_FAILED',
      details: { name: '0002-test' },
      cause: { code: 'ERR_DB_FAILED', details: { sqlState: '42P07' } },
    })
    const [row] = await connection.query("select to_regclass('anky.a') as a", [])
    expect(row).toEqual({ a: null })
  })

  it('with other contents than were applied are refused', async () => {
    await migrate(connection, [migration(1, 'create table anky.a (id int)')])
    await expect(migrate(connection, [migration(1, 'create table anky.b (id int)')])).rejects.toMatchObject({
      code: 'ERR_DB_MIGRATION_CHANGED',
    })
  })

  it('of a newer program are refused, and nothing is changed', async () => {
    const [one, two] = [migration(1, 'select 1'), migration(2, 'select 1')]
    await migrate(connection, [one, two])
    await expect(migrate(connection, [one])).rejects.toMatchObject({
      code: 'ERR_DB_SCHEMA_NEWER',
      details: { found: 2, known: 1 },
    })
    expect(await applied()).toEqual([1, 2])
  })

  it('make the very columns that the schema in TypeScript names', async () => {
    await migrate(connection, readMigrations())
    const columns = await connection.query(
      `select table_name as table, column_name as column, is_nullable = 'NO' as "notNull",
         case data_type when 'ARRAY' then 'array' else data_type end as type
       from information_schema.columns where table_schema = 'anky'`,
      [],
    )
    const inDatabase = columns
      .filter((row) => !['schema_migrations', 'audit_heads'].includes(String(row['table'])))
      .map((row) => JSON.stringify([row['table'], row['column'], row['type'], row['notNull']]))
    const inCode = Object.values(schema).flatMap((table) =>
      Object.values(getTableColumns(table)).map((column) =>
        JSON.stringify([getTableConfig(table).name, column.name, column.getSQLType(), column.notNull]),
      ),
    )
    expect(inCode.sort()).toEqual(inDatabase.sort())
  })

  it('force row-level security on every table but those that belong to no hospital', async () => {
    await migrate(connection, readMigrations())
    const rows = await connection.query(
      `select relname as name from pg_class
       where relnamespace = 'anky'::regnamespace and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)
       order by 1`,
      [],
    )
    expect(rows.map(({ name }) => name)).toEqual([
      'evidence',
      'evidence_places',
      'instance',
      'schema_migrations',
      'serial_indexes',
    ])
  })
})
