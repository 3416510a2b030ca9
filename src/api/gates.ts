import { ApiError } from './errors.ts'

/** Lets so many through at once and so many wait; all others are sent away. */
export class Gate {
  readonly #places: number
  readonly #waitingLimit: number
  readonly #waitMs: number
  readonly #queue: { enter: () => void }[] = []
  #running = 0

  constructor(places: number, waitingLimit: number, waitMs: number) {
    this.#places = places
    this.#waitingLimit = waitingLimit
    this.#waitMs = waitMs
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#queue.length
  }

  /** Throws `ERR_API_OVERLOADED` where the queue is full or the turn did not come in time. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next) next.enter()
      else this.#running--
    }
  }

  #enter(): Promise<void> {
    if (this.#running < this.#places) {
      this.#running++
      return Promise.resolve()
    }
    if (this.#queue.length >= this.#waitingLimit) return Promise.reject(overloaded())
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(entry), 1)
        reject(overloaded())
      }, this.#waitMs)
      const entry = {
        enter: () => {
          clearTimeout(timer)
          resolve()
        },
      }
      this.#queue.push(entry)
    })
  }
}

const overloaded = (): ApiError => new ApiError('ERR_API_OVERLOADED', { retryable: true })

/** How many bytes of documents are held at once, over all requests. */
export class HeldBytes {
  readonly #limit: number
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get held(): number {
    return this.#held
  }

  /** Throws `ERR_API_MEMORY_BUSY`. */
  reserve(bytes: number): void {
    if (this.#held + bytes > this.#limit) throw new ApiError('ERR_API_MEMORY_BUSY', { retryable: true })
    this.#held += bytes
  }

  release(bytes: number): void {
    this.#held -= bytes
  }
}

/** One at a time for each key, in the order of asking. */
export class KeyedLock {
  readonly #last = new Map<string, Promise<unknown>>()

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const mine = (before ?? Promise.resolve()).then(work, work)
    this.#last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
  }
}
