import type { PdfReader } from './reader.ts'
import { findInSection, type XrefSection } from './xref-chain.ts'
import type { XrefEntries, XrefEntry } from './xref-entries.ts'

/** What a look at an entry costs, in bytes. */
const workPerEntry = 16

/** Which section's entry counts for each object number, up to one revision. */
export class EntriesInForce {
  readonly #doc: PdfReader
  /** One more than the index of a section in the order they were committed; 0 where no section names the number. */
  readonly #newest: Uint16Array
  readonly #sections: XrefSection[] = []
  constructor(doc: PdfReader) {
    this.#doc = doc
    this.#newest = new Uint16Array(doc.size)
  }

  find(num: number): XrefEntry | undefined {
    const section = this.#sections[(this.#newest[num] ?? 0) - 1]
    return section && findInSection(section, num)
  }

  /** What the sections, newest first, say otherwise than those committed. */
  differences(group: readonly XrefSection[]): Map<number, XrefEntry> {
    const found = new Map<number, XrefEntry>()
    const seen = new Set<number>()
    this.#forEach(group, (num, section) => {
      if (num === 0 || seen.has(num)) return
      seen.add(num)
      const entry = findInSection(section, num)
      if (entry && !isSameEntry(entry, this.find(num))) found.set(num, entry)
    })
    return found
  }

  commit(group: readonly XrefSection[]): void {
    for (const section of [...group].reverse()) {
      this.#sections.push(section)
      const index = this.#sections.length
      this.#forEach([section], (num) => {
        this.#newest[num] = index
      })
    }
  }

  #forEach(group: readonly XrefSection[], visit: (num: number, section: XrefSection) => void): void {
    for (const section of group) {
      const parts: XrefEntries[] = [section.entries]
      if (section.hidden) parts.push(section.hidden.entries)
      for (const part of parts) {
        for (const { first, count } of part.subsections) {
          this.#doc.charge(count * workPerEntry)
          for (let num = first; num < first + count; num++) visit(num, section)
        }
      }
    }
  }
}

function isSameEntry(a: XrefEntry, b: XrefEntry | undefined): boolean {
  if (a.type === 0 || !b || b.type === 0) return a.type === 0 && (!b || b.type === 0)
  if (a.type === 1) return b.type === 1 && a.offset === b.offset && a.gen === b.gen
  return b.type === 2 && a.stream === b.stream && a.index === b.index
}
