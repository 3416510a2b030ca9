import { setPriority } from 'node:os'
import type { Duplex } from 'node:stream'
import { ChildMemory, type Parcel } from './child-memory.ts'
import { forkChild } from './fork-child.ts'
import { type ProcessUsage, readUsage } from './process-usage.ts'
import { BYTES_FD, type FromChild } from './protocol.ts'

function standBack(pid: number | undefined, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness)
  } catch {
    // A system that does not let us, or a process that has gone already
  }
}

/** Milliseconds until a child must be there. */
const START_MS = 20_000

export interface ChildOptions {
  /** Bound of its heap; a file's bytes lie outside it. */
  readonly heapMib: number
  readonly niceness?: number
  /** Tests only: another program in the child's place. */
  readonly entry?: URL
}

/** One process that judges files, one at a time. */
export class ChildProcessHandle {
  readonly memory = new ChildMemory()
  readonly pid: number
  /** Resolves with `true` once it can take work, `false` where it ended before. */
  readonly ready: Promise<boolean>
  /** How it ended: a signal's name or an exit code. */
  readonly ended: Promise<string>
  readonly #process: ReturnType<typeof forkChild>
  readonly #bytes: Duplex
  #listener: (message: Extract<FromChild, { type: 'done' }>) => void = () => {}

  constructor({ heapMib, niceness = 0, entry }: ChildOptions) {
    const child = forkChild(heapMib, entry)
    this.#process = child
    this.#bytes = child.stdio[BYTES_FD] as unknown as Duplex
    this.pid = child.pid ?? -1
    if (niceness > 0) standBack(child.pid, niceness)
    // Its end is told by 'exit'
    this.#bytes.on('error', () => {})
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? String(code)))
      // Without a process there is no exit
      child.once('error', (error) => child.pid === undefined && resolve(error.message))
    })
    this.ready = new Promise((resolve) => {
      const late = setTimeout(() => this.kill(), START_MS)
      void this.ended.then(() => {
        clearTimeout(late)
        resolve(false)
      })
      child.on('message', (message: FromChild) => {
        if (message.type === 'done') return this.#listener(message)
        clearTimeout(late)
        resolve(true)
      })
    })
  }

  onDone(listener: (message: Extract<FromChild, { type: 'done' }>) => void): void {
    this.#listener = listener
  }

  /** A process that has gone meanwhile says so by `ended`. */
  send(parcels: readonly Parcel[]): void {
    for (const { message, bytes } of parcels) {
      if (!this.#process.connected) return
      this.#process.send(message, () => {})
      for (const piece of bytes) if (piece.length > 0) this.#bytes.write(piece)
    }
  }

  usage(): ProcessUsage | null {
    return readUsage(this.pid)
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  /** Keeps the parent from ending, or not. */
  hold(holds: boolean): void {
    const { channel } = this.#process
    const stream = this.#bytes as unknown as { ref?(): void; unref?(): void }
    for (const handle of [this.#process, channel, stream]) {
      if (holds) handle?.ref?.()
      else handle?.unref?.()
    }
  }
}
