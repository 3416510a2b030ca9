import { FormatError } from '../errors.ts'

import { BoundedCache } from './bounded-cache.ts'
import { type PdfDict, type PdfObject, PdfRef } from './objects.ts'
import type { Span } from './parser.ts'
import type { PdfReader } from './reader.ts'
import type { XrefEntry } from './xref-entries.ts'

const maxHops = 32
/** What parsed objects that are kept may take, roughly, and what a byte of them does; members are taken to be short. */
const keptBytes = 32 * 1024 * 1024
const memoryPerByte = 8
const memberLength = 512

/** A document as one of its revisions has it. Objects are read as they stand; nothing is forgiven. */
export interface RevisionView {
  readonly trailer: PdfDict
  /** What the cross-references say of an object number; undefined where nothing. */
  entry(num: number): XrefEntry | undefined
  /** The object a reference names; null where it is free or absent. Throws what reading it throws. */
  get(ref: PdfRef): PdfObject
  /** The object of a number, whatever its generation. */
  object(num: number): PdfObject
  /** Throws `ERR_PDF_REFERENCE_CYCLE`. */
  resolve(object: PdfObject | undefined): PdfObject
}

export interface PlacedObject {
  readonly object: PdfObject
  readonly span: Span | null
}

const nothing: PlacedObject = { object: null, span: null }

/** Objects of all revisions by their place in the file, which is what they depend on. */
export type PlacedObjects = BoundedCache<PlacedObject & { readonly num: number; readonly gen: number }>

/** As many as are worth keeping. */
export const createPlacedObjects = (): PlacedObjects => new BoundedCache(keptBytes)

export class View implements RevisionView {
  readonly trailer: PdfDict
  readonly #doc: PdfReader
  readonly #find: (num: number) => XrefEntry | undefined
  readonly #placed: PlacedObjects
  readonly #members = new BoundedCache<PdfObject>(keptBytes / 4)

  constructor(
    doc: PdfReader,
    trailer: PdfDict,
    find: (num: number) => XrefEntry | undefined,
    placed: PlacedObjects,
  ) {
    this.#doc = doc
    this.trailer = trailer
    this.#find = find
    this.#placed = placed
  }

  entry(num: number): XrefEntry | undefined {
    return this.#find(num)
  }

  get(ref: PdfRef): PdfObject {
    const entry = this.entry(ref.num)
    if (!entry || entry.type === 0 || (entry.type === 1 ? entry.gen : 0) !== ref.gen) return null
    return this.object(ref.num)
  }

  object(num: number): PdfObject {
    return this.place(num).object
  }

  place(num: number): PlacedObject {
    const entry = this.entry(num)
    if (!entry || entry.type === 0) return nothing
    if (entry.type === 2) return { object: this.#member(num, entry), span: null }
    const kept = this.#placed.get(entry.offset)
    if (kept?.num === num && kept.gen === entry.gen) return kept
    const placed = this.#doc.readPlaced(num, entry, this.#find) ?? nothing
    const length = placed.span ? placed.span.end - placed.span.start : 0
    this.#placed.set(entry.offset, { ...placed, num, gen: entry.gen }, length * memoryPerByte)
    return placed
  }

  #member(num: number, entry: XrefEntry): PdfObject {
    const kept = this.#members.get(num)
    if (kept !== undefined) return kept
    const object = this.#doc.readPlaced(num, entry, this.#find)?.object ?? null
    this.#members.set(num, object, memberLength * memoryPerByte)
    return object
  }

  resolve(object: PdfObject | undefined): PdfObject {
    let current = object ?? null
    for (let hops = 0; current instanceof PdfRef; hops++) {
      if (hops >= maxHops) throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: current.num } })
      current = this.get(current)
    }
    return current
  }
}
