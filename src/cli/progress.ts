import type { OutputStream } from './io.ts'
import type { Summary } from './summary.ts'

const EVERY_MS = 200

/** A line on a terminal that says how far it is; elsewhere nothing. */
export class Progress {
  readonly #stream: OutputStream
  #lastMs = 0
  #isShown = false

  constructor(stream: OutputStream) {
    this.#stream = stream
  }

  show(summary: Summary, nowMs: number): void {
    if (!this.#stream.isTTY || nowMs - this.#lastMs < EVERY_MS) return
    this.#lastMs = nowMs
    this.#isShown = true
    const bad = summary.total - summary.count('passed')
    this.#stream.write(`\r\u001b[KĐã kiểm tra ${summary.total} tệp, ${bad} tệp cần xem lại…`)
  }

  /** Before something else is written to the same terminal. */
  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[K')
    this.#isShown = false
  }
}
