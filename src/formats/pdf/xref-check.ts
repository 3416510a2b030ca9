import { FormatError } from '../errors.ts'
import { readObjectHeader, skipSpace } from './lexer.ts'
import { findInSection, type XrefSection } from './xref-chain.ts'
import type { XrefEntry } from './xref-entries.ts'

/**
 * Checks that each entry in force points to the object it names, or to an object stream that has an entry of its own;
 * entries that a later revision replaced are not looked at, nor whether an object reads to its end. Linear in the
 * entries. Throws `ERR_PDF_XREF_ENTRY`, `ERR_PDF_OBJECT_HEADER`, `ERR_PDF_OBJECT_STREAM`.
 */
export function checkXrefEntries(
  bytes: Uint8Array,
  sections: readonly XrefSection[],
  size: number,
  find: (num: number) => XrefEntry | undefined,
): void {
  const seen = new Uint8Array((size >> 3) + 1)
  let goodStream = -1
  for (const section of sections) {
    for (const part of [section.entries, section.hidden?.entries]) {
      for (const { first, count } of part?.subsections ?? []) {
        for (let num = Math.max(1, first); num < first + count; num++) {
          if (seen[num >> 3]! & (1 << (num & 7))) continue
          const entry = findInSection(section, num)
          if (!entry) continue
          seen[num >> 3]! |= 1 << (num & 7)
          if (entry.type === 1) checkOffset(bytes, num, entry.offset, entry.gen)
          if (entry.type !== 2 || entry.stream === goodStream) continue
          if (find(entry.stream)?.type !== 1) {
            throw new FormatError('ERR_PDF_OBJECT_STREAM', { details: { num: entry.stream } })
          }
          goodStream = entry.stream
        }
      }
    }
  }
}

function checkOffset(bytes: Uint8Array, num: number, offset: number, gen: number): void {
  if (offset <= 0 || offset >= bytes.length) throw new FormatError('ERR_PDF_XREF_ENTRY', { details: { num } })
  const header = readObjectHeader(bytes, skipSpace(bytes, offset))
  if (header?.num !== num || header.gen !== gen)
    throw new FormatError('ERR_PDF_OBJECT_HEADER', { details: { num } })
}
