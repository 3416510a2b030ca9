import { ApiError } from './errors.ts'

/** What one of several that share a limit may take of it: the rest stays free for the others. */
const shareOf = (limit: number): number => Math.ceil((3 * limit) / 4)

/** Counts by owner; who has none is not kept. */
class Tally {
  readonly #counts = new Map<string, number>()

  of(owner: string): number {
    return this.#counts.get(owner) ?? 0
  }

  add(owner: string, count: number): void {
    const sum = this.of(owner) + count
    if (sum === 0) this.#counts.delete(owner)
    else this.#counts.set(owner, sum)
  }
}

interface Waiting {
  readonly owner: string
  enter(): void
}

/** Lets so many through at once and so many wait; all others are sent away. Who has the fewest inside comes next. */
export class Gate {
  readonly #places: number
  readonly #waitingLimit: number
  readonly #waitMs: number
  readonly #queue: Waiting[] = []
  readonly #inside = new Tally()
  readonly #outside = new Tally()
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

  /**
   * Throws `ERR_API_OVERLOADED` where the queue is full or the turn did not come in time, and `ERR_API_SHARE_EXCEEDED`
   * where this owner has three quarters of the queue.
   */
  async run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#places) this.#running++
    else await this.#wait(owner)
    this.#inside.add(owner, 1)
    try {
      return await work()
    } finally {
      this.#inside.add(owner, -1)
      const next = this.#next()
      if (next) next.enter()
      else this.#running--
    }
  }

  #wait(owner: string): Promise<void> {
    if (this.#queue.length >= this.#waitingLimit) return Promise.reject(overloaded())
    if (this.#outside.of(owner) >= shareOf(this.#waitingLimit)) return Promise.reject(shareExceeded())
    this.#outside.add(owner, 1)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#leave(entry)
        reject(overloaded())
      }, this.#waitMs)
      const entry: Waiting = {
        owner,
        enter: () => {
          clearTimeout(timer)
          this.#leave(entry)
          resolve()
        },
      }
      this.#queue.push(entry)
    })
  }

  #leave(entry: Waiting): void {
    this.#queue.splice(this.#queue.indexOf(entry), 1)
    this.#outside.add(entry.owner, -1)
  }

  #next(): Waiting | null {
    let best: Waiting | null = null
    for (const entry of this.#queue)
      if (!best || this.#inside.of(entry.owner) < this.#inside.of(best.owner)) best = entry
    return best
  }
}

const overloaded = (): ApiError => new ApiError('ERR_API_OVERLOADED', { retryable: true })
const shareExceeded = (): ApiError => new ApiError('ERR_API_SHARE_EXCEEDED', { retryable: true })

/** How many bytes of documents are held at once, over all requests. */
export class HeldBytes {
  readonly #limit: number
  readonly #byOwner = new Tally()
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get held(): number {
    return this.#held
  }

  /** Throws `ERR_API_MEMORY_BUSY`, and `ERR_API_SHARE_EXCEEDED` beyond three quarters of the limit for one owner. */
  reserve(owner: string, bytes: number): void {
    if (this.#held + bytes > this.#limit) throw new ApiError('ERR_API_MEMORY_BUSY', { retryable: true })
    if (this.#byOwner.of(owner) + bytes > shareOf(this.#limit)) throw shareExceeded()
    this.#add(owner, bytes)
  }

  release(owner: string, bytes: number): void {
    this.#add(owner, -bytes)
  }

  #add(owner: string, bytes: number): void {
    this.#held += bytes
    this.#byOwner.add(owner, bytes)
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
