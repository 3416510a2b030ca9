import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makePdf } from './lib/make-pdf.ts'
import { type Row, toRow } from './lib/row.ts'

const run = promisify(execFile)
const MB = 1024 * 1024
const SIZE = 100 * MB
const ROUNDS = 5
const child = fileURLToPath(new URL('large-files-child.ts', import.meta.url))

/** What a process of its own used: CPU milliseconds for the work, and mebibytes of memory over what it began with. */
export interface ChildReport {
  readonly cpuMs: number
  readonly rssMiB: number
}

/** Reading, signing and writing 100 MB in a process of its own, against reading and hashing the same file. */
export async function benchLargeFiles(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'anky-large-'))
  try {
    const rows: Row[] = []
    for (const shape of ['image', 'object'] as const) {
      const file = join(folder, `${shape}.pdf`)
      writeFileSync(file, makePdf(SIZE, shape))
      let floor: ChildReport = { cpuMs: Number.POSITIVE_INFINITY, rssMiB: 0 }
      let ours: ChildReport = { cpuMs: Number.POSITIVE_INFINITY, rssMiB: Number.POSITIVE_INFINITY }
      for (let round = 0; round < ROUNDS; round++) {
        floor = best(floor, await measure('hash', file))
        ours = best(ours, await measure('sign', file))
      }
      const title = `sign PAdES B-B 100 MB, ${shape}-heavy`
      const limit = 100 + 48
      rows.push(
        toRow(title, [ours.cpuMs, 'ms CPU'], ['reading and SHA-256', floor.cpuMs], { atMost: 3 }),
        toRow(`${title}: memory over baseline`, [ours.rssMiB, 'MiB'], ['file + 48 MiB', limit], {
          atMost: 1,
        }),
      )
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const best = (a: ChildReport, b: ChildReport): ChildReport => ({
  cpuMs: Math.min(a.cpuMs, b.cpuMs),
  rssMiB: Math.min(a.rssMiB, b.rssMiB),
})

async function measure(what: 'hash' | 'sign', file: string): Promise<ChildReport> {
  const { stdout } = await run(process.execPath, ['--expose-gc', '--import', 'tsx', child, what, file])
  return JSON.parse(stdout) as ChildReport
}
