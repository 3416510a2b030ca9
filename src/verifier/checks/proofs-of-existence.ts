/**
 * Proofs of existence (EN 319 102-1 V1.4.1, 5.6.2.3): for every object, the times at which it is proven to have existed.
 * Only what a time-stamp or evidence record that was found valid covers is entered.
 */
export class ProofsOfExistence {
  readonly #times = new Map<string, number[]>()

  add(ids: readonly string[], time: number): void {
    for (const id of ids) {
      const times = this.#times.get(id)
      if (times) times.push(time)
      else this.#times.set(id, [time])
    }
  }

  copy(): ProofsOfExistence {
    const copy = new ProofsOfExistence()
    for (const [id, times] of this.#times) copy.#times.set(id, [...times])
    return copy
  }

  /** The earliest time; infinity where nothing proves it. */
  earliest(id: string): number {
    return Math.min(...(this.#times.get(id) ?? []), Number.POSITIVE_INFINITY)
  }

  existedAt(id: string, time: number): boolean {
    return this.earliest(id) <= time
  }

  /** Whether one of the times lies within, both ends included. */
  existedWithin(id: string, from: number, to: number): boolean {
    return this.#times.get(id)?.some((time) => from <= time && time <= to) ?? false
  }
}
