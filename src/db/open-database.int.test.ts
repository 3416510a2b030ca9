import { expect, it } from 'vitest'
import { addressFor, executeAs } from '../../test/support/postgres-cluster.ts'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { sharedCluster } from '../../test/support/shared-cluster.ts'
import { openDatabase } from './open-database.ts'
import { audit, newId } from './testing/fixtures.ts'

const log = { info: () => {} }
const now = () => new Date('2026-11-25T08:00:00Z')

const open = (url: string, ownerUrl: string | null = null, instanceId = 'một') =>
  openDatabase({ url, ownerUrl, dataFolder: '/nonexistent', instanceId, now, log })

/** Role and database names of one test; roles belong to the whole server. */
const unique = (name: string) => `${name}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`

describeWith(needs.postgres, 'opening a PostgreSQL database', () => {
  const database = async (options?: { owner?: string; encoding?: string }) =>
    (await sharedCluster()).createDatabase(unique('open'), options)
  const role = async (attributes: string) => {
    const name = unique('role')
    await executeAs(
      (await sharedCluster()).url,
      `create role "${name}" login password 'mật khẩu' ${attributes}`,
    )
    return name
  }
  const use = async (url: string, ownerUrl: string | null = null) => {
    const opened = await open(url, ownerUrl)
    const id = newId()
    await opened.system.createHospital({ id, code: id, name: 'BỆNH VIỆN THỬ NGHIỆM A' })
    const event = await opened.hospital(id).appendAudit(audit('mở'))
    await opened.close()
    return event.sequence
  }

  it('with the superuser alone: migrated, used, and opened again', async () => {
    const url = await database()
    expect(await use(url)).toBe(1)
    expect(await use(url)).toBe(1)
  })

  it('with an owner who may make roles, and is no superuser: row-level security binds his triggers too', async () => {
    const owner = await role('createrole')
    // The role may be there already, made by the superuser; then only an administrator can grant it.
    await executeAs(
      await database(),
      `do $$ begin create role anky_service nologin; exception when others then null; end $$`,
    )
    await executeAs((await sharedCluster()).url, `grant anky_service to "${owner}" with admin option`)
    const url = addressFor(await database({ owner }), owner, 'mật khẩu')
    expect(await use(url)).toBe(1)
    expect(await use(url)).toBe(1)
  })

  it('with an owner and a service user: the owner migrates, the service user works', async () => {
    const [owner, service] = [await role('createrole'), await role('')]
    const url = await database({ owner })
    await executeAs(
      url,
      `do $$ begin create role anky_service nologin; exception when others then null; end $$`,
    )
    await executeAs(url, `grant anky_service to "${owner}" with admin option`)
    const [ownerUrl, serviceUrl] = [addressFor(url, owner, 'mật khẩu'), addressFor(url, service, 'mật khẩu')]
    expect(await use(serviceUrl, ownerUrl)).toBe(1)
    expect(await use(serviceUrl, ownerUrl)).toBe(1)
  })

  it('with an owner who may neither make nor grant the role: ERR_DB_ROLE_MISSING says what to run', async () => {
    const [owner, service] = [await role(''), await role('')]
    const url = await database({ owner })
    const opened = open(addressFor(url, service, 'mật khẩu'), addressFor(url, owner, 'mật khẩu'))
    await expect(opened).rejects.toMatchObject({
      code: 'ERR_DB_ROLE_MISSING',
      details: { sql: `CREATE ROLE anky_service NOLOGIN; GRANT anky_service TO "${service}";` },
    })
  })

  it('with an owner address that leads to another database: ERR_DB_SCHEMA_MISSING', async () => {
    await expect(open(await database(), await database())).rejects.toMatchObject({
      code: 'ERR_DB_SCHEMA_MISSING',
    })
  })

  it('with a role that owns one of our tables: ERR_DB_ROLE_TOO_STRONG', async () => {
    const url = await database()
    await use(url)
    await executeAs(
      url,
      'grant create on schema anky to anky_service; alter table anky.persons owner to anky_service',
    )
    await expect(open(url)).rejects.toMatchObject({ code: 'ERR_DB_ROLE_TOO_STRONG' })
  })

  it('of another data folder: ERR_DB_OTHER_DATA_FOLDER, in both languages', async () => {
    const url = await database()
    await use(url)
    await expect(open(url, null, 'hai')).rejects.toMatchObject({
      code: 'ERR_DB_OTHER_DATA_FOLDER',
      message: expect.stringContaining('another data folder'),
      messageVi: expect.stringContaining('thư mục dữ liệu khác'),
    })
  })

  it('made by a newer program: ERR_DB_SCHEMA_NEWER', async () => {
    const url = await database()
    await use(url)
    await executeAs(url, `insert into anky.schema_migrations values (9999, '9999-later', 'x')`)
    await expect(open(url)).rejects.toMatchObject({
      code: 'ERR_DB_SCHEMA_NEWER',
      details: { found: 9999 },
    })
  })

  it('whose migration was changed: ERR_DB_MIGRATION_CHANGED', async () => {
    const url = await database()
    await use(url)
    await executeAs(url, "update anky.schema_migrations set sha256 = 'khác' where number = 2")
    await expect(open(url)).rejects.toMatchObject({
      code: 'ERR_DB_MIGRATION_CHANGED',
      details: { name: '0002-audit-events' },
    })
  })

  it('where something of ours is in the way: ERR_DB_MIGRATION_FAILED', async () => {
    const url = await database()
    await executeAs(url, 'create schema anky; create table anky.hospitals (id int)')
    await expect(open(url)).rejects.toMatchObject({
      code: 'ERR_DB_MIGRATION_FAILED',
      details: { name: '0001-hospitals-persons-keys' },
    })
  })

  it('with another encoding than UTF-8: ERR_DB_ENCODING', async () => {
    await expect(open(await database({ encoding: 'LATIN1' }))).rejects.toMatchObject({
      code: 'ERR_DB_ENCODING',
      details: { encoding: 'LATIN1' },
    })
  })

  it('with a wrong password: ERR_DB_AUTHENTICATION, without the password', async () => {
    const url = addressFor(await database(), 'postgres', 'sai-mật-khẩu')
    const error = await open(url).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'ERR_DB_AUTHENTICATION', retryable: false })
    expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('sai')
  })

  it('that is not there: ERR_DB_DATABASE_MISSING', async () => {
    const url = new URL((await sharedCluster()).url)
    url.pathname = '/không-có'
    await expect(open(url.href)).rejects.toMatchObject({ code: 'ERR_DB_DATABASE_MISSING' })
  })

  it('twice at once, empty before: both open, and the tables are made once', async () => {
    const url = await database()
    expect(await Promise.all([use(url), use(url), use(url)])).toEqual([1, 1, 1])
  })
})
