import { FormatError } from '../errors.ts'
import type { PdfLimits, PdfRevision } from './document.ts'
import { asBuffer, isDigit, isSpace, keywordAt, readUnsigned, skipBlank, startsWith } from './lexer.ts'
import type { XrefEntry } from './xref-entries.ts'
import type { SectionContext, XrefPart } from './xref-part.ts'
import { readXrefStream } from './xref-stream.ts'
import { readXrefTable } from './xref-table.ts'

/** One cross-reference section: a table, a stream, or a hybrid of a table and the stream its /XRefStm names. */
export interface XrefSection extends Omit<XrefPart, 'kind'> {
  readonly kind: 'table' | 'stream' | 'hybrid'
  readonly hidden: XrefPart | null
}

/** How far from the end `startxref` is looked for. */
const tailLength = 1054
/** How far from a wrong offset a section is looked for: white space is passed over, lenient reading looks at all. */
const nearby = 32

/**
 * The offset that the last `startxref` names (ISO 32000-2, 7.5.5). What follows `%%EOF` is not looked at. Throws
 * `ERR_PDF_STARTXREF`.
 */
export function readStartxref(bytes: Uint8Array, lenient: boolean, forgive: (code: string) => void): number {
  const missing = () => new FormatError('ERR_PDF_STARTXREF')
  const from = Math.max(0, bytes.length - tailLength)
  const at = from + asBuffer(bytes.subarray(from)).lastIndexOf('startxref', undefined, 'latin1')
  if (at < from) throw missing()
  // Not over comments: %%EOF is one, and before the number readers do not expect any.
  const offset = readUnsigned(bytes, skipBlank(bytes, at + 9))
  if (!offset) throw missing()
  const next = skipBlank(bytes, offset.end)
  if (startsWith(bytes, next, '%%EOF')) return offset.value
  if (!lenient || isDigit(bytes[next])) throw missing()
  forgive('ERR_PDF_STARTXREF')
  return offset.value
}

/**
 * All cross-reference sections from `start` back along /Prev, newest first. Throws `ERR_PDF_XREF_NOT_FOUND`,
 * `ERR_PDF_XREF_LOOP`, `ERR_PDF_REVISION_LIMIT`, `ERR_PDF_XREF_SIZE` and what the sections throw.
 */
export function readXrefChain(
  bytes: Uint8Array,
  start: number,
  context: SectionContext,
  limits: PdfLimits,
): XrefSection[] {
  const sections: XrefSection[] = []
  const seen = new Set<number>()
  const streams: StreamParts = new Map()
  for (let at: number | null = start; at !== null; ) {
    const section = readSection(bytes, at, context, streams)
    if (seen.has(section.offset)) throw new FormatError('ERR_PDF_XREF_LOOP')
    seen.add(section.offset)
    if (sections.length >= limits.maxRevisions) {
      throw new FormatError('ERR_PDF_REVISION_LIMIT', { details: { limit: limits.maxRevisions } })
    }
    checkSize(section, sections.at(-1), context)
    sections.push(section)
    // Some writers say /Prev 0 where there is none, and readers take it so.
    at = section.trailer.get('Prev') === 0 ? null : offsetEntry(section, 'Prev', context)
  }
  return sections
}

/** /Size is required and never shrinks from one revision to the next (ISO 32000-2, table 15). */
function checkSize(section: XrefSection, newer: XrefSection | undefined, context: SectionContext): void {
  const size = section.trailer.get('Size')
  if (typeof size === 'number' && Number.isInteger(size) && size >= 0) {
    context.checkNumber(size - 1)
    const after = newer?.trailer.get('Size')
    if (typeof after !== 'number' || after >= size) return
    if (!context.lenient) throw new FormatError('ERR_PDF_XREF_SIZE')
    context.forgive('ERR_PDF_XREF_SIZE')
    return
  }
  if (!context.lenient) throw new FormatError('ERR_PDF_TRAILER', { details: { offset: section.offset } })
  context.forgive('ERR_PDF_TRAILER')
}

function offsetEntry(
  section: Pick<XrefPart, 'offset' | 'trailer'>,
  key: string,
  context: SectionContext,
): number | null {
  const value = section.trailer.get(key)
  if (value === undefined || value === null) return null
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number
  if (!context.lenient) throw new FormatError('ERR_PDF_TRAILER', { details: { offset: section.offset } })
  context.forgive('ERR_PDF_TRAILER')
  return null
}

