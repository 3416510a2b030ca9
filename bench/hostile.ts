import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { VerificationReport } from '../src/verifier/index.ts'
import { built } from './lib/built.ts'
import { builtFiles, type HostileFile, thirdPartyFiles } from './lib/hostile-files.ts'
import { benchUnderAttack } from './lib/hostile-service.ts'
import { type Row, toRow } from './lib/row.ts'
import { canWatch, type Usage, Watch } from './lib/watched-child.ts'

const CPU_MS = 2_000
const MEMORY_MIB = 256

interface Judged {
  readonly file: HostileFile
  readonly report: VerificationReport
  readonly usage: Usage
}

/**
 * Third-party files, attacks and bombs: each judged by a process of the pool while that is looked at from outside; then all
 * of them through a running service, which answers others meanwhile.
 */
export async function benchHostile(): Promise<Row[]> {
  const own = await builtFiles()
  const theirs = thirdPartyFiles()
  const rows: Row[] = []
  if (!theirs) rows.push(toRow('third-party files: VECTORS_DIR is not set', [0, 'files'], ['none', 1]))
  if (canWatch()) {
    if (theirs) rows.push(...limitsOf('third-party files', await judgeAll(theirs)))
    const judged = await judgeAll(own)
    rows.push(...limitsOf('attacks and bombs', judged))
    const attacks = judged.filter(({ file }) => file.isAttack)
    const passed = attacks.filter(({ report }) => report.verdict === 'passed')
    rows.push(noneOf(`attacks told PASSED${namesOf(passed)}`, passed.length, attacks.length))
  } else
    rows.push(toRow('files in processes of their own: this system does not tell', [0, 'files'], ['none', 1]))
  return [...rows, ...(await benchUnderAttack([...own, ...(theirs ?? [])]))]
}

type OpenSandbox = ReturnType<typeof built.sandbox.createSandbox>

/** One after the other, in one process as long as it lives; what seems to take too much memory, in one of its own. */
async function judgeAll(files: readonly HostileFile[]): Promise<Judged[]> {
  const sandbox = built.sandbox.createSandbox({ size: 1 })
  const judged: Judged[] = []
  try {
    await judge(sandbox, files[0]!)
    for (const file of files) judged.push(await judgeWatched(sandbox, file))
  } finally {
    await sandbox.close()
  }
  // What files before it left behind is not its own
  return Promise.all(
    judged.map((one) => (one.usage.peakMiB > MEMORY_MIB ? judgeAlone(one.file, files[0]!) : one)),
  )
}

async function judgeAlone(file: HostileFile, first: HostileFile): Promise<Judged> {
  const sandbox = built.sandbox.createSandbox({ size: 1 })
  try {
    await judge(sandbox, first)
    return await judgeWatched(sandbox, file)
  } finally {
    await sandbox.close()
  }
}

async function judgeWatched(sandbox: OpenSandbox, file: HostileFile): Promise<Judged> {
  for (;;) {
    const pid = await pidOf(sandbox.pids)
    const watch = new Watch(pid)
    const report = await judge(sandbox, file)
    const usage = watch.stop()
    const isStopped = report.error?.code.startsWith('ERR_SANDBOX_') === true
    if (isStopped) await settle(sandbox.pids)
    // A process that had been told to end for the file before it is not the one that judged this one
    if (isStopped || sandbox.pids()[0] === pid) return { file, report, usage }
  }
}

function judge(
  sandbox: OpenSandbox,
  { bytes, content, context, at }: HostileFile,
): Promise<VerificationReport> {
  return sandbox.verify({
    file: { name: null, bytes },
    detached: content ? [{ name: null, bytes: content }] : [],
    context,
    policy: built.verifier.builtInPolicies.hospital,
    at,
  })
}

async function pidOf(pids: () => number[]): Promise<number> {
  for (;;) {
    const [pid] = pids()
    if (pid !== undefined) return pid
    await wait(5)
  }
}

/** Until an ended process is no longer among them. */
async function settle(pids: () => number[]): Promise<void> {
  const before = pids()[0]
  const until = performance.now() + 1_000
  while (before !== undefined && pids()[0] === before && performance.now() < until) await wait(5)
}

function limitsOf(title: string, judged: readonly Judged[]): Row[] {
  const slowest = most(judged, ({ usage }) => usage.cpuMs)
  const largest = most(judged, ({ usage }) => usage.peakMiB)
  const connected = judged.filter(({ usage }) => usage.onNetwork)
  const stopped = judged.filter(({ report }) => report.error?.code.startsWith('ERR_SANDBOX_'))
  return [
    toRow(
      `${title}: worst CPU of a file (${slowest.file.name})`,
      [slowest.usage.cpuMs, 'ms CPU'],
      ['limit', CPU_MS],
      { atMost: 1 },
    ),
    toRow(
      `${title}: most memory of the whole process (${largest.file.name})`,
      [largest.usage.peakMiB, 'MiB'],
      ['limit', MEMORY_MIB],
      { atMost: 1 },
    ),
    noneOf(`${title}: stopped at a limit${namesOf(stopped)}`, stopped.length, judged.length),
    noneOf(`${title}: reached the network${namesOf(connected)}`, connected.length, judged.length),
  ]
}

const most = (judged: readonly Judged[], of: (one: Judged) => number): Judged =>
  judged.reduce((best, one) => (of(one) > of(best) ? one : best))

const noneOf = (name: string, count: number, all: number): Row =>
  toRow(name, [count, 'files'], ['of', all], { atMost: 0 })

const namesOf = (judged: readonly Judged[]): string =>
  judged.length === 0
    ? ''
    : ` (${judged
        .slice(0, 5)
        .map(({ file }) => file.name)
        .join(', ')})`
