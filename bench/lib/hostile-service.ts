import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { HostileFile } from './hostile-files.ts'
import { makePdf } from './make-pdf.ts'
import { type Row, toRow } from './row.ts'
import { type ServiceProcess, startServiceProcess } from './service-process.ts'

/** More than there are processes that judge. */
const SENDERS = 4
const IDLE_MS = 2_000
/** No file is begun after this. */
const ATTACK_MS = 20_000
const LARGE_BYTES = 100 * 2 ** 20
const LOOP_P99_MS = 50
const SIGNED_BYTES = 100 * 1024

/** What answered others while files were judged. */
interface Answers {
  readonly times: number[]
  failures: number
}

/**
 * The event loop of a service on its embedded database, as its own metrics tell, while hostile files come from several
 * senders at once and a record of 100 MB again and again; and what `/healthz` and `POST /v1/sign` took meanwhile.
 */
export async function benchUnderAttack(files: readonly HostileFile[]): Promise<Row[]> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'anky-hostile-'))
  const loopLog = join(dataFolder, 'event-loop')
  const preload = new URL('watched-service.mjs', import.meta.url).href
  try {
    const environment = { NODE_OPTIONS: `--import=${preload}`, BENCH_LOOP_LOG: loopLog }
    const service = await startServiceProcess({ dataFolder, environment })
    try {
      return await attack(service, files, loopLog)
    } finally {
      await service.stop()
    }
  } finally {
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function attack(
  service: ServiceProcess,
  files: readonly HostileFile[],
  loopLog: string,
): Promise<Row[]> {
  const sign = signing(service)
  for (let i = 0; i < 5; i++) await sign()
  const idleMs = await loopDuring(service, () => asked(service, IDLE_MS, { times: [], failures: 0 }))
  const end = new AbortController()
  const health: Answers = { times: [], failures: 0 }
  const signed: Answers = { times: [], failures: 0 }
  const since = Date.now()
  let done = 0
  let broken = 0
  const busyMs = await loopDuring(service, async () => {
    const others = [
      repeat(() => get(`${service.url}/healthz`), 50, health, end.signal),
      repeat(sign, 200, signed, end.signal),
      repeat(largeFile(service), 2_000, { times: [], failures: 0 }, end.signal),
    ]
    const until = performance.now() + ATTACK_MS
    const queue = mixed(files)[Symbol.iterator]()
    const sender = async (): Promise<void> => {
      for (const file of queue) {
        if (performance.now() > until) return
        const status = await verify(service, file)
        done++
        if (status >= 500) broken++
      }
    }
    await Promise.all(Array.from({ length: SENDERS }, sender))
    end.abort()
    await Promise.all(others)
  })
  const during = `while ${done} of ${files.length} hostile files are judged for ${SENDERS} senders`
  return [
    toRow(`event loop p99 ${during}`, [busyMs, 'ms'], ['limit', LOOP_P99_MS], { atMost: 1 }),
    toRow(`event loop p99 ${during}`, [busyMs, 'ms'], ['with nothing to do', idleMs]),
    toRow(
      'CPU between two looks of that event loop: p99',
      [loopCpu(loopLog, since), 'ms CPU'],
      ['limit', LOOP_P99_MS],
      {
        atMost: 1,
      },
    ),
    toRow('hostile files answered with 5xx', [broken, 'files'], ['of', done], { atMost: 0 }),
    ...answered('GET /healthz', health),
    ...answered('POST /v1/sign 100 KB B-B', signed),
  ]
}

/** All kinds from the beginning, however far the time goes. */
const mixed = (files: readonly HostileFile[]): HostileFile[] =>
  files
    .map((file, number) => ({ file, place: (number * 0.618_034) % 1 }))
    .sort((a, b) => a.place - b.place)
    .map(({ file }) => file)

/** The 99th percentile, since a moment, of what the service itself wrote. */
function loopCpu(file: string, since: number): number {
  const looks = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly at: number; readonly looks: readonly number[] })
    .flatMap((second) => (second.at >= since ? second.looks : []))
    .sort((a, b) => a - b)
  return looks[Math.floor(looks.length * 0.99)] ?? 0
}

function answered(name: string, { times, failures }: Answers): Row[] {
  const sorted = times.sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return [
    toRow(`${name} meanwhile: p95`, [at(0.95), 'ms'], ['p50', at(0.5)]),
    toRow(`${name} meanwhile: failed`, [failures, 'requests'], ['of', times.length + failures], {
      atMost: 0,
    }),
  ]
}

/** The 99th percentile of the event loop's delay, in milliseconds: its metric starts anew each time it is read. */
async function loopDuring(service: ServiceProcess, work: () => Promise<void>): Promise<number> {
  const read = async (): Promise<number> => {
    const text = await (await fetch(`${service.url}/metrics`)).text()
    const seconds = /^anky_nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1]
    if (seconds === undefined) throw new Error('the service does not tell the delay of its event loop')
    return Number(seconds) * 1000
  }
  await read()
  await work()
  return read()
}

const asked = async (service: ServiceProcess, ms: number, into: Answers): Promise<void> => {
  const signal = AbortSignal.timeout(ms)
  await repeat(() => get(`${service.url}/healthz`), 50, into, signal)
}

/** One call after the other, `pauseMs` between them. */
async function repeat(
  call: () => Promise<number>,
  pauseMs: number,
  into: Answers,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const since = performance.now()
    const status = await call()
    if (status === 200) into.times.push(performance.now() - since)
    else into.failures++
    await wait(pauseMs)
  }
}

async function get(url: string): Promise<number> {
  const answer = await fetch(url)
  await answer.arrayBuffer()
  return answer.status
}

async function post(
  service: ServiceProcess,
  path: string,
  body: Uint8Array<ArrayBuffer> | FormData,
  type?: string,
): Promise<number> {
  const headers = {
    authorization: `Bearer ${service.evaluation.apiKeys.emr}`,
    ...(type && { 'content-type': type }),
  }
  const answer = await fetch(`${service.url}${path}`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}

function signing(service: ServiceProcess): () => Promise<number> {
  const seal = service.evaluation.credentials.find(({ kind }) => kind === 'seal')!
  const document = new Uint8Array(makePdf(SIGNED_BYTES, 'image'))
  return () => post(service, `/v1/sign?credential=${seal.id}`, document, 'application/pdf')
}

function largeFile(service: ServiceProcess): () => Promise<number> {
  const document = new Uint8Array(makePdf(LARGE_BYTES, 'image'))
  return () => post(service, '/v1/verifications', document, 'application/pdf')
}

function verify(service: ServiceProcess, { bytes, content }: HostileFile): Promise<number> {
  if (!content) return post(service, '/v1/verifications', new Uint8Array(bytes), 'application/octet-stream')
  const form = new FormData()
  form.append('signature', new Blob([new Uint8Array(bytes)]))
  form.append('document', new Blob([new Uint8Array(content)]))
  return post(service, '/v1/verifications', form)
}
