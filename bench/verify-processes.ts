import { type ChildProcess, fork, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { built } from './lib/built.ts'
import { ProcessTree } from './lib/process-tree.ts'
import { type Row, toRow } from './lib/row.ts'
import { createVerifyWorld, type VerifyWorld } from './lib/verify-records.ts'

const MB = 1024 * 1024
const GB = 1024 * MB
const ROUNDS = 3
const hasher = fileURLToPath(new URL('lib/hash-child.ts', import.meta.url))
const root = fileURLToPath(new URL('..', import.meta.url))

/** Verdicts through processes: `anky verify` about a large detached file, and a pool of one and of two. */
export async function benchVerifyProcesses(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'anky-verify-'))
  try {
    const world = await createVerifyWorld()
    return [...(await largeDetached(folder, world)), ...(await twoProcesses(world))]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What a command used, its children included. */
interface Usage {
  readonly cpuMs: number
  /** Of the largest of its processes. */
  readonly peakMiB: number
}

/** The command about 1 GB less the command about 1 MB, against a program that does nothing but read and hash. */
async function largeDetached(folder: string, world: VerifyWorld): Promise<Row[]> {
  const data = join(folder, 'data')
  mkdirSync(data)
  world.crls.forEach((crl, i) => {
    writeFileSync(join(data, `${i}.crl`), crl)
  })
  const trust = join(folder, 'root.cer')
  writeFileSync(trust, world.anchors[0]!)
  const make = async (name: string, size: number) => {
    const content = join(folder, name)
    writeFileSync(content, '')
    // a sparse file: what is compared is the processor's work, not the disk's
    truncateSync(content, size)
    const signature = `${content}.p7s`
    writeFileSync(signature, await world.cadesOf(await digestOfZeros(size)))
    const command = ['scripts/anky.mjs', 'verify', '--json', '--trust', trust, '--data', data]
    return { content, command: [...command, '--detached', content, signature] }
  }
  const small = await make('small.bin', MB)
  const large = await make('large.bin', GB)
  let [base, ours, raw]: Usage[] = []
  for (let round = 0; round < ROUNDS; round++) {
    base = least(base, await measure(small.command, folder))
    ours = least(ours, await measure(large.command, folder))
    raw = least(raw, await measure(['--import', 'tsx', hasher, large.content], folder))
  }
  const hashMs = raw!.cpuMs - (await measure(['--import', 'tsx', hasher, small.content], folder)).cpuMs
  const title = 'anky verify --detached 1 GB'
  return [
    toRow(
      `${title}: throughput`,
      [1e6 / (ours!.cpuMs - base!.cpuMs), 'MB/s CPU'],
      ['reading and SHA-256 alone', 1e6 / hashMs],
      { atLeast: 0.9 },
    ),
    toRow(`${title}: memory over 1 MB's`, [ours!.peakMiB - base!.peakMiB, 'MiB'], ['64 MiB', 64], {
      atMost: 1,
    }),
  ]
}

async function digestOfZeros(size: number): Promise<Uint8Array> {
  const hash = createHash('sha256')
  const zeros = Buffer.alloc(MB)
  for (let done = 0; done < size; done += zeros.length) hash.update(zeros)
  return hash.digest()
}

const least = (a: Usage | undefined, b: Usage): Usage =>
  a ? { cpuMs: Math.min(a.cpuMs, b.cpuMs), peakMiB: Math.min(a.peakMiB, b.peakMiB) } : b

async function measure(args: readonly string[], folder: string): Promise<Usage> {
  const out = join(folder, 'out')
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', openSync(out, 'w'), 'inherit'] })
  const usage = await watch(child)
  const printed = readFileSync(out, 'utf8')
  if (args[0] === 'scripts/anky.mjs' && !printed.includes('"TOTAL-PASSED"')) throw new Error(printed)
  return usage
}

function watch(child: ChildProcess): Promise<Usage> {
  const tree = new ProcessTree(child.pid!)
  const timer = setInterval(() => tree.look(), 10)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      clearInterval(timer)
      if (code === 0) resolve({ cpuMs: tree.cpuMs, peakMiB: tree.peakMiB })
      else reject(new Error(`ended with ${code}`))
    })
  })
}

const FILES = 60
const ROUND_MS = 2_000

/**
 * The pool's throughput with two processes against one. The machine may be at work for others too, so that the gain is
 * held against what two programs that share nothing gain in the same run; on an idle one that is twice.
 */
async function twoProcesses(world: VerifyWorld): Promise<Row[]> {
  const record = await world.pades(MB, 'image')
  const pools = { one: createPool(world, record.file, 1), two: createPool(world, record.file, 2) }
  const best = { one: 0, two: 0, alone: 0, beside: 0 }
  try {
    for (const pool of Object.values(pools)) await pool.judge(FILES)
    for (let round = 0; round < ROUNDS; round++) {
      best.alone = Math.max(best.alone, await hashRate(1))
      best.one = Math.max(best.one, await pools.one.rate())
      best.beside = Math.max(best.beside, await hashRate(2))
      best.two = Math.max(best.two, await pools.two.rate())
    }
  } finally {
    await Promise.all(Object.values(pools).map((pool) => pool.close()))
  }
  const title = 'pool of two processes, PAdES B-B 1 MB'
  return [
    toRow(title, [best.two, '/s'], ['of one', best.one]),
    toRow(
      `${title}: gain over one`,
      [best.two / best.one, 'times'],
      ['two programs that share nothing', best.beside / best.alone],
      { atLeast: 0.9 },
    ),
  ]
}

function createPool({ anchors, crls }: VerifyWorld, file: Uint8Array, size: number) {
  const sandbox = built.sandbox.createSandbox({ size })
  const task = {
    file: { name: 'ho-so', bytes: file },
    context: {
      anchors: anchors.map((anchor) => built.formats.parseCertificate(anchor)),
      evidence: { certificates: [], crls, ocspResponses: [] },
    },
    policy: built.verifier.builtInPolicies.hospital,
    at: new Date(),
  }
  const judge = async (count: number): Promise<void> => {
    const reports = await Promise.all(Array.from({ length: count }, () => sandbox.verify(task)))
    for (const { verdict, sentence } of reports) if (verdict !== 'passed') throw new Error(sentence.en)
  }
  return {
    judge,
    rate: async () => {
      const since = performance.now()
      let done = 0
      for (; performance.now() < since + ROUND_MS; done += FILES) await judge(FILES)
      return (done * 1000) / (performance.now() - since)
    },
    close: () => sandbox.close(),
  }
}

/** MB a second that so many processes hash, all together. */
async function hashRate(processes: number): Promise<number> {
  const children = Array.from({ length: processes }, () =>
    fork(hasher, ['for', String(ROUND_MS)], { execArgv: ['--import', 'tsx'] }),
  )
  const answer = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('error', reject)
    })
  await Promise.all(children.map(answer))
  const counts = children.map(answer)
  for (const child of children) child.send('begin')
  const done = (await Promise.all(counts)) as number[]
  return (done.reduce((sum, count) => sum + count, 0) * 1000) / ROUND_MS
}
