/** The values used last, within a total weight. A value heavier than all of it is kept alone. */
export class BoundedCache<V> {
  readonly #max: number
  readonly #held = new Map<number, { value: V; weight: number }>()
  #weight = 0
  constructor(max: number) {
    this.#max = max
  }
  get(key: number): V | undefined {
    return this.#held.get(key)?.value
  }
  has(key: number): boolean {
    return this.#held.has(key)
  }
  set(key: number, value: V, weight: number): void {
    this.#held.set(key, { value, weight })
    this.#weight += weight
    for (const [oldest, { weight: freed }] of this.#held) {
      if (this.#weight <= this.#max || oldest === key) break
      this.#held.delete(oldest)
      this.#weight -= freed
    }
  }
}
