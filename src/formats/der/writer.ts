import { encodeOid } from './oid.ts'

/** Whether two byte strings are the same; not in constant time. */
export const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Joins byte strings. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Octets of a minimal definite length (X.690, 10.1); beyond 4 GiB no array goes. */
function lengthSize(length: number): number {
  if (length < 0x80) return 1
  if (length < 0x100) return 2
  if (length < 0x10000) return 3
  return length < 0x1000000 ? 4 : 5
}

/** A header written into a new array with room for the contents behind it. */
function allocate(identifier: number, length: number): { out: Uint8Array; at: number } {
  const size = lengthSize(length)
  const out = new Uint8Array(1 + size + length)
  out[0] = identifier
  if (size === 1) out[1] = length
  else {
    out[1] = 0x80 | (size - 1)
    let rest = length
    for (let at = size; at > 1; at--) {
      out[at] = rest % 256
      rest = Math.floor(rest / 256)
    }
  }
  return { out, at: 1 + size }
}

/** One element: identifier octet, minimal definite length, contents (X.690 clause 10). */
export function tlv(identifier: number, content: Uint8Array): Uint8Array {
  const { out, at } = allocate(identifier, content.length)
  out.set(content, at)
  return out
}

/** The same with contents that are joined from `parts`, without joining them elsewhere first. */
function tlvOf(identifier: number, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  let { out, at } = allocate(identifier, length)
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export const sequence = (...parts: Uint8Array[]): Uint8Array => tlvOf(0x30, parts)

/** SET OF: the encodings in ascending order (X.690 11.6). */
export function setOf(...parts: Uint8Array[]): Uint8Array {
  if (parts.length > 1) parts.sort((a, b) => Buffer.compare(a, b))
  return tlvOf(0x31, parts)
}

export const oid = (dotted: string): Uint8Array => tlv(0x06, encodeOid(dotted))
export const nullValue = (): Uint8Array => Uint8Array.of(0x05, 0x00)
export const boolean = (value: boolean): Uint8Array => Uint8Array.of(0x01, 0x01, value ? 0xff : 0x00)
export const octetString = (bytes: Uint8Array): Uint8Array => tlv(0x04, bytes)
export const bitString = (bytes: Uint8Array, unusedBits = 0): Uint8Array =>
  tlvOf(0x03, [Uint8Array.of(unusedBits), bytes])
export const utf8String = (text: string): Uint8Array => tlv(0x0c, Buffer.from(text, 'utf8'))
export const printableString = (text: string): Uint8Array => tlv(0x13, Buffer.from(text, 'latin1'))
export const ia5String = (text: string): Uint8Array => tlv(0x16, Buffer.from(text, 'latin1'))

/** INTEGER from a number, a bigint, or unsigned big-endian bytes. */
export function integer(value: number | bigint | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) {
    let start = 0
    while (start < value.length - 1 && value[start] === 0) start++
    const trimmed = value.subarray(start)
    const content = trimmed.length === 0 ? Uint8Array.of(0) : trimmed
    return tlv(0x02, content[0]! & 0x80 ? concat([Uint8Array.of(0), content]) : content)
  }
  let rest = BigInt(value)
  const octets: number[] = []
  do {
    octets.unshift(Number(BigInt.asUintN(8, rest)))
    rest >>= 8n
  } while (!((rest === 0n && octets[0]! < 0x80) || (rest === -1n && octets[0]! >= 0x80)))
  return tlv(0x02, Uint8Array.from(octets))
}

export const enumerated = (value: number): Uint8Array => tlv(0x0a, Uint8Array.of(value))

/** [n] EXPLICIT: a constructed context tag around whole elements. */
export const explicit = (tag: number, ...parts: Uint8Array[]): Uint8Array => tlvOf(0xa0 | tag, parts)

/** [n] IMPLICIT: the identifier octet of `element` replaced, its constructed bit kept. */
export function implicit(tag: number, element: Uint8Array): Uint8Array {
  // not slice(): a Buffer's shares its memory
  const out = new Uint8Array(element)
  out[0] = 0x80 | (out[0]! & 0x20) | tag
  return out
}

const two = (value: number): string => String(value).padStart(2, '0')

/** UTCTime for 1950–2049, else GeneralizedTime, both in Z without fractions (RFC 5280, 4.1.2.5). */
export function time(date: Date): Uint8Array {
  const year = date.getUTCFullYear()
  const inCentury = year >= 1950 && year < 2050
  return inCentury
    ? tlv(0x17, Buffer.from(`${two(year % 100)}${monthToSecond(date)}Z`))
    : generalizedTime(date)
}

/** GeneralizedTime in Z; milliseconds, where there are any, without trailing zeros (X.690 11.7). */
export function generalizedTime(date: Date): Uint8Array {
  const ms = date.getUTCMilliseconds()
  const fraction = ms === 0 ? '' : `.${String(ms).padStart(3, '0').replace(/0+$/, '')}`
  return tlv(
    0x18,
    Buffer.from(`${String(date.getUTCFullYear()).padStart(4, '0')}${monthToSecond(date)}${fraction}Z`),
  )
}

const monthToSecond = (d: Date): string =>
  two(d.getUTCMonth() + 1) +
  two(d.getUTCDate()) +
  two(d.getUTCHours()) +
  two(d.getUTCMinutes()) +
  two(d.getUTCSeconds())
