import { createHistogram } from 'node:perf_hooks'

const EVERY_MS = 1

/**
 * How late the event loop comes to its timers, sampled each millisecond. Unlike `monitorEventLoopDelay` it can leave out
 * pauses of our own making, such as forced collections of garbage, which the service itself would not have.
 */
export class LoopDelay {
  readonly #late = createHistogram()
  readonly #cpu = createHistogram()
  #due = 0
  #cpuAt = 0
  #timer: NodeJS.Timeout | null = null

  start(): void {
    this.#due = performance.now() + EVERY_MS
    this.#cpuAt = cpuMicroseconds()
    this.#timer = setTimeout(() => {
      // in microseconds; the histograms count from 1
      this.#late.record(Math.max(1, Math.round((performance.now() - this.#due) * 1000)))
      this.#cpu.record(Math.max(1, cpuMicroseconds() - this.#cpuAt))
      this.start()
    }, EVERY_MS)
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** Runs something that blocks, and does not count it. */
  excluding(work: () => void): void {
    const begun = performance.now()
    const cpuBegun = cpuMicroseconds()
    work()
    this.#due += performance.now() - begun
    this.#cpuAt += cpuMicroseconds() - cpuBegun
  }

  lateMs(percentile: number): number {
    return this.#late.percentile(percentile) / 1000
  }

  /** CPU of this process between two looks: what the delay would be on a machine that has a processor to spare. */
  cpuMs(percentile: number): number {
    return this.#cpu.percentile(percentile) / 1000
  }
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
