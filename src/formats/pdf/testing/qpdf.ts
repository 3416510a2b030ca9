import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file rewritten by qpdf with these arguments. */
export function qpdf(bytes: Uint8Array, ...args: readonly string[]): Buffer {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'in.pdf'), bytes)
    const run = spawnSync('qpdf', ['in.pdf', 'out.pdf', ...args], { cwd: folder, encoding: 'utf8' })
    // 3: written, with warnings about the input.
    if (run.status !== 0 && run.status !== 3) throw new Error(`qpdf: ${run.stderr}`)
    return readFileSync(join(folder, 'out.pdf'))
  })
}

/** What `qpdf --check` has to say against a file; empty where it is clean. */
export function checkWithQpdf(bytes: Uint8Array, password?: string): string {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'in.pdf'), bytes)
    const args = ['--check', 'in.pdf', ...(password === undefined ? [] : [`--password=${password}`])]
    const run = spawnSync('qpdf', args, { cwd: folder, encoding: 'utf8' })
    return run.status === 0 ? '' : `${run.status}: ${run.stderr}`
  })
}

function inFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'anky-qpdf-'))
  try {
    return run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
