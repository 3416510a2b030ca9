import {
  encodeTextString,
  type IncrementalUpdate,
  name,
  PdfDict,
  type PdfObject,
  type PdfRef,
  PdfString,
} from '../../formats/index.ts'
import { formatPdfDate } from './pdf-date.ts'

export interface SignatureEntries {
  readonly time: Date
  readonly name: string | undefined
  readonly reason: string | undefined
  readonly location: string | undefined
  readonly contact: string | undefined
}

/** A signature dictionary as bytes, with room for what is known only when everything else stands. */
export interface SignatureDictionary {
  readonly body: Uint8Array
  /** Within `body`: the first of `byteRangeWidth` bytes inside the brackets of /ByteRange. */
  readonly byteRangeStart: number
  /** Within `body`: the `<` of /Contents. */
  readonly contentsStart: number
  /** Within `body`: the first byte after the `>` of /Contents. */
  readonly contentsEnd: number
}

/** Three numbers of ten digits each, which is what a cross-reference table can say, and what separates them. */
const byteRangeWidth = '0 '.length + 3 * 10 + 2

/** In hexadecimal, so that no reader that searches a file for words finds one that a caller put into a text. */
const text = (value: string | undefined): PdfString | undefined =>
  value === undefined || value === ''
    ? undefined
    : new PdfString(encodeTextString(value.normalize('NFC')), true)

/**
 * The signature dictionary of a PAdES signature (EN 319 142-1, 6.3; ISO 32000-2, table 255) that will be the object
 * `ref`, with room for `cmsSize` bytes of CMS. Text is encrypted where the file is, /Contents never.
 */
export function writeSignatureDictionary(
  update: IncrementalUpdate,
  ref: PdfRef,
  entries: SignatureEntries,
  cmsSize: number,
): SignatureDictionary {
  const optional: Record<string, PdfString | undefined> = {
    Name: text(entries.name),
    Reason: text(entries.reason),
    Location: text(entries.location),
    ContactInfo: text(entries.contact),
  }
  const dict: Record<string, PdfObject> = {
    Type: name('Sig'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.CAdES.detached'),
    M: new PdfString(Buffer.from(formatPdfDate(entries.time), 'latin1')),
  }
  for (const [key, value] of Object.entries(optional)) if (value) dict[key] = value
  const head = Buffer.from(update.serialize(ref, new PdfDict(dict))).subarray(0, -'>>'.length)
  const byteRange = Buffer.from(`/ByteRange [${' '.repeat(byteRangeWidth)}]\n/Contents <`, 'latin1')
  const contents = Buffer.alloc(2 * cmsSize, '0')
  const byteRangeStart = head.length + '/ByteRange ['.length
  const contentsStart = head.length + byteRange.length - 1
  return {
    body: Buffer.concat([head, byteRange, contents, Buffer.from('>\n>>', 'latin1')]),
    byteRangeStart,
    contentsStart,
    contentsEnd: contentsStart + contents.length + '<>'.length,
  }
}

/** Writes /ByteRange `[0 first second third]` into its place at `start`; the rest stays blank. */
export function fillByteRange(
  bytes: Uint8Array,
  start: number,
  range: readonly [number, number, number],
): void {
  Buffer.from(`0 ${range.join(' ')}`.padEnd(byteRangeWidth), 'latin1').copy(bytes, start)
}
