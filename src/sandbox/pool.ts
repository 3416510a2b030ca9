import type { ChildMemory, Parcel } from './child-memory.ts'
import { type ChildOptions, ChildProcessHandle } from './child-process.ts'
import { SandboxError } from './errors.ts'
import type { ProcessUsage } from './process-usage.ts'
import type { JobAnswer } from './protocol.ts'
import type { SandboxLimits } from './types.ts'
import { allowanceFor, LOOK_MS, Watchdog } from './watchdog.ts'

/** Something for one child to do. */
export interface Work {
  /** What the child has to be sent, the job (with `id`) last. */
  pack(memory: ChildMemory, id: number): Parcel[]
  readonly heldBytes: number
  readonly streamedBytes: number
}

interface Entry {
  readonly work: Work
  readonly resolve: (answer: JobAnswer) => void
  readonly reject: (error: SandboxError) => void
  /** A process that ends by itself may have been ended from outside: the job gets a second one. */
  attempts: number
}

interface Lane {
  readonly child: ChildProcessHandle
  idle: ProcessUsage | null
  running: { readonly entry: Entry; readonly id: number; watchdog: Watchdog; exceeded: string | null } | null
  isReady: boolean
}

/** In MiB. */
const HEAP_MIB = 256
/** A child that keeps more than this beyond what it was given to keep is replaced. */
const LEFT_BEHIND_BYTES = 128 * 2 ** 20
const MAX_ATTEMPTS = 2
const MAX_FAILED_STARTS = 3

/** How V8 ends a process whose heap is full. */
const heapFull: ReadonlySet<string> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL', '134'])

/** Child processes with one job each; started when there is work, replaced when they end. */
export class Pool {
  readonly #size: number
  readonly #limits: SandboxLimits
  readonly #child: ChildOptions
  readonly #waiting: Entry[] = []
  readonly #lanes = new Set<Lane>()
  #timer: NodeJS.Timeout | null = null
  #ids = 0
  #failedStarts = 0
  #closed = false

  constructor(size: number, limits: SandboxLimits, child: Omit<ChildOptions, 'heapMib'> = {}) {
    this.#size = size
    this.#child = { ...child, heapMib: HEAP_MIB }
    this.#limits = limits
  }

  /** Throws `ERR_SANDBOX_LIMIT`, `ERR_SANDBOX_CRASHED`, `ERR_SANDBOX_START` and `ERR_SANDBOX_CLOSED`. */
  run(work: Work): Promise<JobAnswer> {
    if (this.#closed) return Promise.reject(new SandboxError('ERR_SANDBOX_CLOSED'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject, attempts: 0 })
      this.#pump()
    })
  }

  pids(): number[] {
    return [...this.#lanes].map(({ child }) => child.pid)
  }

  async close(): Promise<void> {
    this.#closed = true
    const error = new SandboxError('ERR_SANDBOX_CLOSED')
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    const lanes = [...this.#lanes]
    for (const { child, running } of lanes) {
      running?.entry.reject(error)
      // Nobody would wait for its end else
      child.hold(true)
      child.kill()
    }
    await Promise.all(lanes.map(({ child }) => child.ended))
    this.#stopLooking()
  }

  #pump(): void {
    for (const lane of this.#lanes) {
      if (!lane.isReady || lane.running) continue
      const entry = this.#waiting.shift()
      if (entry) this.#begin(lane, entry)
      else lane.child.hold(false)
    }
    const starting = [...this.#lanes].filter(({ isReady }) => !isReady).length
    for (let missing = this.#waiting.length - starting; missing > 0; missing--) {
      if (this.#lanes.size >= this.#size) break
      this.#start()
    }
  }

  #start(): void {
    const child = new ChildProcessHandle(this.#child)
    const lane: Lane = { child, idle: null, running: null, isReady: false }
    this.#lanes.add(lane)
    child.onDone(({ id, answer }) => this.#finish(lane, id, answer))
    void child.ready.then((ready) => {
      if (!ready || this.#closed) return
      this.#failedStarts = 0
      lane.idle = child.usage()
      lane.isReady = true
      this.#pump()
    })
    void child.ended.then((ending) => this.#lose(lane, ending))
  }

  #begin(lane: Lane, entry: Entry): void {
    const id = ++this.#ids
    const { child, idle } = lane
    const { work } = entry
    child.hold(true)
    const parcels = work.pack(child.memory, id)
    const heldBytes = work.heldBytes + 2 * child.memory.bytes
    const allowance = allowanceFor(this.#limits, heldBytes, work.streamedBytes)
    const watchdog = new Watchdog(allowance, idle, performance.now())
    lane.running = { entry, id, watchdog, exceeded: null }
    child.send(parcels)
    this.#look()
  }

  #finish(lane: Lane, id: number, answer: JobAnswer): void {
    if (lane.running?.id !== id) return
    const { entry, watchdog } = lane.running
    lane.running = null
    // Looked at only where the job was long enough to be: reading takes longer than many a job
    if (watchdog.lookedAt && this.#leftBehind(lane)) {
      lane.isReady = false
      lane.child.kill()
    }
    entry.resolve(answer)
    this.#pump()
  }

  #leftBehind({ child, idle }: Lane): boolean {
    const usage = child.usage()
    if (!usage || !idle) return false
    return usage.residentBytes - idle.residentBytes > LEFT_BEHIND_BYTES + 2 * child.memory.bytes
  }

  #lose(lane: Lane, ending: string): void {
    this.#lanes.delete(lane)
    if (this.#closed) return
    const { running } = lane
    if (running) this.#settleLost(running.entry, running.exceeded, ending)
    else if (!lane.isReady && lane.idle === null && ++this.#failedStarts >= MAX_FAILED_STARTS) {
      this.#failedStarts = 0
      const error = new SandboxError('ERR_SANDBOX_START', { details: { ending } })
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    }
    if (this.#lanes.size === 0) this.#stopLooking()
    this.#pump()
  }

  #settleLost(entry: Entry, exceeded: string | null, ending: string): void {
    const what = exceeded ?? (heapFull.has(ending) ? 'memory' : null)
    entry.attempts++
    if (what) entry.reject(new SandboxError('ERR_SANDBOX_LIMIT', { details: { what } }))
    else if (entry.attempts < MAX_ATTEMPTS) this.#waiting.unshift(entry)
    else entry.reject(new SandboxError('ERR_SANDBOX_CRASHED', { details: { ending } }))
  }

  #look(): void {
    this.#timer ??= setInterval(() => {
      const now = performance.now()
      let running = 0
      for (const lane of this.#lanes) {
        if (!lane.running) continue
        running++
        const exceeded = lane.running.watchdog.look(lane.child.usage(), now)
        if (!exceeded || lane.running.exceeded) continue
        lane.running.exceeded = exceeded
        lane.child.kill()
      }
      if (running === 0) this.#stopLooking()
    }, LOOK_MS)
  }

  #stopLooking(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }
}