/** The streams of hybrids by offset: many tables may name the same one. */
type StreamParts = Map<number, XrefPart | null>

function readSection(
  bytes: Uint8Array,
  offset: number,
  context: SectionContext,
  streams: StreamParts,
): XrefSection {
  const part =
    readPart(bytes, offset, context) ?? (context.lenient ? readNearby(bytes, offset, context) : null)
  if (!part) throw new FormatError('ERR_PDF_XREF_NOT_FOUND', { details: { offset } })
  const hiddenAt = part.kind === 'table' ? offsetEntry(part, 'XRefStm', context) : null
  if (hiddenAt === null) return { hidden: null, ...part }
  const hidden = streams.get(hiddenAt) ?? readXrefStream(bytes, hiddenAt, context)
  streams.set(hiddenAt, hidden)
  if (!hidden) throw new FormatError('ERR_PDF_XREF_NOT_FOUND', { details: { offset: hiddenAt } })
  return { ...part, kind: 'hybrid', hidden }
}

/** White space before a section is passed over: writers are off by a line end, and readers do not mind. */
function readPart(bytes: Uint8Array, offset: number, context: SectionContext): XrefPart | null {
  if (offset >= bytes.length) return null
  let at = offset
  while (at - offset < nearby && isSpace(bytes[at])) at++
  return keywordAt(bytes, at, 'xref') ? readXrefTable(bytes, at, context) : readXrefStream(bytes, at, context)
}

/** The section closest to an offset that is off by a few bytes. */
function readNearby(bytes: Uint8Array, offset: number, context: SectionContext): XrefPart | null {
  for (let distance = 1; distance <= nearby; distance++) {
    for (const at of [offset + distance, offset - distance]) {
      const isTable = keywordAt(bytes, at, 'xref') && !startsWith(bytes, at - 5, 'start')
      const isObject = isDigit(bytes[at]) && !isDigit(bytes[at - 1])
      const part = isTable || isObject ? readPart(bytes, at, context) : null
      if (!part) continue
      context.forgive('ERR_PDF_XREF_NOT_FOUND')
      return part
    }
  }
  return null
}

/**
 * What a section says of an object number. In a hybrid the table's objects come first, then those that its stream
 * holds, then those the table calls free (ISO 32000-2, 7.5.8.4).
 */
export function findInSection(section: XrefSection, num: number): XrefEntry | undefined {
  const entry = section.entries.find(num)
  if (!section.hidden || (entry && entry.type !== 0)) return entry
  return section.hidden.entries.find(num) ?? entry
}

/**
 * Sections by the revision they belong to, both newest first. The two sections of a linearized file (annex F), of which
 * the one read first stands before the other, are one revision.
 */
export function groupSections(sections: readonly XrefSection[]): XrefSection[][] {
  const groups: XrefSection[][] = []
  for (const section of sections) {
    const group = groups.at(-1)
    if (group && section.offset > group.at(-1)!.offset) group.push(section)
    else groups.push([section])
  }
  return groups
}

/** The revisions that the sections make up, oldest first, in offsets of the bytes given. */
export function listRevisions(bytes: Uint8Array, sections: readonly XrefSection[]): PdfRevision[] {
  const revisions: PdfRevision[] = []
  let nextStart = bytes.length
  for (const group of groupSections(sections)) {
    const section = group[0]!
    const last = group.at(-1)!
    const end = revisions.length === 0 ? bytes.length : findEnd(bytes, last.end, nextStart)
    revisions.push({ xrefOffset: section.offset, kind: section.kind, end, trailer: section.trailer })
    nextStart = section.offset
  }
  return revisions.reverse()
}

/** The offset behind the `%%EOF` line that follows a section, or `limit` where none does. */
function findEnd(bytes: Uint8Array, from: number, limit: number): number {
  const at = asBuffer(bytes).subarray(0, limit).indexOf('%%EOF', from, 'latin1')
  if (at < 0) return Math.max(from, limit)
  const end = at + 5
  if (bytes[end] === 13) return bytes[end + 1] === 10 ? end + 2 : end + 1
  return bytes[end] === 10 ? end + 1 : end
}
