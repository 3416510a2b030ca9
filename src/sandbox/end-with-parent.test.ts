import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A process with a pool, whose one child computes for ever: it prints the child's number. */
const program = `
const { Pool } = await import(${JSON.stringify(new URL('./pool.ts', import.meta.url).href)})
const { following } = await import(${JSON.stringify(new URL('./child-memory.ts', import.meta.url).href)})
const limits = { cpuMs: 60000, cpuMsPerMib: 0, wallMs: 60000, memoryBytes: 2 ** 40, fileBytes: 2 ** 40 }
const entry = new URL(${JSON.stringify(new URL('./testing/misbehaving-child.ts', import.meta.url).href)})
const pool = new Pool(1, limits, { entry })
const run = (text) => pool.run({ heldBytes: 0, streamedBytes: 0, pack: (_, id) => [
  { message: { type: 'job', id, job: { kind: 'digests', file: following(Buffer.from(text)) } }, bytes: [Buffer.from(text)] },
] })
await run('answer')
void run('spin')
setTimeout(() => console.log(pool.pids()[0]), 200)
`

it('a child that computes for ever ends with its parent, however that ended', async () => {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const args = ['--import', loader, '--input-type=module', '-e', program]
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const child = Number(line.toString())
  expect(isAlive(child)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => isAlive(child), { timeout: 15_000 }).toBe(false)
})
