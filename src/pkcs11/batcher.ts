/**
 * Collects items and hands them over together, once per turn of the event loop: under load a message carries many, at
 * rest none waits.
 */
export class Batcher<T> {
  #items: T[] = []
  #scheduled = false
  readonly #send: (items: T[]) => void
  readonly #schedule: (run: () => void) => void

  constructor(send: (items: T[]) => void, schedule: (run: () => void) => void = setImmediate) {
    this.#send = send
    this.#schedule = schedule
  }

  push(item: T): void {
    this.#items.push(item)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#schedule(() => {
      this.#scheduled = false
      this.flush()
    })
  }

  flush(): void {
    if (this.#items.length === 0) return
    const items = this.#items
    this.#items = []
    this.#send(items)
  }
}
