import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type PostgresCluster, startCluster } from '../../test/support/postgres-cluster.ts'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { openSession } from './open-session.ts'
import { openPostgresSession } from './postgres-session.ts'
import type { Session } from './session.ts'
import { answer, audit, createBench, createHospital, intentFor, signatureFor } from './testing/fixtures.ts'

describeWith([needs.postgres, needs.ps], 'connections to a PostgreSQL server that fails', () => {
  let cluster: PostgresCluster
  let url: string
  let session: Session
  beforeAll(async () => {
    cluster = await startCluster()
    url = await cluster.createDatabase('fails')
  })
  beforeEach(async () => {
    session = await openSession({ url, ownerUrl: null, dataFolder: '', log: { info: () => {} } })
    return () => session.close()
  })
  afterAll(() => cluster?.remove())

  it('the server is killed and started again: ERR_DB_UNAVAILABLE meanwhile, then the next call works', async () => {
    const bench = createBench(session)
    const a = await createHospital(bench, 'BỆNH VIỆN THỬ NGHIỆM A')
    let returns = 0
    session.onReturn(() => returns++)
    const intent = intentFor(a)
    await a.repository.beginIntent(intent, null)
    await cluster.kill()
    const signature = signatureFor(a, intent.id)
    const complete = () => a.repository.completeIntent(intent.id, signature, audit('sign'), answer())
    for (let i = 0; i < 3; i++)
      await expect(complete()).rejects.toMatchObject({ code: 'ERR_DB_UNAVAILABLE', retryable: true })
    await cluster.start()
    const began = Date.now()
    expect((await complete()).sequence).toBe(1)
    expect(Date.now() - began).toBeLessThan(5000)
    expect(returns).toBe(1)
    expect(await bench.database.system.unfinishedIntents()).toEqual([])
  })

  it('the server is killed while many calls are under way: each ends, and what was answered is there', async () => {
    const bench = createBench(session)
    const a = await createHospital(bench, 'BỆNH VIỆN THỬ NGHIỆM A')
    const answered: number[] = []
    let failed = 0
    const caller = async () => {
      while (failed === 0) {
        try {
          answered.push((await a.repository.appendAudit(audit('ghi'))).sequence)
        } catch (error) {
          failed++
          expect(error).toMatchObject({ code: 'ERR_DB_UNAVAILABLE' })
        }
      }
    }
    const callers = Array.from({ length: 20 }, caller)
    while (answered.length < 100) await new Promise((resolve) => setTimeout(resolve, 5))
    await cluster.kill()
    await Promise.all(callers)
    await cluster.start()
    const stored = (await a.repository.listAuditEvents(0, 100_000)).map(({ sequence }) => sequence)
    expect(stored).toEqual(stored.map((_, index) => index + 1))
    expect(stored).toEqual(expect.arrayContaining(answered))
  })

  it('a connection ended by an administrator costs nobody a call', async () => {
    await session.query('select 1')
    await cluster.execute(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'an-ky'",
    )
    await session.query('select 1')
    const a = await createHospital(createBench(session), 'A')
    await cluster.execute(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'an-ky'",
    )
    expect((await a.repository.appendAudit(audit('ghi'))).sequence).toBe(1)
  })

  it('a statement that takes too long ends with ERR_DB_TIMEOUT, and the connection serves on', async () => {
    const quick = openPostgresSession({ url, poolSize: 1, deadlineMs: 400 })
    await expect(quick.query('select pg_sleep(30)')).rejects.toMatchObject({
      code: 'ERR_DB_TIMEOUT',
      details: { sqlState: '57014' },
    })
    expect(await quick.query('select 1 as one')).toEqual([{ one: 1 }])
    await quick.close()
  })

  it('a lock that is not released in time ends with ERR_DB_TIMEOUT', async () => {
    const quick = openPostgresSession({ url, poolSize: 2, deadlineMs: 400 })
    const a = await createHospital(createBench(session), 'A')
    const blocked = session.transaction({ hospital: a.id }, async (tx) => {
      await tx.execute(sql.raw('select 1 from anky.pin_states for update'))
      await expect(
        createBench(quick).database.hospital(a.id).countPinFailure(a.staff.id, audit('pin')),
      ).rejects.toMatchObject({ code: 'ERR_DB_TIMEOUT' })
    })
    await blocked
    await quick.close()
  })

  it('a server that stands still ends calls at the deadline; once it goes on, the next call works', async () => {
    const quick = openPostgresSession({ url, poolSize: 2, deadlineMs: 600 })
    await quick.query('select 1')
    await cluster.pause()
    try {
      const began = Date.now()
      const settled = await Promise.allSettled(Array.from({ length: 6 }, () => quick.query('select 1')))
      for (const one of settled)
        expect(one).toMatchObject({
          status: 'rejected',
          reason: { code: expect.stringMatching(/^ERR_DB_(TIMEOUT|UNAVAILABLE)$/), retryable: true },
        })
      expect(Date.now() - began).toBeLessThan(3000)
    } finally {
      await cluster.resume()
    }
    expect(await quick.query('select 1 as one')).toEqual([{ one: 1 }])
    await quick.close()
  })

  it('more calls than connections wait for their turn', async () => {
    const narrow = openPostgresSession({ url, poolSize: 2, deadlineMs: 5000 })
    const rows = await Promise.all(
      Array.from({ length: 50 }, (_, index) => narrow.query(`select ${index} as n`)),
    )
    expect(rows.map(([row]) => row?.['n'])).toEqual(Array.from({ length: 50 }, (_, index) => index))
    await narrow.close()
  })

  it('after it was closed: ERR_DB_CLOSED', async () => {
    const closed = openPostgresSession({ url, poolSize: 1, deadlineMs: 1000 })
    await closed.close()
    await expect(closed.query('select 1')).rejects.toMatchObject({ code: 'ERR_DB_CLOSED' })
    await expect(closed.transaction('instance', async () => 1)).rejects.toMatchObject({
      code: 'ERR_DB_CLOSED',
    })
  })
})
