import type { Worker } from 'node:worker_threads'
import { ckrOf, isConnectionLost } from './ckr.ts'
import { type Connection, closeQuietly, connect, describeConnection } from './connection.ts'
import type { Cryptoki } from './cryptoki.ts'
import { startThread } from './entry.ts'
import { Fault } from './fault.ts'
import type { RejectedPin } from './login.ts'
import {
  type ChildOptions,
  type FaultData,
  type FromChild,
  type FromThread,
  GENERATE_DEADLINE_MS,
  type Job,
  type JobResult,
  type KeyIdentity,
  type Outcome,
  type ToThread,
} from './protocol.ts'
import type { ThreadData } from './worker.ts'

const MAX_JOBS_PER_MESSAGE = 4
/** Results are kept while the threads have work beyond what they run, but not more of them nor longer (ms) than this. */
const MAX_RESULTS = 16
const RESULT_MS = 3
/** Lost connections in a row, without a job done between, after which the module itself is taken for stuck. */
const MAX_LOSSES = 3
const MAX_ATTEMPTS = 2

interface Thread {
  readonly worker: Worker
  ready: boolean
  /** Jobs given and not yet answered. */
  load: number
  /** It does something else than signing. */
  long: boolean
  /** When it last gave a sign of life while it had jobs, on the clock of `performance.now`. */
  heardAt: number
}

interface PendingJob {
  readonly job: Job
  attempts: number
}

/** The main thread of the token's process: holds the module, the login and the threads, and hands out the jobs. */
export class Host {
  readonly #cryptoki: Cryptoki
  readonly #options: ChildOptions
  readonly #send: (message: FromChild, done?: () => void) => void
  readonly #rejected: RejectedPin
  #results: JobResult[] = []
  #resultTimer: NodeJS.Timeout | null = null
  readonly #threads: Thread[]
  readonly #running = new Map<number, PendingJob>()
  #waiting: PendingJob[] = []
  #connection: Connection | null = null
  #connectionNumber = 0
  #losses = 0
  #ending = false

