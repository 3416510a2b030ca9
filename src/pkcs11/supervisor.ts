import { CallLanes, type CallResult, type StreamHandle } from './call-lanes.ts'
import { Pkcs11Error } from './errors.ts'
import type {
  ChildOptions,
  FaultData,
  FromChild,
  JobResult,
  KeyIdentity,
  Operation,
  SessionTag,
  ToChild,
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

const START_MS = 20_000
const CLOSE_MS = 9_000
const FIRST_RESTART_MS = 50
const LAST_RESTART_MS = 2_000
const MAX_FAILED_STARTS = 3

/**
 * Keeps one token's process alive and its calls bounded.
 *
 * A call whose process dies is rejected, never repeated here: whether a signature may be made again is the caller's to
 * decide. A process with a thread that says nothing for a whole deadline while it has calls is taken for stuck, killed and
 * started again.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #lanes: CallLanes
  #child: ChildHandle | null = null
  #state: SupervisorState = 'starting'
  #serialNumber: string | null
  #rejectedPin: string | null
  #lastError: FaultData | null = null
  #restarts = 0
  #failedStarts = 0
  #restartMs = FIRST_RESTART_MS
  #timer: NodeJS.Timeout | null = null

  constructor(options: SupervisorOptions) {
    const { deadlineMs, maxWaiting } = options
    this.#options = options
    this.#serialNumber = options.child.serialNumber
    this.#rejectedPin = options.child.rejectedPin
    this.#lanes = new CallLanes({
      deadlineMs,
      maxWaiting,
      onAnswer: (result) => this.#note(result),
      onStuck: () => this.#child?.kill(),
    })
    this.#start()
  }

  /**
   * Has the token's process do something. Throws `ERR_P11_CLOSED`, `ERR_P11_BUSY`, `ERR_P11_DEADLINE`,
   * `ERR_P11_CHILD_DIED`, `ERR_P11_CHILD_START`, or what the token answered.
   */
  call(operation: Operation, deadlineMs = this.#options.deadlineMs): Promise<CallResult> {
    if (this.#state === 'closed') return Promise.reject(new Pkcs11Error('ERR_P11_CLOSED'))
    if (this.#state === 'failed') this.#scheduleStart()
    return this.#lanes.add(operation, deadlineMs)
  }

  /** Makes a key known to this and every later process; returns what calls name it by. */
  defineKey(key: Omit<KeyIdentity, 'ref'>): number {
    return this.#lanes.defineKey(key)
  }

  /** Has a session closed whose last value was wrong. */
  dropSession(session: SessionTag): void {
    this.#lanes.dropSession(session)
  }

  status(): SupervisorStatus {
    return {
      state: this.#state,
      sessions: this.#options.child.sessions,
      restarts: this.#restarts,
      waiting: this.#lanes.waiting,
      running: this.#lanes.running,
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
    if (wasReady) await this.#lanes.drain(CLOSE_MS)
    this.#state = 'closed'
    if (this.#timer) clearTimeout(this.#timer)
    this.#lanes.close({ code: 'ERR_P11_CLOSED', details: {} })
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
    this.#lanes.open(this.#child.streams)
  }

  #note({ fault }: JobResult): void {
    if (fault) this.#lastError = fault
    else this.#restartMs = FIRST_RESTART_MS
  }

  /** The process is gone. */
  #lose(): void {
    this.#child = null
    if (this.#state === 'closed') return
    const started = this.#state === 'ready'
    this.#lanes.rejectRunning({ code: 'ERR_P11_CHILD_DIED', details: {} })
    if (this.#state === 'failed') {
      if (this.#lanes.waiting > 0) this.#scheduleStart()
      return
    }
    if (!started && ++this.#failedStarts >= MAX_FAILED_STARTS) {
      this.#fail({ code: 'ERR_P11_CHILD_START', details: {} })
      return
    }
    this.#state = 'restarting'
    this.#scheduleStart()
  }

  /** Starting again would fail the same way at once: the next call tries, no sooner than the back-off says. */
  #fail(fault: FaultData): void {
    this.#state = 'failed'
    this.#lastError = fault
    this.#lanes.rejectAll(fault)
  }

  #scheduleStart(): void {
    if (this.#timer || this.#child) return
    const delay = this.#restartMs
    this.#restartMs = Math.min(LAST_RESTART_MS, this.#restartMs * 2)
    this.#restarts++
    if (this.#state === 'failed') this.#state = 'restarting'
    this.#timer = setTimeout(() => this.#start(), delay)
  }
}
