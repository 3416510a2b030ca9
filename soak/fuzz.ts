import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildDerCorpus, buildPdfCorpus } from './lib/build-corpus.ts'
import { writeCorpus } from './lib/corpus.ts'
import { openInputs } from './lib/fuzz-kinds.ts'
import { CPU_MS, type FuzzFinding, type FuzzKind, type FuzzRequest, MEMORY_MIB } from './lib/fuzz-protocol.ts'
import { SoakFailure, type SoakOptions, type SoakPart } from './lib/part.ts'
import { writeRecordCorpus } from './lib/record-corpus.ts'

const entry = fileURLToPath(new URL('fuzz-child.ts', import.meta.url))
/** An input that is still worked on after this, by the clock on the wall, hangs. */
const HANG_MS = 60_000
const LOOK_MS = 1_000
/** Enough to show what is wrong; more of the same only fill the disk. */
const MAX_FINDINGS = 50

const nothing = (): null => null

/** Writes the corpus into a folder; gives how many files it has. */
type WriteCorpus = (folder: string) => Promise<number>

const writing =
  (build: () => Promise<Readonly<Record<string, Uint8Array>>>): WriteCorpus =>
  async (folder) => {
    const files = await build()
    writeCorpus(folder, files)
    return Object.keys(files).length
  }

const part = (kind: FuzzKind, write: WriteCorpus): SoakPart => ({
  name: `fuzz-${kind}`,
  missing: nothing,
  run: (options) => fuzz(kind, write, options),
})

/**
 * `pdf`, `der`: damaged files to all that reads them. `records`: sound records damaged anywhere, judged; `evidence`: damaged
 * CRLs, OCSP answers, tokens and evidence records, read, and given beside a sound record; `facts`: facts and policies that
 * were changed, judged.
 */
export const fuzzing: readonly SoakPart[] = [
  part('pdf', writing(buildPdfCorpus)),
  part('der', writing(buildDerCorpus)),
  part('records', writeRecordCorpus),
  part('evidence', writeRecordCorpus),
  part('facts', writeRecordCorpus),
]

/** Inputs in processes of their own: what may be thrown, told and used is each kind's promise. */
async function fuzz(kind: FuzzKind, write: WriteCorpus, { minutes, seed }: SoakOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `anky-fuzz-${kind}-`))
  const corpusFolder = join(folder, 'corpus')
  mkdirSync(corpusFolder)
  const files = await write(corpusFolder)
  const findings: FuzzFinding[] = []
  const until = performance.now() + minutes * 60_000
  const lanes = Math.max(1, availableParallelism())
  const counts = await Promise.all(
    Array.from({ length: lanes }, (_, lane) => {
      const progressFile = join(folder, `progress-${lane}`)
      const request = { kind, corpusFolder, progressFile, from: seed + lane, step: lanes }
      return runLane(request, until, findings)
    }),
  )
  const inputs = counts.reduce((sum, count) => sum + count, 0)
  const figures = `${inputs} inputs from ${files} files in ${minutes} min, seed ${seed}; at most ${CPU_MS} ms of CPU and ${MEMORY_MIB} MiB over the baseline each; ${findings.length} broke a promise`
  if (findings.length === 0) {
    rmSync(folder, { recursive: true })
    return figures
  }
  keepFindings(folder, kind, findings)
  throw new SoakFailure(`${figures}: kept in ${folder}`, {
    cause: summarize(findings),
  })
}

/** Each kind of finding once, with the seed of the first. */
function summarize(findings: readonly FuzzFinding[]): string[] {
  const kinds = new Map<string, number>()
  for (const { seed, what } of findings) {
    const kind = what.split('\n').slice(0, 2).join('')
    if (!kinds.has(kind)) kinds.set(kind, seed)
  }
  return [...kinds].map(([kind, seed]) => `${seed}: ${kind}`)
}

/** One process after the other, each from where the last one ended; gives how many inputs were tried. */
async function runLane(request: FuzzRequest, until: number, findings: FuzzFinding[]): Promise<number> {
  let next = request.from
  while (performance.now() < until && findings.length < MAX_FINDINGS) {
    const child = fork(entry, { execArgv: ['--expose-gc', '--max-old-space-size=1024', '--import', 'tsx'] })
    let reported: FuzzFinding | null = null
    child.on('message', (message) => {
      reported = message as FuzzFinding
      findings.push(reported)
    })
    rmSync(request.progressFile, { force: true })
    child.send({ ...request, from: next } satisfies FuzzRequest)
    const ending = await watch(child, request.progressFile, until)
    const last = readProgress(request.progressFile) ?? next
    if (ending !== null && !isOf(reported, last)) findings.push({ seed: last, what: ending, last: true })
    next = last + request.step
  }
  return Math.round((next - request.from) / request.step)
}

const isOf = (finding: FuzzFinding | null, seed: number): boolean => finding?.seed === seed

/** Until it ends or the time is over; gives why it ended by itself, or null. */
async function watch(child: ChildProcess, progressFile: string, until: number): Promise<string | null> {
  let [seen, since] = [readProgress(progressFile), performance.now()]
  return new Promise((resolve) => {
    const end = (why: string | null): void => {
      clearInterval(timer)
      child.removeAllListeners('exit')
      child.once('exit', () => resolve(why))
      child.kill('SIGKILL')
    }
    child.once('exit', (code, signal) => {
      clearInterval(timer)
      resolve(`the process ended with ${signal ?? code}`)
    })
    const timer = setInterval(() => {
      const current = readProgress(progressFile)
      if (current !== seen) [seen, since] = [current, performance.now()]
      if (performance.now() > until) end(null)
      else if (performance.now() - since > HANG_MS) end(`still worked on after ${HANG_MS} ms`)
    }, LOOK_MS)
  })
}

function readProgress(file: string): number | null {
  try {
    const bytes = readFileSync(file)
    return bytes.length === 8 ? bytes.readDoubleLE() : null
  } catch {
    return null
  }
}

/** The inputs, made again from their seeds, each with what it did. */
function keepFindings(folder: string, kind: FuzzKind, findings: readonly FuzzFinding[]): void {
  const { inputOf } = openInputs(kind, join(folder, 'corpus'))
  for (const { seed, what } of findings) {
    writeFileSync(join(folder, `${seed}.${kind}`), inputOf(seed))
    writeFileSync(join(folder, `${seed}.txt`), `${what}\n`)
  }
}
