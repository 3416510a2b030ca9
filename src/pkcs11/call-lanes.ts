import { Batcher } from './batcher.ts'
import { Pkcs11Error, toError } from './errors.ts'
import type {
  FaultData,
  FromThread,
  Job,
  JobResult,
  KeyIdentity,
  Operation,
  SessionTag,
  ToThread,
} from './protocol.ts'

/** The stream to one thread of the child. */
export interface StreamHandle {
  send(message: ToThread): void
  onMessage(listener: (results: FromThread) => void): void
  end(): void
}

export interface CallResult {
  readonly value: unknown
  readonly session: SessionTag | null
}

export interface CallLanesOptions {
  /** Milliseconds a thread with calls may stay silent. */
  readonly deadlineMs: number
  /** Calls that may wait before more are refused. */
  readonly maxWaiting: number
  /** An answer came, from the child or on its behalf. */
  readonly onAnswer: (result: JobResult) => void
  /** A thread has said nothing for a whole deadline, or only a successor of the child can help. */
  readonly onStuck: () => void
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

/** A message costs more than what it carries, but the calls of one wait for one another. */
const MAX_CALLS_PER_MESSAGE = 4

/** The calls to one token's process: those that wait, and those its threads have; each with a deadline. */
export class CallLanes {
  readonly #options: CallLanesOptions
  readonly #keys: KeyIdentity[] = []
  readonly #pump = new Batcher<null>(() => this.#sendWaiting())
  readonly #sweeper: NodeJS.Timeout
  #lanes: Lane[] = []
  #waiting: Call[] = []
  #nextId = 1
  #idle: (() => void) | null = null

  constructor(options: CallLanesOptions) {
    this.#options = options
    this.#sweeper = setInterval(() => this.#sweep(), Math.max(10, Math.min(1_000, options.deadlineMs / 20)))
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get running(): number {
    let count = 0
    for (const { calls } of this.#lanes) count += calls.size
    return count
  }

  /** Has a thread do something, once there is one. Throws `ERR_P11_BUSY`, `ERR_P11_DEADLINE`, or what the child answers. */
  add(operation: Operation, deadlineMs: number): Promise<CallResult> {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      return Promise.reject(new Pkcs11Error('ERR_P11_BUSY', { details: { waiting: this.#waiting.length } }))
    }
    return new Promise((resolve, reject) => {
      const job = { ...operation, id: this.#nextId++ }
      const expiresAt = performance.now() + deadlineMs
      this.#waiting.push({ job, resolve, reject, deadlineMs, expiresAt, lane: null, answered: false })
      this.#pump.push(null)
    })
  }

  /** Makes a key known to all threads, present and future; returns what calls name it by. */
  defineKey(key: Omit<KeyIdentity, 'ref'>): number {
    const identity = { ...key, ref: this.#keys.length + 1 }
    this.#keys.push(identity)
    for (const { stream } of this.#lanes) stream.send({ type: 'key', key: identity })
    return identity.ref
  }

  dropSession(session: SessionTag): void {
    this.#lanes[session.thread]?.stream.send({ type: 'drop-session', session: session.session })
  }

  /** Takes the threads of a child that is ready. */
  open(streams: readonly StreamHandle[]): void {
    this.#lanes = streams.map((stream) => {
      const lane: Lane = { stream, calls: new Map(), long: false, heardAt: 0 }
      for (const key of this.#keys) stream.send({ type: 'key', key })
      stream.onMessage((results) => this.#settle(lane, results))
      return lane
    })
    this.#sendWaiting()
  }

  /** The threads are gone: what they had is rejected, what waits goes on waiting. */
  rejectRunning(fault: FaultData): void {
    for (const call of this.#takeRunning()) this.#answer(call, { id: call.job.id, fault })
    this.#tellIdle()
  }

  rejectAll(fault: FaultData): void {
    const calls = [...this.#takeRunning(), ...this.#waiting]
    this.#waiting = []
    for (const call of calls) this.#answer(call, { id: call.job.id, fault })
    this.#tellIdle()
  }

  /** Resolves when nothing runs or waits any more, or after `ms`. */
  drain(ms: number): Promise<void> {
    if (this.running + this.waiting === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#idle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  close(fault: FaultData): void {
    clearInterval(this.#sweeper)
    this.rejectAll(fault)
  }

  /** Gives each thread at most one message beside the one it works on, several calls in it where many callers wait. */
  #sendWaiting(): void {
    const callers = this.waiting + this.running
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
    if (spent?.result.fault) this.#giveUp(spent.result.fault)
    this.#tellIdle()
  }

  /** The child says that only a successor can help; those who wait have nothing better to expect from this one. */
  #giveUp(fault: FaultData): void {
    this.rejectAll(fault)
    this.#options.onStuck()
  }

  #answer(call: Call, result: JobResult): void {
    this.#options.onAnswer(result)
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
    const deadlines = [...lane.calls.values()].map((other) => other.deadlineMs)
    const patience = Math.max(this.#options.deadlineMs, ...deadlines)
    if (performance.now() - lane.heardAt + 1 >= patience) this.#options.onStuck()
  }

  #takeRunning(): Call[] {
    const calls = this.#lanes.flatMap((lane) => [...lane.calls.values()])
    this.#lanes = []
    return calls
  }

  #tellIdle(): void {
    if (this.running + this.waiting === 0) this.#idle?.()
  }
}
