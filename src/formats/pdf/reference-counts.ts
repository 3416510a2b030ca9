import { readObjectHeader, skipSpace } from './lexer.ts'
import type { PdfReader } from './reader.ts'
import { scanReferences } from './reference-scan.ts'
import type { XrefEntry } from './xref-entries.ts'

type Find = (num: number) => XrefEntry | undefined

/** How often each object is referred to by the objects in force in one revision, orphans included. */
export class ReferenceCounts {
  readonly #doc: PdfReader
  readonly #counts: Int32Array

  /** Looks at every object that `find` places; linear in the file. Throws what reading object streams throws. */
  constructor(doc: PdfReader, find: Find) {
    this.#doc = doc
    this.#counts = new Int32Array(doc.size)
    for (let num = 1; num < doc.size; num++) this.add(num, find(num), find, 1)
  }

  of(num: number): number {
    return this.#counts[num] ?? 0
  }

  /** Adds `by` for each reference within the object that an entry places. */
  add(num: number, entry: XrefEntry | undefined, find: Find, by: 1 | -1): void {
    if (!entry || entry.type === 0) return
    if (entry.type === 1) {
      const { body } = this.#doc
      const header = readObjectHeader(body, skipSpace(body, entry.offset))
      if (header) this.#scan(body, header.end, by)
      return
    }
    const stream = this.#doc.placedStream(entry.stream, find)
    const at = stream.offsetOf(num, entry.index)
    if (at !== undefined) this.#scan(stream.data, at, by)
  }

  #scan(bytes: Uint8Array, at: number, by: 1 | -1): void {
    const counts = this.#counts
    const end = scanReferences(bytes, at, (num) => {
      if (num < counts.length) counts[num]! += by
    })
    this.#doc.charge(end - at)
  }
}
