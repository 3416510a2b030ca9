import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectRoot } from './support/running-service.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anky-reporter-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a test file by itself, as `npm test` runs all of them, and gives the last line and the exit code. */
function run(text: string, ci = false): { lines: string[]; last: string | undefined; status: number | null } {
  writeFileSync(join(folder, 'one.test.js'), text)
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|TEST_|CI$)/.test(name))
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs'),
      ...['run', '--globals', '--root', folder],
      ...['--reporter', join(projectRoot, 'test', 'support', 'reporter.ts')],
    ],
    { encoding: 'utf8', env: { ...Object.fromEntries(inherited), ...(ci && { CI: 'true' }) } },
  )
  const lines = stdout.split('\n').filter((line) => line !== '')
  return { lines, last: lines.at(-1), status }
}

const leftOut =
  "describe.skip('SKIPPED tokens: SoftHSM is not installed: apt-get install softhsm2', () => { it('a', () => {}); it('b', () => {}) })"

describe('the end of npm test', () => {
  it('is the counts, and exit code 0, where all tests pass', () => {
    expect(run("it('a', () => {}); it('b', () => {}); it.skip('c', () => {})")).toMatchObject({
      last: '2 passed, 0 failed, 1 skipped',
      status: 0,
    })
  })

  it('is a failure where a test fails', () => {
    const { last, status } = run("it('a', () => {}); it('b', () => { throw new Error('b') })")
    expect(last).toBe('1 passed, 1 failed, 0 skipped')
    expect(status).not.toBe(0)
  })

  it('is a failure where a file cannot be loaded', () => {
    const { last, status } = run("throw new Error('broken')")
    expect(last).toBe('0 passed, 1 failed, 0 skipped')
    expect(status).not.toBe(0)
  })

  it('is a failure where an error is thrown outside the tests', () => {
    const { last, status } = run(
      "it('a', async () => { setTimeout(() => { throw new Error('late') }, 1); await new Promise((r) => setTimeout(r, 50)) })",
    )
    expect(last).toBe('1 passed, 1 failed, 0 skipped')
    expect(status).not.toBe(0)
  })

  it('is a failure where a hook fails', () => {
    const { last, status } = run(
      "describe('x', () => { beforeAll(() => { throw new Error('hook') }); it('a', () => {}) }); it('b', () => {})",
    )
    expect(last).toMatch(/^1 passed, [12] failed, [01] skipped$/)
    expect(status).not.toBe(0)
  })

  it('names the suites that were left out and what they need, which is no failure by itself', () => {
    const { lines, last, status } = run(`it('c', () => {}); ${leftOut}`)
    expect(lines).toContain('SKIPPED tokens: SoftHSM is not installed: apt-get install softhsm2')
    expect(last).toBe('1 passed, 0 failed, 2 skipped')
    expect(status).toBe(0)
  })

  it('is a failure where CI=true and a suite was left out', () => {
    const { last, status } = run(`it('c', () => {}); ${leftOut}`, true)
    expect(last).toBe('1 passed, 1 failed, 2 skipped')
    expect(status).not.toBe(0)
  })
})
