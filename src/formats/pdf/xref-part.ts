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
  readonly maxDepth: number
  /** Throws `ERR_PDF_OBJECT_NUMBER_LIMIT`. */
  checkNumber(num: number): void
  /** Notes a code that lenient reading got past. */
  forgive(code: string): void
  /** The decoded data of a cross-reference stream. */
  decode(dict: PdfDict, raw: Uint8Array, key: string): Uint8Array
}
