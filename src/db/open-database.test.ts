import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyEmbeddedTemplate } from '../../test/support/embedded-template.ts'
import { openDatabase } from './open-database.ts'
import { newId } from './testing/fixtures.ts'

const log = { info: () => {} }
const now = () => new Date('2026-11-25T08:00:00Z')

describe('the embedded database', () => {
  const root = mkdtempSync(join(tmpdir(), 'an-ky-open-'))
  const dataFolder = join(root, 'data')
  const open = (instanceId = 'một') =>
    openDatabase({ url: null, ownerUrl: null, dataFolder, instanceId, now, log })
  beforeAll(() => copyEmbeddedTemplate(dataFolder))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('keeps what was written when it is closed and opened again, and refuses another instance', async () => {
    const hospitalId = newId()
    const first = await open()
    expect(first.kind).toBe('pglite')
    await first.system.createHospital({ id: hospitalId, code: 'A', name: 'BỆNH VIỆN THỬ NGHIỆM A' })
    await first.close()
    await expect(first.system.ping()).rejects.toMatchObject({ code: 'ERR_DB_CLOSED' })
    await expect(open('hai')).rejects.toMatchObject({ code: 'ERR_DB_OTHER_DATA_FOLDER' })
    const second = await open()
    await expect(
      second.system.createHospital({ id: hospitalId, code: 'B', name: 'B' }),
    ).rejects.toMatchObject({ code: 'ERR_DB_DUPLICATE' })
    await second.close()
  })

  it('opens again after its process was killed while writing, with every row that was answered', async () => {
    const hospitalId = newId()
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        new URL('./testing/write-until-killed.ts', import.meta.url).pathname,
        dataFolder,
        hospitalId,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let last = 0
    for await (const chunk of child.stdout) {
      last = Number(String(chunk).trim().split('\n').at(-1))
      if (last >= 20) child.kill('SIGKILL')
    }
    const database = await open()
    const events = await database.hospital(hospitalId).listAuditEvents(0, 10_000)
    expect(events.length).toBeGreaterThanOrEqual(last)
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
    await database.close()
  })

  it('a folder that cannot be made is told as such', async () => {
    writeFileSync(join(root, 'file'), '')
    const opened = openDatabase({
      url: null,
      ownerUrl: null,
      dataFolder: join(root, 'file'),
      instanceId: 'một',
      now,
      log,
    })
    await expect(opened).rejects.toMatchObject({ code: 'ERR_DB_EMBEDDED_OPEN' })
  })

  it('an owner without a service is refused', async () => {
    const opened = openDatabase({
      url: null,
      ownerUrl: 'postgres://owner@127.0.0.1/anky',
      dataFolder,
      instanceId: 'một',
      now,
      log,
    })
    await expect(opened).rejects.toMatchObject({ code: 'ERR_DB_OWNER_WITHOUT_URL' })
  })

  it.each([
    '',
    'anky',
    'mysql://u@127.0.0.1/anky',
    'postgres://u@127.0.0.1',
    'postgres://u@127.0.0.1/',
    'postgres://[',
  ])('the address %j is refused, naming the variable', async (url) => {
    const options = { dataFolder, instanceId: 'một', now, log }
    await expect(openDatabase({ ...options, url, ownerUrl: null })).rejects.toMatchObject({
      code: 'ERR_DB_URL_INVALID',
      details: { variable: 'DATABASE_URL' },
    })
    await expect(
      openDatabase({ ...options, url: 'postgres://u@127.0.0.1/anky', ownerUrl: url }),
    ).rejects.toMatchObject({ details: { variable: 'DATABASE_OWNER_URL' } })
  })

  it('a server that is not there: ERR_DB_UNAVAILABLE', async () => {
    const opened = openDatabase({
      url: 'postgres://u:p@127.0.0.1:1/anky',
      ownerUrl: null,
      dataFolder,
      instanceId: 'một',
      now,
      log,
    })
    await expect(opened).rejects.toMatchObject({ code: 'ERR_DB_UNAVAILABLE', retryable: true })
  })
})
