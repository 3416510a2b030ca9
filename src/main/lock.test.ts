import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from './lock.ts'
import { ownIdentity } from './process-identity.ts'

let folder: string
let lockFile: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anky-lock-'))
  lockFile = join(folder, 'lock')
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})

const sleeper = (): ChildProcess =>
  spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' })

describe('the lock of a data folder', () => {
  it('is refused while another process of this machine holds it, and names that process', async () => {
    const lock = await lockFolder(folder)
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'ERR_MAIN_DATA_FOLDER_LOCKED',
      message: expect.stringContaining(String(process.pid)),
      messageVi: expect.stringContaining(folder),
    })
    await lock.release()
  })

  it('is given again after it was released', async () => {
    await (await lockFolder(folder)).release()
    const lock = await lockFolder(folder)
    await lock.release()
    expect(() => statSync(lockFile)).toThrow()
  })

  it('is taken over from a process that was killed', async () => {
    const child = sleeper()
    writeFileSync(lockFile, JSON.stringify({ pid: child.pid, started: null }))
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ERR_MAIN_DATA_FOLDER_LOCKED' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await (await lockFolder(folder)).release()
  })

  it.runIf(process.platform === 'linux')(
    'is taken over where another process has the pid of one that ended',
    async () => {
      const { pid, started } = ownIdentity()
      expect(started).toMatch(/^[0-9a-f-]{36} \d+$/)
      writeFileSync(lockFile, JSON.stringify({ pid, started: `${started}1` }))
      await (await lockFolder(folder)).release()
    },
  )

  it.runIf(process.platform === 'linux')(
    'is taken over after a restart of the machine, whatever the pid',
    async () => {
      const started = '00000000-0000-0000-0000-000000000000 1'
      writeFileSync(lockFile, JSON.stringify({ pid: process.pid, started }))
      await (await lockFolder(folder)).release()
    },
  )

  it.each(['', 'not JSON', '{"pid":-1}', '{"pid":"1"}', 'null'])(
    'is taken over where its file holds %j, which no start writes',
    async (content) => {
      writeFileSync(lockFile, content)
      await (await lockFolder(folder)).release()
    },
  )

  it('goes to one of many that find a stale one at once', async () => {
    for (let round = 0; round < 5; round++) {
      writeFileSync(lockFile, JSON.stringify({ pid: 2 ** 30, started: null }))
      const tries = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)))
      const won = tries.filter((attempt) => attempt.status === 'fulfilled')
      expect(won).toHaveLength(1)
      await won[0]!.value.release()
    }
  })

  it('is not removed by one that lost it', async () => {
    const lock = await lockFolder(folder)
    writeFileSync(lockFile, 'another')
    await lock.release()
    expect(readFileSync(lockFile, 'utf8')).toBe('another')
  })

  it('makes the folder where it is not there, for its owner only', async () => {
    const inner = join(folder, 'a', 'b')
    const lock = await lockFolder(inner)
    expect(statSync(inner).mode & 0o777).toBe(0o700)
    expect(statSync(join(inner, 'lock')).mode & 0o777).toBe(0o600)
    await lock.release()
  })

  it('is refused where the folder is a file', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expect(lockFolder(file)).rejects.toMatchObject({ code: 'ERR_MAIN_DATA_FOLDER' })
  })
})
