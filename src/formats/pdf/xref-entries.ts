import { FormatError } from '../errors.ts'
import { isDigit } from './lexer.ts'

/** A cross-reference entry (ISO 32000-2, table 18): free; at `offset` with `gen`; or number `index` of object stream `stream`. */
export type XrefEntry =
  | { readonly type: 0 }
  | { readonly type: 1; readonly offset: number; readonly gen: number }
  | { readonly type: 2; readonly stream: number; readonly index: number }

export interface Subsection {
  readonly first: number
  readonly count: number
  /** Where its first entry stands in the bytes that hold the entries. */
  readonly at: number
}

/**
 * The entries of one cross-reference table or stream, read from their bytes when asked for: nothing is built per
 * entry, so that half a million objects cost no memory.
 */
export class XrefEntries {
  readonly #bytes: Uint8Array
  /** Field widths of a stream; null for the fixed lines of a table. */
  readonly #widths: readonly number[] | null
  readonly #step: number
  /** Ordered by first number, not overlapping. */
  readonly subsections: readonly Subsection[]

  constructor(bytes: Uint8Array, widths: readonly number[] | null, subsections: readonly Subsection[]) {
    this.#bytes = bytes
    this.#widths = widths
    this.#step = widths ? widths.reduce((sum, width) => sum + width, 0) : 20
    this.subsections = subsections
  }

  /** One more than the highest object number named. */
  get end(): number {
    const last = this.subsections.at(-1)
    return last ? last.first + last.count : 0
  }

  /** The entry of an object number; undefined where this part says nothing about it. Throws `ERR_PDF_XREF_ENTRY`. */
  find(num: number): XrefEntry | undefined {
    const { subsections } = this
    let low = 0
    let high = subsections.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const subsection = subsections[middle]!
      if (num < subsection.first) high = middle - 1
      else if (num >= subsection.first + subsection.count) low = middle + 1
      else return this.#read(num, subsection.at + (num - subsection.first) * this.#step)
    }
    return undefined
  }

  /** Hands each entry of type 1 or 2 to `visit`, numbers ascending: its two fields. Nothing is built per entry. */
  forEachInUse(
    visit: (num: number, type: number, second: number, third: number) => void,
    skip: Uint8Array,
  ): void {
    for (const { first, count, at } of this.subsections) {
      for (let i = 0; i < count; i++) {
        const num = first + i
        if (skip[num >> 3]! & (1 << (num & 7))) continue
        skip[num >> 3]! |= 1 << (num & 7)
        const place = at + i * this.#step
        const type = this.#type(place)
        if (type === 1 || type === 2) visit(num, type, this.#field(place, 1), this.#field(place, 2))
      }
    }
  }

  #read(num: number, at: number): XrefEntry {
    const type = this.#type(at)
    // Types above 2 are references to the null object (ISO 32000-2, 7.5.8.3).
    if (type !== 1 && type !== 2) return { type: 0 }
    const second = this.#field(at, 1)
    const third = this.#field(at, 2)
    if (!Number.isSafeInteger(second) || !Number.isSafeInteger(third)) throw badEntry(num)
    return type === 1 ? { type, offset: second, gen: third } : { type, stream: second, index: third }
  }

  #type(at: number): number {
    if (!this.#widths) return this.#bytes[at + 17] === 110 ? 1 : 0
    // A first field of no width means type 1 (ISO 32000-2, table 17).
    return this.#widths[0] === 0 ? 1 : bigEndian(this.#bytes, at, this.#widths[0]!)
  }

  /** The second or third field; the lines of a table were held against `isEntryLine` when it was read. */
  #field(at: number, which: 1 | 2): number {
    if (!this.#widths) return which === 1 ? digits(this.#bytes, at, 10) : digits(this.#bytes, at + 11, 5)
    const start = at + this.#widths[0]! + (which === 2 ? this.#widths[1]! : 0)
    return bigEndian(this.#bytes, start, this.#widths[which]!)
  }
}

/** Sorts subsections by number; null where two of them overlap. */
export function orderSubsections(subsections: readonly Subsection[]): Subsection[] | null {
  const ordered = subsections.filter((part) => part.count > 0).sort((a, b) => a.first - b.first)
  for (let i = 1; i < ordered.length; i++) {
    const before = ordered[i - 1]!
    if (before.first + before.count > ordered[i]!.first) return null
  }
  return ordered
}

const badEntry = (num: number): FormatError => new FormatError('ERR_PDF_XREF_ENTRY', { details: { num } })

/** Whether `nnnnnnnnnn ggggg n` or `… f` stands at `at`; what ends the line is not looked at. */
export function isEntryLine(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 10] !== 32 || bytes[at + 16] !== 32) return false
  for (let i = 0; i < 16; i++) if (i !== 10 && !isDigit(bytes[at + i])) return false
  return bytes[at + 17] === 110 || bytes[at + 17] === 102
}

function digits(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let i = at; i < at + length; i++) value = value * 10 + (bytes[i]! - 48)
  return value
}

function bigEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = at; i < at + width; i++) value = value * 256 + bytes[i]!
  return value
}
