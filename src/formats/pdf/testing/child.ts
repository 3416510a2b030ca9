import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ChildRun {
  /** What the script returned. */
  readonly result: unknown
  readonly cpuMs: number
  /** Beyond what the process took before it ran. */
  readonly growthMiB: number
}

const index = new URL('../index.ts', import.meta.url).href

/**
 * Runs `body` in a process of its own, with the PDF folder's door as `pdf` and a file's bytes as `bytes`; the result is
 * what it returns, or the code of what it throws.
 */
export function runInChild(bytes: Uint8Array, body: string): ChildRun {
  const folder = mkdtempSync(join(tmpdir(), 'anky-child-'))
  try {
    const file = join(folder, 'in.pdf')
    writeFileSync(file, bytes)
    const script = `
      import { readFileSync } from 'node:fs'
      const pdf = await import(${JSON.stringify(index)})
      const bytes = readFileSync(${JSON.stringify(file)})
      const before = { ...process.cpuUsage(), rss: process.resourceUsage().maxRSS }
      let result
      try { result = (() => { ${body} })() } catch (error) { result = error.code ?? String(error) }
      const { user, system } = process.cpuUsage()
      console.log(JSON.stringify({
        result,
        cpuMs: (user + system - before.user - before.system) / 1000,
        growthMiB: (process.resourceUsage().maxRSS - before.rss) / 1024,
      }))`
    const args = ['--import', 'tsx', '--input-type=module', '-e', script]
    const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
    if (run.status !== 0) throw new Error(`the child failed: ${run.stderr}`)
    return JSON.parse(run.stdout) as ChildRun
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
