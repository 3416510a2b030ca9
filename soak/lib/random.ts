/** Draws that depend on a seed alone. */
export interface Draw {
  /** From 0 up to 1. */
  (): number
  below(limit: number): number
  pick<T>(list: readonly T[]): T
}

/** mulberry32 over the seed's two halves. */
export function seededDraw(seed: number): Draw {
  let state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return Object.assign(next, { below, pick: <T>(list: readonly T[]): T => list[below(list.length)]! })
}
