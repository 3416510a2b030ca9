import { Batcher } from './batcher.ts'
import { Pkcs11Error } from './errors.ts'
import type {
  ChildOptions,
  FaultData,
  FromChild,
  FromThread,
  Job,
  JobResult,
  KeyIdentity,
  Operation,
  SessionTag,
  ToChild,
  ToThread,
} from './protocol.ts'

/** What the supervisor needs of a child process. */
export interface ChildHandle {
  readonly pid: number | undefined
  send(message: ToChild): void
  /** The streams to the threads, one per session. */
  readonly streams: readonly StreamHandle[]
  kill(): void
  onMessage(listener: (message: FromChild) => void): void
  onExit(listener: () => void): void
}

export interface StreamHandle {
  send(message: ToThread): void
  onMessage(listener: (results: FromThread) => void): void
  end(): void
}

export interface SupervisorOptions {
  readonly child: ChildOptions
  readonly start: () => ChildHandle
  /** Milliseconds a call may take, waiting included. */
  readonly deadlineMs: number
  /** Calls that may wait before more are refused. */
  readonly maxWaiting: number
}

export type SupervisorState = 'starting' | 'ready' | 'restarting' | 'failed' | 'closed'

export interface SupervisorStatus {
  readonly state: SupervisorState
  readonly sessions: number
  readonly restarts: number
  readonly waiting: number
  readonly running: number
  readonly lastError: FaultData | null
}

export interface CallResult {
  readonly value: unknown
  readonly session: SessionTag | null
}

interface Call {
  readonly job: Job
  readonly resolve: (result: CallResult) => void
  readonly reject: (error: unknown) => void
  readonly deadlineMs: number
  /** On the clock of `performance.now`. */
  readonly expiresAt: number
  /** The thread that has it; null while it waits. */
  lane: Lane | null
  /** The caller has had its answer; the child's may still come. */
  answered: boolean
}

/** A thread of the child as seen from here. */
interface Lane {
  readonly stream: StreamHandle
  readonly calls: Map<number, Call>
  /** It does something else than signing. */
  long: boolean
  /** When it last answered, or was given work after a pause. */
  heardAt: number
}

const START_MS = 20_000
const CLOSE_MS = 9_000
const FIRST_RESTART_MS = 50
const LAST_RESTART_MS = 2_000
const MAX_FAILED_STARTS = 3
/** A message costs more than what it carries, but the calls of one wait for one another. */
const MAX_CALLS_PER_MESSAGE = 4

