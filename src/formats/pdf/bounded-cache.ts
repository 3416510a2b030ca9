/** The values used last, within a total weight. A value heavier than all of it is kept alone. */
export class BoundedCache<V> {
  readonly #max: number
  readonly #held = new Map<number, { value: V; weight: number }>()
  #weight = 0
  constructor(max: number) {
    this.#max = max
  }
  get(key: number): V | undefined {
    const found = this.#held.get(key)
    if (!found) return undefined
    this.#held.delete(key)
    this.#held.set(key, found)
    return found.value
  }
  set(key: number, value: V, weight: number): void {
    this.#weight -= this.#held.get(key)?.weight ?? 0
    this.#held.delete(key)
    this.#held.set(key, { value, weight })
    this.#weight += weight
    for (const [oldest, { weight: freed }] of this.#held) {
      if (this.#weight <= this.#max || oldest === key) break
      this.#held.delete(oldest)
      this.#weight -= freed
    }
  }
}
