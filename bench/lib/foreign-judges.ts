import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findDss } from '../../interop/oracles/dss.ts'
import type { Found, Oracle } from '../../interop/oracles/oracle.ts'
import { findPdfsig } from '../../interop/oracles/pdfsig.ts'
import { findPyhanko } from '../../interop/oracles/pyhanko.ts'
import type { VerifyWorld } from './verify-records.ts'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '..', '..', '.cache', 'interop')
const TICKS_PER_SECOND = 100
const ROUNDS = 3
const PER_ROUND = 30
/** DSS is compiled as it runs: its first verdict costs sixty times the hundredth. */
const WARM_UP_MS = 15_000

/** A program that we did not write, asked often enough to be warm. */
export type ForeignJudge = {
  readonly name: string
  /** CPU milliseconds of one verdict. */
  cpuMs(file: Uint8Array): Promise<number>
  close(): void
}

/** Each judge, or what to install to have it. */
export async function findForeignJudges(
  world: VerifyWorld,
): Promise<(ForeignJudge | { readonly name: string; readonly missing: string })[]> {
  const judges = []
  const pdfsig = await findPdfsig()
  judges.push(
    'missing' in pdfsig ? pdfsig : { name: 'pdfsig, with its start', cpuMs: cpuOfPdfsig, close: () => {} },
  )
  for (const find of [
    () => findPyhanko(join(cache, 'pyhanko')),
    () => findDss(join(cache, 'dss')),
  ] satisfies (() => Promise<Found>)[]) {
    const found = await find()
    judges.push('missing' in found ? found : serving(found.oracle, world))
  }
  return judges
}

/** What the shell says of its children. */
async function cpuOfPdfsig(file: Uint8Array): Promise<number> {
  return inFile(file, async (path) => {
    const script = 'i=0; while [ $i -lt 40 ]; do i=$((i+1)); pdfsig -nocert "$1" >/dev/null; done; times'
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < ROUNDS; round++) {
      const { stdout } = await run('sh', ['-c', script, 'sh', path])
      const times = stdout.trim().split('\n').at(-1)!.split(/\s+/)
      const seconds = times.map((text) => /^(\d+)m([\d.]+)s$/.exec(text)!)
      best = Math.min(
        best,
        seconds.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0),
      )
    }
    return (best * 1000) / 40
  })
}

/** A judge that runs as a process of its own; the kernel says what that used. */
function serving(oracle: Oracle, { anchors, crls }: VerifyWorld): ForeignJudge {
  return {
    name: oracle.name,
    cpuMs: (file) =>
      inFile(file, async (path, write) => {
        const trust = anchors.map((anchor, i) => write(`anchor-${i}.cer`, anchor))
        const crl = crls.map((one, i) => write(`${i}.crl`, one))
        const ask = async (): Promise<void> => {
          const answer = await oracle.judge({ file: path, trust, crl })
          const bad = 'unreadable' in answer || answer.signatures.some(({ verdict }) => verdict !== 'intact')
          if (bad) throw new Error(`${oracle.name}: ${JSON.stringify(answer).slice(0, 300)}`)
        }
        for (const until = performance.now() + WARM_UP_MS; performance.now() < until; ) await ask()
        let best = Number.POSITIVE_INFINITY
        for (let round = 0; round < ROUNDS; round++) {
          const before = cpuOfChildren()
          for (let i = 0; i < PER_ROUND; i++) await ask()
          best = Math.min(best, cpuOfChildren() - before)
        }
        return best / PER_ROUND
      }),
    close: () => oracle.close(),
  }
}

/** CPU milliseconds of this process's children that still run: while one is measured, the others wait. */
function cpuOfChildren(): number {
  const own = String(process.pid)
  let ticks = 0
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[1] === own) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // it has ended meanwhile
    }
  }
  return (ticks * 1000) / TICKS_PER_SECOND
}

async function inFile<T>(
  file: Uint8Array,
  use: (path: string, write: (name: string, bytes: Uint8Array) => string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'anky-judges-'))
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  try {
    return await use(write('record.pdf', file), write)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
