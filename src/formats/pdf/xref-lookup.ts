import { findInSection, type XrefSection } from './xref-chain.ts'
import type { XrefEntries, XrefEntry } from './xref-entries.ts'

/** Up to so many sections are asked one after another. */
const fewSections = 8

/** The entries in force of a file's sections, newest first. */
export class XrefLookup {
  readonly #sections: readonly XrefSection[]
  readonly #size: number
  #newest: Uint16Array | null = null
  constructor(sections: readonly XrefSection[], size: number) {
    this.#sections = sections
    this.#size = size
  }

  /** The newest entry of an object number; undefined where no section has one. Throws `ERR_PDF_XREF_ENTRY`. */
  find(num: number): XrefEntry | undefined {
    if (this.#sections.length <= fewSections) {
      for (const section of this.#sections) {
        const entry = findInSection(section, num)
        if (entry) return entry
      }
      return undefined
    }
    this.#newest ??= indexSections(this.#sections, this.#size)
    const section = this.#sections[(this.#newest[num] ?? 0) - 1]
    return section && findInSection(section, num)
  }
}

/** By object number, one more than the index of the first section that names it; 0 where none does. */
function indexSections(sections: readonly XrefSection[], size: number): Uint16Array {
  const newest = new Uint16Array(size)
  // Many tables may name one stream, of which only the first finds anything.
  const done = new Set<XrefEntries>()
  sections.forEach(({ entries, hidden }, i) => {
    for (const part of hidden ? [entries, hidden.entries] : [entries]) {
      if (done.has(part)) continue
      done.add(part)
      for (const { first, count } of part.subsections) {
        for (let num = first; num < first + count; num++) newest[num] ||= i + 1
      }
    }
  })
  return newest
}
