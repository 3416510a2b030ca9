interface Held<V> {
  readonly value: V
  readonly weight: number
}

/**
 * Values used lately, within a total weight. A value heavier than half of it pushes out all others.
 *
 * They are held in two generations, of which the older goes as a whole: taking the oldest out of a Map one by one gets
 * slower with each that is gone.
 */
export class BoundedCache<V> {
  readonly #half: number
  #young = new Map<number, Held<V>>()
  #old = new Map<number, Held<V>>()
  /** Of the young. */
  #weight = 0
  constructor(max: number) {
    this.#half = max / 2
  }
  get(key: number): V | undefined {
    const young = this.#young.get(key)
    if (young) return young.value
    const old = this.#old.get(key)
    if (old && old.weight <= this.#half) this.set(key, old.value, old.weight)
    return old?.value
  }
  set(key: number, value: V, weight: number): void {
    this.#weight += weight - (this.#young.get(key)?.weight ?? 0)
    if (this.#weight > this.#half) {
      this.#old = weight > this.#half ? new Map() : this.#young
      this.#young = new Map()
      this.#weight = weight
    }
    this.#young.set(key, { value, weight })
  }
}