  constructor(
    cryptoki: Cryptoki,
    options: ChildOptions,
    send: (message: FromChild, done?: () => void) => void,
  ) {
    this.#cryptoki = cryptoki
    this.#options = options
    this.#send = send
    this.#rejected = { stamp: options.rejectedPin }
    this.#threads = Array.from({ length: options.sessions }, (_, index) => this.#startThread(index))
    setInterval(() => this.#watch(), Math.max(20, options.deadlineMs / 10)).unref()
  }

  accept(jobs: readonly Job[]): void {
    for (const job of jobs) this.#waiting.push({ job, attempts: 0 })
    this.#dispatch()
  }

  defineKey(key: KeyIdentity): void {
    for (const thread of this.#threads) tell(thread, { type: 'key', key })
  }

  dropSession(thread: number, session: number): void {
    const target = this.#threads[thread]
    if (target) tell(target, { type: 'drop-session', session })
  }

  /** Closes all sessions, which logs out, and gives the module back. Only for a host without running jobs. */
  async close(): Promise<void> {
    this.#ending = true
    await Promise.all(this.#threads.map(closeThread))
    if (this.#connection) closeQuietly(this.#cryptoki, this.#connection.holder)
    this.#cryptoki.C_Finalize()
  }

  #startThread(index: number): Thread {
    const data: ThreadData = {
      module: this.#options.module,
      thread: index,
      pinFile: this.#options.pinFile,
      rejectedPin: this.#options.rejectedPin,
    }
    const thread: Thread = {
      worker: startThread('worker', data),
      ready: false,
      load: 0,
      long: false,
      heardAt: 0,
    }
    thread.worker.on('message', (message: FromThread) => this.#hear(thread, message))
    thread.worker.on('error', endNow)
    return thread
  }

  #hear(thread: Thread, message: FromThread): void {
    if (message.type === 'ready') {
      thread.ready = true
      this.#dispatch()
    } else if (message.type === 'pin-rejected') {
      this.#rejected.stamp = message.stamp
      this.#send(message)
    } else if (message.type === 'outcomes') {
      thread.load -= message.outcomes.length
      if (thread.load === 0) thread.long = false
      thread.heardAt = performance.now()
      for (const outcome of message.outcomes) this.#settle(outcome, message.connection)
      this.#dispatch()
      this.#release()
    }
  }

  #settle({ result, lost, repeatable }: Outcome, connection: number): void {
    const pending = this.#running.get(result.id)
    this.#running.delete(result.id)
    if (!result.fault) this.#losses = 0
    if (lost && connection === this.#connectionNumber) this.#disconnect()
    if (pending && repeatable && pending.attempts < MAX_ATTEMPTS) this.#waiting.unshift(pending)
    else this.#results.push(result)
  }

  /**
   * Sends the results there are, at once where the threads would run dry: a message costs more than what it carries, and
   * while there is work in store nothing is lost by waiting for a few.
   */
  #release(): void {
    if (this.#results.length === 0) return
    const outstanding = this.#waiting.length + this.#running.size
    if (outstanding <= 2 * this.#threads.length || this.#results.length >= MAX_RESULTS) this.#flush()
    else this.#resultTimer ??= setTimeout(() => this.#flush(), RESULT_MS)
  }

  #flush(): void {
    if (this.#resultTimer) clearTimeout(this.#resultTimer)
    this.#resultTimer = null
    const results = this.#results
    this.#results = []
    if (results.length > 0) this.#send({ type: 'results', results })
  }

  /** A thread that stays in the module cannot be ended alone. The calls of this process are told by its end. */
  #watch(): void {
    const now = performance.now()
    const generating = [...this.#running.values()].some(({ job }) => job.op === 'generate')
    const limit = generating ? GENERATE_DEADLINE_MS : this.#options.deadlineMs
    if (this.#threads.some((thread) => thread.load > 0 && now - thread.heardAt > limit)) endNow()
  }

  #disconnect(): void {
    if (!this.#connection) return
    closeQuietly(this.#cryptoki, this.#connection.holder)
    this.#connection = null
    this.#losses++
  }

  #dispatch(): void {
    if (this.#ending || this.#waiting.length === 0) return
    if (this.#losses >= MAX_LOSSES) {
      this.#failAll({ code: 'ERR_P11_SESSION_LOST', details: { ckr: 'CKR_SESSION_CLOSED' } })
      this.#reinitialise()
    } else if (this.#connection) this.#handOut(this.#connection)
    else if (this.#connect()) this.#dispatch()
  }

  /** One try to find the token and log in; where it fails, everything that waits is told. */
  #connect(): boolean {
    const before = this.#rejected.stamp
    try {
      this.#connection = connect(this.#cryptoki, this.#options, this.#rejected)
      this.#connectionNumber++
      this.#send({ type: 'connected', serialNumber: this.#connection.token.serialNumber.trimEnd() })
      return true
    } catch (error) {
      if (this.#rejected.stamp !== null && this.#rejected.stamp !== before) {
        this.#send({ type: 'pin-rejected', stamp: this.#rejected.stamp })
      }
      this.#failAll(faultData(error))
      if (needsFreshModule(error)) this.#reinitialise()
      return false
    }
  }

  #handOut(connection: Connection): void {
    while (this.#waiting.length > 0) {
      if (isForHost(this.#waiting[0]!.job)) {
        this.#answer(this.#waiting.shift()!, connection)
        continue
      }
      const thread = this.#leastLoaded()
      if (!thread) return
      this.#give(thread, this.#takeJobs(), connection)
    }
  }

  /** Jobs for one message: several only where every thread still has two messages of them. */
  #share(): number {
    const outstanding = this.#waiting.length + this.#running.size
    return Math.max(1, Math.min(MAX_JOBS_PER_MESSAGE, Math.floor(outstanding / (2 * this.#threads.length))))
  }

  #takeJobs(): PendingJob[] {
    const other = this.#waiting.findIndex(({ job }) => job.op !== 'sign')
    const signing = other < 0 ? this.#waiting.length : Math.max(1, other)
    return this.#waiting.splice(0, Math.min(this.#share(), signing))
  }

  #give(thread: Thread, jobs: readonly PendingJob[], connection: Connection): void {
    for (const pending of jobs) {
      pending.attempts++
      this.#running.set(pending.job.id, pending)
    }
    if (thread.load === 0) thread.heardAt = performance.now()
    thread.load += jobs.length
    thread.long = jobs.some(({ job }) => job.op !== 'sign')
    const bytes = jobs.map(({ job }) => detach(job))
    tell(thread, { type: 'jobs', jobs: bytes, connection: this.#connectionNumber, slot: connection.slot })
  }

  /** The thread to be given the next message: each may hold one beside the one it works on, but none behind a long job. */
  #leastLoaded(): Thread | null {
    let best: Thread | null = null
    for (const thread of this.#threads) {
      if (thread.ready && !thread.long && (!best || thread.load < best.load)) best = thread
    }
    return best && best.load <= this.#share() ? best : null
  }

  #answer({ job }: PendingJob, connection: Connection): void {
    try {
      this.#results.push({ id: job.id, value: describeConnection(this.#cryptoki, connection) })
    } catch (error) {
      this.#results.push({ id: job.id, fault: faultData(error) })
    }
    this.#flush()
  }

  #failAll(fault: FaultData): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { job } of waiting) this.#results.push({ id: job.id, fault })
    this.#flush()
  }

  /** Some modules find a token again only when started afresh, and a started module cannot be trusted to end cleanly. */
  #reinitialise(): void {
    this.#ending = true
    this.#flush()
    setTimeout(endNow, 1000).unref()
    this.#send({ type: 'results', results: [] }, endNow)
  }
}

/** An orderly exit waits for threads, and one of them may be stuck in the module. */
const endNow = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

const isForHost = (job: Job): boolean => job.op === 'describe'
const tell = (thread: Thread, message: ToThread): void => thread.worker.postMessage(message)

/** A job's bytes are a view of the whole batch they came in, all of which would be copied to the thread. */
const detach = (job: Job): Job => (job.op === 'sign' ? { ...job, input: new Uint8Array(job.input) } : job)

function needsFreshModule(error: unknown): boolean {
  const ckr = ckrOf(error)
  if (ckr !== null) return isConnectionLost(ckr)
  return (
    error instanceof Fault &&
    (error.code === 'ERR_P11_TOKEN_ABSENT' || error.code === 'ERR_P11_TOKEN_CHANGED')
  )
}

/** What crosses to the parent: code and fields, never the error itself. */
export function faultData(error: unknown): FaultData {
  if (error instanceof Fault) return { code: error.code, details: error.details }
  return {
    code: 'ERR_P11_CALL_FAILED',
    details: { function: 'connect', ckr: error instanceof Error ? error.name : 'unknown' },
  }
}

function closeThread(thread: Thread): Promise<void> {
  return new Promise((resolve) => {
    thread.worker.on('exit', () => resolve())
    tell(thread, { type: 'close' })
  })
}
