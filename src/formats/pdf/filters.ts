import { constants, inflateSync } from 'node:zlib'
import { FormatError } from '../errors.ts'
import { hexValue, isSpace } from './lexer.ts'
import { type InflateAccount, inflateLimit } from './limits.ts'
import { decodeLzw } from './lzw.ts'
import { PdfDict, PdfName, type PdfObject } from './objects.ts'
import { undoPrediction } from './predictor.ts'

const maxFilters = 16
/** How much longer a byte takes in a step of our own than in zlib. */
const ownStep = 4

export interface FilterContext {
  readonly resolve: (object: PdfObject | undefined) => PdfObject
  readonly account: InflateAccount
  /** Names the stream in the account. */
  readonly key: string
  /** The most bytes that a step of this stream may produce, beside what the account allows. */
  readonly limit?: number
  /** Called where damaged packed data was read as far as it goes; absent: such data is refused. */
  readonly forgive?: (code: string) => void
}

/**
 * Decodes stream data by its dictionary's /Filter and /DecodeParms (ISO 32000-2, 7.4). Image filters are not undone.
 * Throws `ERR_PDF_FILTER_UNSUPPORTED`, `ERR_PDF_FILTER_PARAMETERS`, `ERR_PDF_FILTER_DATA`, `ERR_PDF_INFLATE_LIMIT`.
 */
export function decodeFilters(dict: PdfDict, raw: Uint8Array, context: FilterContext): Uint8Array {
  if (dict.has('F')) throw unsupported('external file')
  const filters = asList(context.resolve(dict.get('Filter'))).map(context.resolve)
  const parameters = asList(context.resolve(dict.get('DecodeParms'))).map(context.resolve)
  if (filters.length > maxFilters) throw malformed()
  let data = raw
  filters.forEach((filter, i) => {
    if (!(filter instanceof PdfName)) throw malformed()
    const parms = parameters[i] ?? null
    if (parms !== null && !(parms instanceof PdfDict)) throw malformed()
    if (!isFlate(filter.value)) context.account.work(data.length * ownStep)
    data = decodeOne(filter.value, parms ?? new PdfDict(), data, context)
    if (!isFlate(filter.value)) context.account.work(data.length * ownStep)
  })
  return data
}

const asList = (object: PdfObject): readonly PdfObject[] =>
  object === null ? [] : Array.isArray(object) ? (object as readonly PdfObject[]) : [object]
const malformed = (): FormatError => new FormatError('ERR_PDF_FILTER_PARAMETERS')
const unsupported = (filter: string): FormatError =>
  new FormatError('ERR_PDF_FILTER_UNSUPPORTED', { details: { filter: filter.slice(0, 40) } })
const badData = (filter: string, cause?: unknown): FormatError =>
  new FormatError('ERR_PDF_FILTER_DATA', { details: { filter }, cause })

const isFlate = (filter: string): boolean => filter === 'FlateDecode' || filter === 'Fl'

function decodeOne(filter: string, parms: PdfDict, data: Uint8Array, context: FilterContext): Uint8Array {
  switch (filter) {
    case 'FlateDecode':
    case 'Fl':
      return predict(inflate(data, context), parms, context)
    case 'LZWDecode':
    case 'LZW': {
      const early = integer(parms, 'EarlyChange', 1, context)
      return predict(
        bounded(decodeLzw(data, early === 0 ? 0 : 1, allowance(context)), context),
        parms,
        context,
      )
    }
    case 'ASCIIHexDecode':
    case 'AHx':
      return bounded(decodeAsciiHex(data), context)
    case 'ASCII85Decode':
    case 'A85':
      return bounded(decodeAscii85(data, allowance(context)), context)
    case 'RunLengthDecode':
    case 'RL':
      return bounded(decodeRunLength(data, allowance(context)), context)
    case 'Crypt':
      // Undone by the security handler when the stream was read.
      return data
    default:
      throw unsupported(filter)
  }
}

/** Books what a step produced; null says that the step had to stop at its allowance. */
function bounded(data: Uint8Array | null, context: FilterContext): Uint8Array {
  if (data === null) throw inflateLimit(allowance(context))
  context.account.charge(context.key, data.length)
  return data
}

const allowance = ({ account, limit = Number.POSITIVE_INFINITY }: FilterContext): number =>
  Math.min(account.allowance, limit)

function inflate(data: Uint8Array, context: FilterContext): Uint8Array {
  if (data.length === 0) return data
  const limit = allowance(context)
  if (limit < 1) throw inflateLimit(limit)
  try {
    return bounded(inflateWithin(data, limit), context)
  } catch (cause) {
    const code = (cause as { code?: string }).code
    if (cause instanceof FormatError) throw cause
    if (code === 'ERR_BUFFER_TOO_LARGE') throw inflateLimit(limit)
    if (code !== 'Z_BUF_ERROR' || !context.forgive) throw badData('FlateDecode', cause)
  }
  try {
    const part = inflateSync(data, { maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH })
    context.forgive?.('ERR_PDF_FILTER_DATA')
    return bounded(part, context)
  } catch (cause) {
    throw cause instanceof FormatError ? cause : badData('FlateDecode', cause)
  }
}

