import { createHistogram } from 'node:perf_hooks'

const EVERY_MS = 1

/**
 * How late the event loop comes to its timers, sampled each millisecond. Unlike `monitorEventLoopDelay` it can leave out
 * pauses of our own making, such as forced collections of garbage, which the service itself would not have.
 */
export class LoopDelay {
  readonly #histogram = createHistogram()
  #due = 0
  #timer: NodeJS.Timeout | null = null

  start(): void {
    this.#due = performance.now() + EVERY_MS
    this.#timer = setTimeout(() => {
      // in microseconds; the histogram counts from 1
      this.#histogram.record(Math.max(1, Math.round((performance.now() - this.#due) * 1000)))
      this.start()
    }, EVERY_MS)
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** Runs something that blocks, and does not count it. */
  excluding(work: () => void): void {
    const begun = performance.now()
    work()
    this.#due += performance.now() - begun
  }

  percentileMs(percentile: number): number {
    return this.#histogram.percentile(percentile) / 1000
  }
}
