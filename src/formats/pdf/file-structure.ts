import { FormatError } from '../errors.ts'
import type { PdfLimits } from './document.ts'
import { asBuffer, keywordAt, readObjectHeader } from './lexer.ts'
import { type PdfDict, type PdfObject, PdfRef } from './objects.ts'
import { rebuildXref } from './rebuild-xref.ts'
import { readStartxref, readXrefChain, type XrefSection } from './xref-chain.ts'
import { checkXrefEntries, findHybridContradiction } from './xref-check.ts'
import type { SectionContext } from './xref-part.ts'

/** Header and cross-references of a file, before any of its objects is read. */
export interface FileStructure {
  /** The version in the header, as `1.7`. */
  readonly version: string
  /** The file's bytes from where its offsets count. */
  readonly body: Uint8Array
  readonly headerOffset: number
  /** Newest first. */
  readonly sections: readonly XrefSection[]
  /** One more than the highest object number used in any revision. */
  readonly size: number
}

export interface StructureContext {
  /** Cross-references are made up by looking for objects; what the file says of them is not looked at. */
  readonly rebuild?: boolean
  readonly limits: PdfLimits
  /** Notes what lenient reading got past; absent in strict reading. */
  readonly forgive: ((code: string) => void) | undefined
  readonly charge: (size: number) => void
  readonly decode: (dict: PdfDict, raw: Uint8Array, key: string, limit: number) => Uint8Array
}

/**
 * What a reference in a cross-reference stream stands for: nothing in it may be indirect (ISO 32000-2, 7.5.8.2), and
 * nothing else could be read yet.
 */
export const directOnly = (object: PdfObject | undefined): PdfObject =>
  object === undefined || object instanceof PdfRef ? null : object

/** How far into the file the header is looked for, as other readers do (ISO 32000-1, annex H, note 13). */
const headerWithin = 1024

/**
 * Reads header and cross-references (ISO 32000-2, 7.5.2 and 7.5.4 to 7.5.8).
 *
 * Where bytes stand before the header, offsets count from the header; lenient reading also takes files whose offsets
 * count those bytes. Strict reading holds each entry in force against what it points to. Throws `ERR_PDF_HEADER`,
 * `ERR_PDF_STARTXREF`, `ERR_PDF_XREF_…`, `ERR_PDF_TRAILER`, `ERR_PDF_REVISION_LIMIT`, `ERR_PDF_OBJECT_NUMBER_LIMIT`,
 * `ERR_PDF_OBJECT_HEADER`, `ERR_PDF_OBJECT_STREAM` and what reading a stream throws.
 */
export function readFileStructure(bytes: Uint8Array, context: StructureContext): FileStructure {
  const { at, version } = findHeader(bytes)
  if (at > 0 && context.forgive && (context.rebuild || countsFromStart(bytes, at))) {
    context.forgive('ERR_PDF_HEADER_OFFSET')
    return readStructureFrom(bytes, 0, version, context)
  }
  return readStructureFrom(bytes, at, version, context)
}

/** Whether `startxref` leads to a section when counted from the first byte, and does not from the header. */
function countsFromStart(bytes: Uint8Array, headerOffset: number): boolean {
  const startxref = readStartxref(bytes, true, () => undefined)
  const isSection = (offset: number): boolean =>
    keywordAt(bytes, offset, 'xref') || readObjectHeader(bytes, offset) !== null
  return isSection(startxref) && !isSection(startxref + headerOffset)
}

function findHeader(bytes: Uint8Array): { at: number; version: string } {
  const head = asBuffer(bytes.subarray(0, headerWithin + 8))
  const at = head.indexOf('%PDF-', 0, 'latin1')
  const version = at < 0 ? null : /^\d\.\d/.exec(head.toString('latin1', at + 5, at + 8))
  if (!version) throw new FormatError('ERR_PDF_HEADER')
  return { at, version: version[0] }
}

function readStructureFrom(
  bytes: Uint8Array,
  headerOffset: number,
  version: string,
  context: StructureContext,
): FileStructure {
  const { limits, forgive } = context
  const body = headerOffset === 0 ? bytes : bytes.subarray(headerOffset)
  const note = (code: string): void => forgive?.(code)
  let subsections = 0
  const reading: SectionContext = {
    lenient: forgive !== undefined,
    limits,
    checkNumber: (num) => {
      if (num <= limits.maxObjectNumber) return
      throw new FormatError('ERR_PDF_OBJECT_NUMBER_LIMIT', {
        details: { num, limit: limits.maxObjectNumber },
      })
    },
    countSubsections: (more) => {
      subsections += more
      if (subsections <= limits.maxXrefSubsections) return
      throw new FormatError('ERR_PDF_XREF_LIMIT', { details: { limit: limits.maxXrefSubsections } })
    },
    charge: context.charge,
    forgive: note,
    decode: context.decode,
  }
  const sections = context.rebuild
    ? [rebuildXref(body, reading)]
    : readXrefChain(body, readStartxref(body, forgive !== undefined, note), reading, limits)
  const size = highestSize(sections, forgive)
  const contradiction = findHybridContradiction(sections)
  if (contradiction !== null) {
    if (!forgive) throw new FormatError('ERR_PDF_XREF_HYBRID', { details: { num: contradiction } })
    forgive('ERR_PDF_XREF_HYBRID')
  }
  if (!forgive) checkXrefEntries(body, sections, size)
  return { version, body, headerOffset, sections, size }
}

function highestSize(
  sections: readonly XrefSection[],
  forgive: ((code: string) => void) | undefined,
): number {
  const newest = sections[0]!.trailer.get('Size')
  let size = 1
  for (const { trailer, entries, hidden } of sections) {
    const stated = trailer.get('Size')
    size = Math.max(
      size,
      Number.isInteger(stated) ? (stated as number) : 0,
      entries.end,
      hidden?.entries.end ?? 0,
    )
  }
  if (size > 1 && size !== newest) {
    if (!forgive) throw new FormatError('ERR_PDF_XREF_SIZE')
    forgive('ERR_PDF_XREF_SIZE')
  }
  return size
}
