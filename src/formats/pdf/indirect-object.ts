import { FormatError } from '../errors.ts'
import { asBuffer, keywordAt, readObjectHeader, skipBlank, skipSpace } from './lexer.ts'
import { PdfDict, type PdfObject, PdfStream } from './objects.ts'
import { contradictionOf, ObjectParser, type ParserLimits, type Span } from './parser.ts'

export interface IndirectObject {
  readonly num: number
  readonly gen: number
  readonly object: PdfObject
  /** The offset behind `endobj`. */
  readonly end: number
  /** What it costs in values, as the parser counts them. */
  readonly values: number
  readonly spans: Map<PdfDict, Map<string, Span>> | null
}

export interface IndirectObjectContext {
  readonly limits: ParserLimits
  readonly withSpans?: boolean
  /** Books bytes that were looked at and values made of them. */
  readonly charge: (size: number, values?: number) => void
  /** The value of a stream's /Length, which may be a reference; null where it has none. */
  readonly lengthOf: (dict: PdfDict) => number | null
  /** Notes what lenient reading got past; absent in strict reading. */
  readonly forgive?: ((code: string) => void) | undefined
}

/**
 * Reads `12 0 obj … endobj` at `offset` (ISO 32000-2, 7.3.10); null where no object begins there. White space before
 * it is skipped. A stream's bytes are a view into the file, not yet decrypted.
 *
 * Throws `ERR_PDF_SYNTAX`, `ERR_PDF_DEPTH`, `ERR_PDF_VALUE_LIMIT`, `ERR_PDF_REPEATED_KEY`, `ERR_PDF_OBJECT_END`, `ERR_PDF_STREAM_KEYWORD`, `ERR_PDF_STREAM_LENGTH`.
 */
export function readIndirectObject(
  bytes: Uint8Array,
  offset: number,
  context: IndirectObjectContext,
): IndirectObject | null {
  const header = readObjectHeader(bytes, skipSpace(bytes, offset))
  if (!header) return null
  const { num, gen } = header
  const first = skipSpace(bytes, header.end)
  // An object without a value is null, as every reader has it.
  if (keywordAt(bytes, first, 'endobj')) {
    context.charge(first - offset)
    return { num, gen, object: null, end: first + 6, values: 0, spans: null }
  }
  const parser = new ObjectParser(bytes, first, context.limits, {
    withSpans: context.withSpans ?? false,
    onContradiction: contradictionOf(context.forgive),
  })
  let object: PdfObject
  try {
    object = parser.parse()
  } finally {
    context.charge(parser.pos - offset, parser.values)
  }
  const { values, spans } = parser
  let pos = skipSpace(bytes, parser.pos)
  context.charge(pos - parser.pos)
  if (object instanceof PdfDict && keywordAt(bytes, pos, 'stream')) {
    const data = findStreamData(bytes, pos, object, num, context)
    object = new PdfStream(object, bytes.subarray(data.start, data.end))
    pos = skipSpace(bytes, data.after)
  }
  if (keywordAt(bytes, pos, 'endobj')) return { num, gen, object, end: pos + 6, values, spans }
  if (!context.forgive) throw new FormatError('ERR_PDF_OBJECT_END', { details: { num } })
  context.forgive('ERR_PDF_OBJECT_END')
  return { num, gen, object, end: pos, values, spans }
}

function findStreamData(
  bytes: Uint8Array,
  keyword: number,
  dict: PdfDict,
  num: number,
  context: IndirectObjectContext,
): { start: number; end: number; after: number } {
  let start = keyword + 6
  if (bytes[start] === 13 && bytes[start + 1] === 10) start += 2
  else if (bytes[start] === 10) start += 1
  else if (!context.forgive) throw new FormatError('ERR_PDF_STREAM_KEYWORD', { details: { num } })
  else {
    context.forgive('ERR_PDF_STREAM_KEYWORD')
    if (bytes[start] === 13) start += 1
  }
  const length = context.lengthOf(dict)
  if (length !== null && Number.isSafeInteger(length) && length >= 0 && start + length <= bytes.length) {
    const word = skipBlank(bytes, start + length)
    if (keywordAt(bytes, word, 'endstream')) return { start, end: start + length, after: word + 9 }
  }
  const found = context.forgive ? asBuffer(bytes).indexOf('endstream', start, 'latin1') : -1
  if (context.forgive) context.charge((found < 0 ? bytes.length : found) - start)
  if (found < 0) throw new FormatError('ERR_PDF_STREAM_LENGTH', { details: { num } })
  context.forgive?.('ERR_PDF_STREAM_LENGTH')
  let end = found
  if (end > start && bytes[end - 1] === 10) end--
  if (end > start && bytes[end - 1] === 13) end--
  return { start, end, after: found + 9 }
}