/**
 * Keeps one token's process alive and its calls bounded.
 *
 * A call whose process dies is rejected, never repeated here: whether a signature may be made again is the caller's to
 * decide. A process with a thread that says nothing for a whole deadline while it has calls is taken for stuck, killed and
 * started again.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #keys: KeyIdentity[] = []
  #lanes: Lane[] = []
  readonly #pump = new Batcher<null>(() => this.#sendWaiting())
  #waiting: Call[] = []
  #child: ChildHandle | null = null
  #state: SupervisorState = 'starting'
  #serialNumber: string | null
  #rejectedPin: string | null
  #lastError: FaultData | null = null
  #nextId = 1
  #heardAt = 0
  #restarts = 0
  #failedStarts = 0
  #restartMs = FIRST_RESTART_MS
  #timer: NodeJS.Timeout | null = null
  #idle: (() => void) | null = null
  readonly #sweeper: NodeJS.Timeout

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#serialNumber = options.child.serialNumber
    this.#rejectedPin = options.child.rejectedPin
    this.#sweeper = setInterval(() => this.#sweep(), Math.max(10, Math.min(1_000, options.deadlineMs / 20)))
    this.#start()
  }

  /**
   * Has the token's process do something. Throws `ERR_P11_CLOSED`, `ERR_P11_BUSY`, `ERR_P11_DEADLINE`,
   * `ERR_P11_CHILD_DIED`, `ERR_P11_CHILD_START`, or what the token answered.
   */
  call(operation: Operation, deadlineMs = this.#options.deadlineMs): Promise<CallResult> {
    if (this.#state === 'closed') return Promise.reject(new Pkcs11Error('ERR_P11_CLOSED'))
    if (this.#waiting.length >= this.#options.maxWaiting) {
      return Promise.reject(new Pkcs11Error('ERR_P11_BUSY', { details: { waiting: this.#waiting.length } }))
    }
    if (this.#state === 'failed') this.#scheduleStart()
    return new Promise((resolve, reject) => {
      const job = { ...operation, id: this.#nextId++ }
      const expiresAt = performance.now() + deadlineMs
      const call: Call = { job, resolve, reject, deadlineMs, expiresAt, lane: null, answered: false }
      this.#waiting.push(call)
      this.#pump.push(null)
    })
  }

  /** Makes a key known to this and every later process; returns what calls name it by. */
  defineKey(key: Omit<KeyIdentity, 'ref'>): number {
    const identity = { ...key, ref: this.#keys.length + 1 }
    this.#keys.push(identity)
    for (const { stream } of this.#lanes) stream.send({ type: 'key', key: identity })
    return identity.ref
  }

  /** Has a session closed whose last value was wrong. */
  dropSession(session: SessionTag): void {
    this.#lanes[session.thread]?.stream.send({ type: 'drop-session', session: session.session })
  }

  status(): SupervisorStatus {
    return {
      state: this.#state,
      sessions: this.#options.child.sessions,
      restarts: this.#restarts,
      waiting: this.#waiting.length,
      running: this.#running(),
      lastError: this.#lastError,
    }
  }

  pids(): number[] {
    return this.#child?.pid === undefined ? [] : [this.#child.pid]
  }

  /** Lets what was asked finish (at most nine seconds), then ends the process. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return
    const wasReady = this.#state === 'ready'
    const deadline = Date.now() + CLOSE_MS
    if (wasReady && this.#running() + this.#waiting.length > 0) await this.#drain(CLOSE_MS)
    this.#state = 'closed'
    clearInterval(this.#sweeper)
    if (this.#timer) clearTimeout(this.#timer)
    this.#rejectAll({ code: 'ERR_P11_CLOSED', details: {} })
    const child = this.#child
    if (!child) return
    await new Promise<void>((resolve) => {
      const kill = setTimeout(() => child.kill(), Math.max(500, Math.min(1_000, deadline - Date.now())))
      child.onExit(() => {
        clearTimeout(kill)
        resolve()
      })
      if (!wasReady) return child.kill()
      child.send({ type: 'close' })
      for (const stream of child.streams) stream.end()
    })
    this.#child = null
  }

  #drain(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#idle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #start(): void {
    this.#timer = null
    const child = this.#options.start()
    this.#child = child
    const timeout = setTimeout(() => child.kill(), START_MS)
    child.onMessage((message) => {
      if (message.type === 'ready' || message.type === 'failed') clearTimeout(timeout)
      if (this.#child === child) this.#hear(message)
    })
    child.onExit(() => {
      clearTimeout(timeout)
      if (this.#child === child) this.#lose()
    })
    child.send({
      type: 'open',
      options: { ...this.#options.child, serialNumber: this.#serialNumber, rejectedPin: this.#rejectedPin },
    })
  }

  #hear(message: FromChild): void {
    if (message.type === 'connected') this.#serialNumber = message.serialNumber
    else if (message.type === 'pin-rejected') this.#rejectedPin = message.stamp
    else if (message.type === 'ready') this.#becomeReady()
    else this.#fail(message.fault)
  }

  #becomeReady(): void {
    if (this.#state === 'closed' || !this.#child) return
    this.#state = 'ready'
    this.#failedStarts = 0
    this.#lanes = this.#child.streams.map((stream) => {
      const lane: Lane = { stream, calls: new Map(), long: false, heardAt: 0 }
      for (const key of this.#keys) stream.send({ type: 'key', key })
      stream.onMessage((results) => this.#settle(lane, results))
      return lane
    })
    this.#sendWaiting()
  }

  #running(): number {
    let count = 0
    for (const { calls } of this.#lanes) count += calls.size
    return count
  }

  /** Gives each thread at most one message beside the one it works on, several calls in it where many callers wait. */
  #sendWaiting(): void {
    const callers = this.#waiting.length + this.#running()
    const share = Math.max(1, Math.min(MAX_CALLS_PER_MESSAGE, Math.floor(callers / (2 * this.#lanes.length))))
    while (this.#waiting.length > 0) {
      const lane = this.#leastLoaded(share)
      if (!lane) return
      this.#give(lane, this.#take(share))
    }
  }

  #leastLoaded(share: number): Lane | null {
    let best: Lane | null = null
    for (const lane of this.#lanes)
      if (!lane.long && (!best || lane.calls.size < best.calls.size)) best = lane
    return best && best.calls.size <= share ? best : null
  }

  #take(share: number): Call[] {
    const other = this.#waiting.findIndex(({ job }) => job.op !== 'sign')
    return this.#waiting.splice(0, other < 0 ? share : Math.max(1, Math.min(share, other)))
  }

  #give(lane: Lane, calls: readonly Call[]): void {
    if (lane.calls.size === 0) lane.heardAt = performance.now()
    for (const call of calls) {
      call.lane = lane
      lane.calls.set(call.job.id, call)
      lane.long ||= call.job.op !== 'sign'
    }
    lane.stream.send({ type: 'jobs', jobs: calls.map(({ job }) => job) })
  }

  #settle(lane: Lane, results: FromThread): void {
    lane.heardAt = performance.now()
    const done: { call: Call; result: JobResult }[] = []
    for (const result of results) {
      const call = lane.calls.get(result.id)
      lane.calls.delete(result.id)
      if (call) done.push({ call, result })
    }
    if (lane.calls.size === 0) lane.long = false
    // The token gets its next work before the callers look at what came back.
    this.#sendWaiting()
    for (const { call, result } of done) this.#answer(call, result)
    const spent = done.find(({ result }) => result.fresh)
    if (spent?.result.fault) this.#replace(spent.result.fault)
    if (this.#running() + this.#waiting.length === 0) this.#idle?.()
  }

  /** The child says that only a successor can help; those who wait have nothing better to expect from this one. */
  #replace(fault: FaultData): void {
    this.#rejectAll(fault)
    this.#child?.kill()
  }

  #answer(call: Call, result: JobResult): void {
    if (result.fault) this.#lastError = result.fault
    else this.#restartMs = FIRST_RESTART_MS
    if (call.answered) return
    call.answered = true
    if (result.fault) call.reject(toError(result.fault))
    else call.resolve({ value: result.value, session: result.session ?? null })
  }

  /** One look at all calls now and then costs less than a timer for each. */
  #sweep(): void {
    const now = performance.now()
    const running = this.#lanes.flatMap(({ calls }) => [...calls.values()])
    for (const call of [...running, ...this.#waiting]) if (call.expiresAt <= now) this.#expire(call)
  }

  #expire(call: Call): void {
    const { lane, deadlineMs } = call
    if (!lane) this.#waiting = this.#waiting.filter((other) => other !== call)
    this.#answer(call, { id: call.job.id, fault: { code: 'ERR_P11_DEADLINE', details: { deadlineMs } } })
    if (!lane) return
    const patience = Math.max(
      this.#options.deadlineMs,
      ...[...lane.calls.values()].map((other) => other.deadlineMs),
    )
    if (performance.now() - lane.heardAt + 1 >= patience) this.#child?.kill()
  }

  /** The process is gone. */
  #lose(): void {
    this.#child = null
    if (this.#state === 'closed') return
    const started = this.#state === 'ready'
    for (const call of this.#takeRunning()) {
      this.#answer(call, { id: call.job.id, fault: { code: 'ERR_P11_CHILD_DIED', details: {} } })
    }
    if (this.#state === 'failed') {
      if (this.#waiting.length > 0) this.#scheduleStart()
      return
    }
    if (!started && ++this.#failedStarts >= MAX_FAILED_STARTS) {
      this.#fail({ code: 'ERR_P11_CHILD_START', details: {} })
      return
    }
    this.#state = 'restarting'
    this.#scheduleStart()
    this.#idle?.()
  }

  /** Starting again would fail the same way at once: the next call tries, no sooner than the back-off says. */
  #fail(fault: FaultData): void {
    this.#state = 'failed'
    this.#lastError = fault
    this.#rejectAll(fault)
    this.#idle?.()
  }

  #scheduleStart(): void {
    if (this.#timer || this.#child) return
    const delay = this.#restartMs
    this.#restartMs = Math.min(LAST_RESTART_MS, this.#restartMs * 2)
    this.#restarts++
    if (this.#state === 'failed') this.#state = 'restarting'
    this.#timer = setTimeout(() => this.#start(), delay)
  }

  #takeRunning(): Call[] {
    const calls = this.#lanes.flatMap((lane) => [...lane.calls.values()])
    this.#lanes = []
    return calls
  }

  #rejectAll(fault: FaultData): void {
    const calls = [...this.#takeRunning(), ...this.#waiting]
    this.#waiting = []
    for (const call of calls) this.#answer(call, { id: call.job.id, fault })
  }
}

export const toError = (fault: FaultData): Pkcs11Error =>
  new Pkcs11Error(fault.code, { details: fault.details })
