import { readdirSync, readFileSync } from 'node:fs'

const TICK_MS = 10

interface Seen {
  cpuMs: number
  peakMiB: number
}

/** What a process and all that it started have used, as last seen; Linux only. */
export class ProcessTree {
  readonly #seen = new Map<number, Seen>()

  constructor(pid: number) {
    this.#seen.set(pid, { cpuMs: 0, peakMiB: 0 })
  }

  get cpuMs(): number {
    return [...this.#seen.values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  }

  /** Resident memory of the largest. */
  get peakMiB(): number {
    return Math.max(...[...this.#seen.values()].map(({ peakMiB }) => peakMiB))
  }

  look(): void {
    for (const name of readdirSync('/proc')) {
      const pid = Number(name)
      if (!Number.isInteger(pid)) continue
      try {
        this.#lookAt(pid)
      } catch {
        // it has ended meanwhile
      }
    }
  }

  #lookAt(pid: number): void {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // the name, in parentheses, may hold anything
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (!this.#seen.has(pid) && !this.#seen.has(Number(fields[1]))) return
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const kib = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0)
    const before = this.#seen.get(pid)
    this.#seen.set(pid, {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      peakMiB: Math.max(before?.peakMiB ?? 0, kib / 1024),
    })
  }
}
