import { FormatError } from '../errors.ts'
import { decodeOid } from './oid.ts'
import type { DerElement } from './reader.ts'
import { concat } from './writer.ts'

const expectPrimitive = (element: DerElement, tag: number): Uint8Array => {
  if (!element.is('universal', tag) || element.constructed) {
    throw new FormatError('ERR_DER_UNEXPECTED_TAG', { details: { expected: tag, actual: element.tag } })
  }
  return element.content
}

/** The children of a SEQUENCE. */
export function readSequence(element: DerElement): readonly DerElement[] {
  if (!element.is('universal', 16)) {
    throw new FormatError('ERR_DER_UNEXPECTED_TAG', { details: { expected: 16, actual: element.tag } })
  }
  return element.children
}

/** The children of a SET or SET OF, as they stand. */
export function readSet(element: DerElement): readonly DerElement[] {
  if (!element.is('universal', 17)) {
    throw new FormatError('ERR_DER_UNEXPECTED_TAG', { details: { expected: 17, actual: element.tag } })
  }
  return element.children
}

export const readOid = (element: DerElement): string => decodeOid(expectPrimitive(element, 6))

/** BOOLEAN; only 0x00 and 0xFF are DER (X.690 11.1). */
export function readBoolean(element: DerElement): boolean {
  const content = expectPrimitive(element, 1)
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
    throw new FormatError('ERR_DER_BOOLEAN')
  return content[0] !== 0
}

/** INTEGER contents octets, minimal two's complement (X.690 8.3.2). */
export function readIntegerBytes(element: DerElement): Uint8Array {
  const content = expectPrimitive(element, 2)
  const [first, second] = content
  if (first === undefined) throw new FormatError('ERR_DER_INTEGER')
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new FormatError('ERR_DER_INTEGER')
  }
  return content
}

/** INTEGER of any length. Throws `ERR_DER_INTEGER`. */
export function readBigInt(element: DerElement): bigint {
  const content = readIntegerBytes(element)
  const unsigned = BigInt(`0x${Buffer.from(content).toString('hex')}`)
  return content[0]! & 0x80 ? unsigned - (1n << BigInt(content.length * 8)) : unsigned
}

/** A small INTEGER. Throws `ERR_DER_INTEGER` beyond 32 bits. */
export function readInteger(element: DerElement): number {
  if (readIntegerBytes(element).length > 5) throw new FormatError('ERR_DER_INTEGER')
  const value = readBigInt(element)
  if (value > 0xffffffffn || value < -0x80000000n) throw new FormatError('ERR_DER_INTEGER')
  return Number(value)
}

/** BIT STRING: the octets and how many trailing bits are unused; those must be zero (X.690 11.2.1). */
export function readBitString(element: DerElement): { bytes: Uint8Array; unusedBits: number } {
  const content = expectPrimitive(element, 3)
  const unusedBits = content[0]
  if (unusedBits === undefined || unusedBits > 7 || (content.length === 1 && unusedBits !== 0)) {
    throw new FormatError('ERR_DER_BIT_STRING')
  }
  if (content[content.length - 1]! & ((1 << unusedBits) - 1) && content.length > 1) {
    throw new FormatError('ERR_DER_BIT_STRING')
  }
  return { bytes: content.subarray(1), unusedBits }
}

/** OCTET STRING; the segments of a BER constructed one are joined, to any depth the reader allows. */
export function readOctetString(element: DerElement): Uint8Array {
  if (!element.is('universal', 4)) {
    throw new FormatError('ERR_DER_UNEXPECTED_TAG', { details: { expected: 4, actual: element.tag } })
  }
  return element.constructed ? concat(element.children.map(readOctetString)) : element.content
}

const stringDecoders: Readonly<Record<number, (content: Uint8Array) => string>> = {
  12: (content) => decodeUtf8(content),
  18: (content) => ascii(content),
  19: (content) => ascii(content),
  20: (content) => Buffer.from(content).toString('latin1'),
  22: (content) => ascii(content),
  26: (content) => ascii(content),
  28: (content) => utf16or32(content, 4),
  30: (content) => utf16or32(content, 2),
}

/** Any of the string types of DirectoryString and GeneralName (RFC 5280, 4.1.2.4). */
export function readString(element: DerElement): string {
  const decode =
    element.tagClass === 'universal' && !element.constructed ? stringDecoders[element.tag] : undefined
  if (!decode) throw new FormatError('ERR_DER_UNEXPECTED_TAG', { details: { actual: element.tag } })
  return decode(element.content)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(content: Uint8Array): string {
  try {
    return utf8.decode(content)
  } catch (cause) {
    throw new FormatError('ERR_DER_STRING', { cause })
  }
}

function ascii(content: Uint8Array): string {
  for (const octet of content) if (octet > 0x7f) throw new FormatError('ERR_DER_STRING')
  return Buffer.from(content).toString('latin1')
}

function utf16or32(content: Uint8Array, width: 2 | 4): string {
  if (content.length % width !== 0) throw new FormatError('ERR_DER_STRING')
  const view = new DataView(content.buffer, content.byteOffset, content.length)
  let text = ''
  for (let at = 0; at < content.length; at += width) {
    const point = width === 2 ? view.getUint16(at) : view.getUint32(at)
    if (point > 0x10ffff) throw new FormatError('ERR_DER_STRING')
    text += String.fromCodePoint(point)
  }
  return text
}

const utcPattern = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const generalizedPattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/

/**
 * UTCTime or GeneralizedTime in the form DER and RFC 5280 (4.1.2.5) allow: seconds, `Z`. A fraction, which RFC 3161
 * allows, is cut to milliseconds. Throws `ERR_DER_TIME` on any other form and on days the calendar lacks.
 */
export function readTime(element: DerElement): Date {
  const utc = element.tag === 23
  if (element.tagClass !== 'universal' || (!utc && element.tag !== 24) || element.constructed) {
    throw new FormatError('ERR_DER_UNEXPECTED_TAG', { details: { actual: element.tag } })
  }
  const match = (utc ? utcPattern : generalizedPattern).exec(Buffer.from(element.content).toString('latin1'))
  if (!match) throw new FormatError('ERR_DER_TIME')
  const [y, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const year = utc ? (y < 50 ? 2000 + y : 1900 + y) : y
  const ms = Number(`${match[7] ?? ''}000`.slice(0, 3))
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, ms)
  const same =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!same) throw new FormatError('ERR_DER_TIME')
  return date
}
