import { FormatError } from '../errors.ts'
import { isDigit, isSpace, keywordAt, skipSpace } from './lexer.ts'
import { findInSection, type XrefSection } from './xref-chain.ts'
import type { XrefEntries } from './xref-entries.ts'

/**
 * Checks that each entry in force points to the object it names, or to an object stream that has an entry of its own;
 * entries that a later revision replaced are not looked at, nor whether an object reads to its end. Linear in the
 * entries. Throws `ERR_PDF_XREF_ENTRY`, `ERR_PDF_OBJECT_HEADER`, `ERR_PDF_OBJECT_STREAM`.
 */
export function checkXrefEntries(bytes: Uint8Array, sections: readonly XrefSection[], size: number): void {
  const seen = new NumberSet(size)
  const atOffset = new NumberSet(size)
  const holders = new NumberSet(size)
  // Object 0 heads the list of free entries and is no object.
  seen.add(0)
  const check: Check = (num, type, second, third) => {
    if (type === 1) {
      checkOffset(bytes, num, second, third)
      atOffset.add(num)
    } else if (second < size) holders.add(second)
    else throw noObjectStream(second)
  }
  const hybrids = new Set<XrefEntries>()
  for (const section of sections) {
    if (!section.hidden) section.entries.forEachInUse(check, seen.bits)
    else if (hybrids.has(section.hidden.entries)) checkNumbers(section, section.entries, seen, check)
    else {
      hybrids.add(section.hidden.entries)
      checkNumbers(section, section.entries, seen, check)
      checkNumbers(section, section.hidden.entries, seen, check)
    }
  }
  for (let i = 0; i < holders.bits.length; i++) {
    const missing = holders.bits[i]! & ~atOffset.bits[i]!
    if (missing !== 0) throw noObjectStream(i * 8 + 31 - Math.clz32(missing))
  }
}

/**
 * The first object number that a hybrid's table and its stream both have in use, at different places; null where there
 * is none. ISO 32000-2, 7.5.8.4 lets the table win, readers differ: what one shows is not what another does. A stream
 * that an older section names too is that section's: writers copy its /XRefStm into the trailers of updates.
 */
export function findHybridContradiction(sections: readonly XrefSection[]): number | null {
  const older = new Set<XrefEntries>()
  for (const { entries, hidden } of [...sections].reverse()) {
    if (!hidden || older.has(hidden.entries)) continue
    older.add(hidden.entries)
    for (const { first, count } of entries.subsections) {
      for (let num = first; num < first + count; num++) {
        const shown = entries.find(num)
        const other = shown?.type === 1 ? hidden.entries.find(num) : undefined
        if (shown?.type !== 1 || !other || other.type === 0) continue
        if (other.type !== 1 || other.offset !== shown.offset || other.gen !== shown.gen) return num
      }
    }
  }
  return null
}

type Check = (num: number, type: number, second: number, third: number) => void

/** Object numbers, one bit each. */
class NumberSet {
  readonly bits: Uint8Array
  constructor(size: number) {
    this.bits = new Uint8Array((size >> 3) + 1)
  }
  has(num: number): boolean {
    return (this.bits[num >> 3]! & (1 << (num & 7))) !== 0
  }
  add(num: number): void {
    this.bits[num >> 3]! |= 1 << (num & 7)
  }
}

const noObjectStream = (num: number): FormatError =>
  new FormatError('ERR_PDF_OBJECT_STREAM', { details: { num } })

/** The numbers of one part of a hybrid; an entry that the table calls free may be in its stream. */
function checkNumbers(section: XrefSection, part: XrefEntries, seen: NumberSet, check: Check): void {
  for (const { first, count } of part.subsections) {
    for (let num = first; num < first + count; num++) {
      if (seen.has(num)) continue
      seen.add(num)
      const entry = findInSection(section, num)
      if (entry?.type === 1) check(num, 1, entry.offset, entry.gen)
      else if (entry?.type === 2) check(num, 2, entry.stream, entry.index)
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
