import { FormatError } from '../errors.ts'
import { isDigit, isSpace, keywordAt, skipSpace } from './lexer.ts'
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
  // Object 0 heads the list of free entries and is no object.
  seen[0] = 1
  let goodStream = -1
  const check = (num: number, type: number, second: number, third: number): void => {
    if (type === 1) checkOffset(bytes, num, second, third)
    else if (second !== goodStream) {
      if (find(second)?.type !== 1)
        throw new FormatError('ERR_PDF_OBJECT_STREAM', { details: { num: second } })
      goodStream = second
    }
  }
  for (const section of sections) {
    if (section.hidden) checkHybrid(section, seen, check)
    else section.entries.forEachInUse(check, seen)
  }
}

type Check = (num: number, type: number, second: number, third: number) => void

/** In a hybrid an entry that the table calls free may be in its stream. */
function checkHybrid(section: XrefSection, seen: Uint8Array, check: Check): void {
  for (const part of [section.entries, section.hidden?.entries]) {
    for (const { first, count } of part?.subsections ?? []) {
      for (let num = first; num < first + count; num++) {
        if (seen[num >> 3]! & (1 << (num & 7))) continue
        seen[num >> 3]! |= 1 << (num & 7)
        const entry = findInSection(section, num)
        if (entry?.type === 1) check(num, 1, entry.offset, entry.gen)
        else if (entry?.type === 2) check(num, 2, entry.stream, entry.index)
      }
    }
  }
}

function checkOffset(bytes: Uint8Array, num: number, offset: number, gen: number): void {
  if (!(offset > 0 && offset < bytes.length))
    throw new FormatError('ERR_PDF_XREF_ENTRY', { details: { num } })
  if (!isHeaderOf(bytes, offset, num, gen))
    throw new FormatError('ERR_PDF_OBJECT_HEADER', { details: { num } })
}

/** Whether `num gen obj` stands at `offset`. */
function isHeaderOf(bytes: Uint8Array, offset: number, num: number, gen: number): boolean {
  let i = skipSpace(bytes, offset)
  let value = 0
  while (isDigit(bytes[i])) value = value * 10 + (bytes[i++]! - 48)
  if (value !== num || !isSpace(bytes[i])) return false
  i = skipSpace(bytes, i)
  if (!isDigit(bytes[i])) return false
  value = 0
  while (isDigit(bytes[i])) value = value * 10 + (bytes[i++]! - 48)
  if (value !== gen || !isSpace(bytes[i])) return false
  return keywordAt(bytes, skipSpace(bytes, i), 'obj')
}
