import { readSync, writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { loadModule } from './cryptoki.ts'
import { encodeFrame, FrameReader } from './frames.ts'
import { Link } from './link.ts'
import type { RejectedPin } from './login.ts'
import type { FromThread, Job, JobResult, ThreadRequest, ToThread } from './protocol.ts'
import { TokenSession } from './token-session.ts'

/** What the main thread of the token's process gives each of its threads. */
export interface ThreadData {
  readonly module: string
  readonly pinFile: string
  readonly rejectedPin: string | null
  readonly thread: number
  /** File descriptor of the stream to the parent. */
  readonly stream: number
  readonly link: SharedArrayBuffer
}

/** Milliseconds that a finished job may wait for the next: a call that never returns must not take it along. */
const KEEP_MS = 2

const { module, pinFile, rejectedPin, thread, stream, link } = workerData as ThreadData
const ask = (request: ThreadRequest): void => parentPort!.postMessage(request)

// The main thread has initialised the module for the whole process and keeps it loaded.
const cryptoki = await loadModule(module)
const rejected: RejectedPin = { stamp: rejectedPin }
const session = new TokenSession(cryptoki, new Link(link), { thread, pinFile, rejected, ask })

// Blocking reads and writes: the thread does nothing else, and turns of an event loop cost more than they do.
const reader = new FrameReader()
const buffer = Buffer.alloc(64 * 1024)
for (;;) {
  const length = readSync(stream, buffer)
  if (length === 0) break
  for (const message of reader.push(buffer.subarray(0, length)) as ToThread[]) handle(message)
}
session.drop()

function handle(message: ToThread): void {
  if (message.type === 'key') session.defineKey(message.key)
  else if (message.type === 'drop-session') session.drop(message.session)
  else runJobs(message.jobs)
}

function runJobs(jobs: readonly Job[]): void {
  let results: JobResult[] = []
  let since = performance.now()
  for (const job of jobs) {
    results.push(session.run(job))
    const now = performance.now()
    if (now - since < KEEP_MS) continue
    write(results)
    results = []
    since = now
  }
  if (results.length > 0) write(results)
}

function write(results: FromThread): void {
  const frame = encodeFrame(results)
  for (let at = 0; at < frame.length; ) at += writeSync(stream, frame, at)
}