/** Up to this, pieces are joined at the end. */
const joinedLimit = 4 * 1024 * 1024
/** What a byte of packed data can become at most. */
const greatestRatio = 1032

/** Much data goes into one piece at once: joined, it would be in memory twice. */
function inflateWithin(data: Uint8Array, limit: number): Uint8Array {
  const room = Math.min(limit, data.length * greatestRatio)
  if (room <= joinedLimit) return inflateSync(data, { maxOutputLength: limit })
  try {
    return inflateSync(data, { maxOutputLength: joinedLimit })
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') throw cause
  }
  const out = inflateSync(data, { maxOutputLength: limit, chunkSize: room + 1 })
  return out.length < room / 2 ? new Uint8Array(out) : out
}

function integer(parms: PdfDict, key: string, absent: number, { resolve }: FilterContext): number {
  const value = resolve(parms.get(key)) ?? absent
  if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed()
  return value
}

function predict(data: Uint8Array, parms: PdfDict, context: FilterContext): Uint8Array {
  if (!parms.has('Predictor')) return data
  const parameters = {
    predictor: integer(parms, 'Predictor', 1, context),
    colors: integer(parms, 'Colors', 1, context),
    bitsPerComponent: integer(parms, 'BitsPerComponent', 8, context),
    columns: integer(parms, 'Columns', 1, context),
  }
  const { predictor, bitsPerComponent } = parameters
  if (predictor > 1) {
    // TIFF's goes sample by sample.
    const samples = predictor === 2 && bitsPerComponent > 0 ? Math.max(1, 8 / bitsPerComponent) : 1
    context.account.work(data.length * samples * ownStep)
  }
  return undoPrediction(data, parameters)
}

function decodeAsciiHex(data: Uint8Array): Uint8Array {
  const out = new Uint8Array((data.length + 1) >> 1)
  let digits = 0
  for (const byte of data) {
    if (byte === 62) break
    if (isSpace(byte)) continue
    const value = hexValue(byte)
    if (value < 0) throw badData('ASCIIHexDecode')
    if (digits % 2 === 0) out[digits >> 1] = value << 4
    else out[digits >> 1]! |= value
    digits++
  }
  return out.subarray(0, (digits + 1) >> 1)
}

function decodeAscii85(data: Uint8Array, limit: number): Uint8Array | null {
  let size = 0
  for (const byte of data) size += byte === 122 ? 4 : 1
  if (size > limit + 5) return null
  const out = new Uint8Array(size)
  let length = 0
  let group = 0
  let count = 0
  for (const byte of data) {
    if (byte === 126) break
    if (isSpace(byte)) continue
    if (byte === 122 && count === 0) {
      length += 4
      continue
    }
    if (byte < 33 || byte > 117) throw badData('ASCII85Decode')
    group = group * 85 + (byte - 33)
    if (++count < 5) continue
    if (group > 0xffffffff) throw badData('ASCII85Decode')
    length = writeGroup(out, length, group, 4)
    group = 0
    count = 0
  }
  if (count === 1) throw badData('ASCII85Decode')
  if (count > 1) {
    for (let i = count; i < 5; i++) group = group * 85 + 84
    length = writeGroup(out, length, Math.min(group, 0xffffffff), count - 1)
  }
  return out.subarray(0, length)
}

function writeGroup(out: Uint8Array, at: number, group: number, bytes: number): number {
  for (let i = 0; i < bytes; i++) out[at + i] = Math.floor(group / 256 ** (3 - i)) & 255
  return at + bytes
}

function decodeRunLength(data: Uint8Array, limit: number): Uint8Array | null {
  let size = 0
  for (let i = 0; i < data.length && data[i] !== 128; ) {
    const run = data[i]!
    size += run < 128 ? run + 1 : 257 - run
    i += run < 128 ? run + 2 : 2
  }
  if (size > limit) return null
  const out = new Uint8Array(size)
  let length = 0
  for (let i = 0; i < data.length && data[i] !== 128; ) {
    const run = data[i]!
    if (i + (run < 128 ? run + 2 : 2) > data.length) throw badData('RunLengthDecode')
    if (run < 128) out.set(data.subarray(i + 1, i + run + 2), length)
    else out.fill(data[i + 1]!, length, length + 257 - run)
    length += run < 128 ? run + 1 : 257 - run
    i += run < 128 ? run + 2 : 2
  }
  return out.subarray(0, length)
}
