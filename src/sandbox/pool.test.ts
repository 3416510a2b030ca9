import { afterEach, describe, expect, it } from 'vitest'
import { following } from './child-memory.ts'
import { Pool, type Work } from './pool.ts'
import { defaultLimits, type SandboxLimits } from './types.ts'

const entry = new URL('./testing/misbehaving-child.ts', import.meta.url)
const pools: Pool[] = []
const poolOf = (size: number, limits: Partial<SandboxLimits> = {}): Pool => {
  const pool = new Pool(size, { ...defaultLimits, ...limits }, { entry })
  pools.push(pool)
  return pool
}
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())))

const workOf = (text: string, padding = 0): Work => {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(padding, ' ')])
  return {
    heldBytes: bytes.length,
    streamedBytes: 0,
    pack: (_memory, id) => [
      { message: { type: 'job', id, job: { kind: 'digests', file: following(bytes) } }, bytes: [bytes] },
    ],
  }
}
const ask = async (pool: Pool, text: string, padding = 0): Promise<string> => {
  const answer = await pool.run(workOf(text, padding))
  return 'digests' in answer ? answer.digests[0]! : ''
}

describe('a pool of processes', () => {
  it('uses the same process again, and as many as it may where there is work', async () => {
    const pool = poolOf(2)
    const pids = await Promise.all(Array.from({ length: 20 }, () => ask(pool, 'pause 100')))
    expect(new Set(pids).size).toBe(2)
    expect(pool.pids().map(String).sort()).toEqual([...new Set(pids)].sort())
    expect(pids).toContain(await ask(pool, 'answer'))
  })

  it('starts none before there is work', () => {
    expect(poolOf(4).pids()).toEqual([])
  })

  it('hands over large files whole', async () => {
    const pool = poolOf(1)
    await expect(ask(pool, 'answer ', 40 * 2 ** 20)).resolves.toMatch(/^\d+$/)
    await expect(ask(pool, 'answer ', 3)).resolves.toMatch(/^\d+$/)
  })

  it.skipIf(process.platform !== 'linux')(
    'ends a job that computes for ever, and goes on with another process',
    async () => {
      const pool = poolOf(1, { cpuMs: 300 })
      const before = await ask(pool, 'answer')
      const spinning = ask(pool, 'spin')
      const next = ask(pool, 'answer')
      await expect(spinning).rejects.toMatchObject({ code: 'ERR_SANDBOX_LIMIT', details: { what: 'cpu' } })
      expect(await next).not.toBe(before)
    },
  )

  it('ends a job that waits for ever', async () => {
    const pool = poolOf(1, { cpuMs: 200, wallMs: 300 })
    await expect(ask(pool, 'wait')).rejects.toMatchObject({
      code: 'ERR_SANDBOX_LIMIT',
      details: { what: 'time' },
    })
  })

  it.skipIf(process.platform !== 'linux')(
    'ends a job that takes too much memory outside the heap',
    async () => {
      const pool = poolOf(1, { memoryBytes: 100 * 2 ** 20 })
      const hog = ask(pool, 'keep 400').then(() => ask(pool, 'wait'))
      await expect(hog).rejects.toMatchObject({ code: 'ERR_SANDBOX_LIMIT', details: { what: 'memory' } })
    },
  )

  it('ends a job that fills its heap', async () => {
    const pool = poolOf(1, { cpuMs: 60_000, wallMs: 60_000, memoryBytes: 2 ** 40 })
    await expect(ask(pool, 'heap')).rejects.toMatchObject({
      code: 'ERR_SANDBOX_LIMIT',
      details: { what: 'memory' },
    })
  })

  it('gives a job whose process ends a second one, and then says so', async () => {
    const pool = poolOf(1)
    await expect(ask(pool, 'die 7')).rejects.toMatchObject({
      code: 'ERR_SANDBOX_CRASHED',
      details: { ending: '7' },
    })
    await expect(ask(pool, 'answer')).resolves.toMatch(/^\d+$/)
  })

  it('does not lose a job to a process that somebody else kills', async () => {
    const pool = poolOf(2, { wallMs: 5_000 })
    await Promise.all([ask(pool, 'answer'), ask(pool, 'answer')])
    const answers = Promise.all(Array.from({ length: 200 }, () => ask(pool, 'answer ', 100_000)))
    process.kill(pool.pids()[0]!, 'SIGKILL')
    expect(await answers).toHaveLength(200)
  })

  it('rejects what runs and waits where it is closed, and everything after', async () => {
    const pool = poolOf(1)
    await ask(pool, 'answer')
    const open = [ask(pool, 'wait'), ask(pool, 'answer')].map((job) => job.catch((error) => error.code))
    await pool.close()
    expect(await Promise.all(open)).toEqual(['ERR_SANDBOX_CLOSED', 'ERR_SANDBOX_CLOSED'])
    await expect(ask(pool, 'answer')).rejects.toMatchObject({ code: 'ERR_SANDBOX_CLOSED' })
  })

  it('says that processes cannot be started where they end at once', async () => {
    const pool = new Pool(1, defaultLimits, { entry: new URL('./testing/none.ts', import.meta.url) })
    pools.push(pool)
    await expect(ask(pool, 'answer')).rejects.toMatchObject({ code: 'ERR_SANDBOX_START' })
  })
})
