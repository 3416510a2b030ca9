import type { PdfLimits } from './document.ts'
import type { PdfDict } from './objects.ts'
import type { XrefEntries } from './xref-entries.ts'

/** A cross-reference table or stream as it stands in the file. */
export interface XrefPart {
  readonly kind: 'table' | 'stream'
  readonly offset: number
  /** The offset behind the trailer or the stream object. */
  readonly end: number
  readonly trailer: PdfDict
  readonly entries: XrefEntries
}

/** What reading a cross-reference needs to know of the file around it. */
export interface SectionContext {
  readonly lenient: boolean
  readonly limits: PdfLimits
  /** Throws `ERR_PDF_OBJECT_NUMBER_LIMIT`. */
  checkNumber(num: number): void
  /** Counts subsections of all sections together. Throws `ERR_PDF_XREF_LIMIT`. */
  countSubsections(more: number): void
  /** Books bytes that were looked at. */
  charge(size: number): void
  /** Notes a code that lenient reading got past. */
  forgive(code: string): void
  /** The decoded data of a cross-reference stream, which is refused where it is longer than `limit`. */
  decode(dict: PdfDict, raw: Uint8Array, key: string, limit: number): Uint8Array
}
