import type { Logger } from 'pino'

/** What has to be closed, in the opposite order of its opening; each is closed once, whatever the others do. */
export class Closers {
  readonly #log: Logger
  readonly #open: { readonly name: string; readonly close: () => Promise<void> }[] = []
  #closing: Promise<void> | null = null

  constructor(log: Logger) {
    this.#log = log
  }

  /** What comes after all was closed, from a part that was still being opened, is closed at once. */
  add(name: string, close: () => Promise<void>): void {
    this.#open.push({ name, close })
    this.#closing &&= this.#closing.then(() => this.#closeEach())
  }

  /** Never throws: what does not close is logged, since the others still have to. */
  closeAll(): Promise<void> {
    this.#closing ??= this.#closeEach()
    return this.#closing
  }

  async #closeEach(): Promise<void> {
    for (let next = this.#open.pop(); next; next = this.#open.pop()) {
      try {
        await next.close()
      } catch (error) {
        this.#log.error({ err: error, part: next.name }, 'could not be closed')
      }
    }
  }
}
