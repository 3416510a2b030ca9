import type { Hash } from 'node:crypto'
import { createDigest, type DigestName } from '../../../formats/index.ts'

/** How much may be hashed beside one pass for each algorithm: ranges that do not nest cost a pass of their own. */
const extraPasses = 8
const extraBytes = 64 * 1024 * 1024

/**
 * Digests of a file's byte ranges. Signatures of one file lie around each other, so that their first ranges are taken
 * from one running digest for each algorithm, and 32 signatures cost little more than one.
 */
export class RangeDigests {
  readonly #bytes: Uint8Array
  readonly #running = new Map<DigestName, { hash: Hash; at: number }>()
  readonly #known = new Map<string, Uint8Array>()
  #extra: number

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#extra = extraPasses * bytes.length + extraBytes
  }

  /** Of the bytes that `[start, length, start, length…]` names; null where they are not all there, or cost too much. */
  of(name: DigestName, ranges: readonly number[]): Uint8Array | null {
    const key = `${name} ${ranges.join(' ')}`
    const known = this.#known.get(key)
    if (known) return known
    const digest = this.#compute(name, ranges)
    if (digest) this.#known.set(key, digest)
    return digest
  }

  /** Of the whole file, lower-case hex. */
  whole(name: DigestName): string {
    return Buffer.from(this.#advance(name, this.#bytes.length).digest()).toString('hex')
  }

  #compute(name: DigestName, ranges: readonly number[]): Uint8Array | null {
    const parts = this.#parts(ranges)
    if (!parts) return null
    const [first, ...rest] = parts
    const startsAtZero = first?.start === 0
    const others = startsAtZero ? rest : parts
    const runs = startsAtZero && (this.#running.get(name)?.at ?? 0) <= first.end
    const cost = others.reduce((sum, { start, end }) => sum + end - start, runs || !first ? 0 : first.end)
    if (cost > this.#extra) return null
    this.#extra -= cost
    const hash = startsAtZero ? this.#advance(name, first.end) : createDigest(name)
    for (const { start, end } of others) hash.update(this.#bytes.subarray(start, end))
    return hash.digest()
  }

  #parts(ranges: readonly number[]): { start: number; end: number }[] | null {
    const parts = []
    for (let i = 0; i < ranges.length; i += 2) {
      const start = ranges[i]!
      const end = start + (ranges[i + 1] ?? -1)
      if (!(start >= 0 && end >= start && end <= this.#bytes.length)) return null
      parts.push({ start, end })
    }
    return parts.length > 0 ? parts : null
  }

  /** A copy of the running digest at `end`; from the beginning where it has passed that by. */
  #advance(name: DigestName, end: number): Hash {
    const running = this.#running.get(name)
    if (running && running.at > end) return createDigest(name).update(this.#bytes.subarray(0, end))
    const { hash, at } = running ?? { hash: createDigest(name), at: 0 }
    hash.update(this.#bytes.subarray(at, end))
    this.#running.set(name, { hash, at: end })
    return hash.copy()
  }
}
