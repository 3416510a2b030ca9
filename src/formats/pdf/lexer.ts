import { FormatError } from '../errors.ts'

const regular = 0
const space = 1
const delimiter = 2

/** Character classes of ISO 32000-2, 7.2.3, by byte. */
const classes = new Uint8Array(256)
for (const byte of [0, 9, 10, 12, 13, 32]) classes[byte] = space
for (const char of '()<>[]{}/%') classes[char.charCodeAt(0)] = delimiter

export const isSpace = (byte: number | undefined): boolean => byte !== undefined && classes[byte] === space
export const isRegular = (byte: number | undefined): boolean =>
  byte !== undefined && classes[byte] === regular
export const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57

/** The value of a hexadecimal digit, or -1. */
export function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 48 && byte <= 57) return byte - 48
  if (byte >= 65 && byte <= 70) return byte - 55
  if (byte >= 97 && byte <= 102) return byte - 87
  return -1
}

/** The same bytes as a Buffer, for its native searching and text functions; nothing is copied. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const syntaxError = (offset: number): FormatError =>
  new FormatError('ERR_PDF_SYNTAX', { details: { offset } })

/** The first offset at or after `at` that is neither white space nor inside a comment. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at
  for (;;) {
    const byte = bytes[i]
    if (byte === undefined) return i
    if (classes[byte] === space) i++
    else if (byte === 37) i = lineEnd(bytes, i)
    else return i
  }
}

/** Like `skipSpace`, but a `%` is data. */
export function skipBlank(bytes: Uint8Array, at: number): number {
  let i = at
  while (isSpace(bytes[i])) i++
  return i
}

/** The first offset at or after `at` that holds CR or LF, or the end. */
function lineEnd(bytes: Uint8Array, at: number): number {
  let i = at
  while (i < bytes.length && bytes[i] !== 10 && bytes[i] !== 13) i++
  return i
}

/** Whether the ASCII `word` stands at `at`. */
export function startsWith(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false
  return true
}

/** Whether the ASCII `word` stands at `at` as a whole token. */
export const keywordAt = (bytes: Uint8Array, at: number, word: string): boolean =>
  startsWith(bytes, at, word) && !isRegular(bytes[at + word.length])

/** An unsigned whole number of at most 15 digits at `at` and where it ends; null where there is none. */
export function readUnsigned(bytes: Uint8Array, at: number): { value: number; end: number } | null {
  let i = at
  let value = 0
  while (isDigit(bytes[i])) {
    value = value * 10 + (bytes[i]! - 48)
    i++
  }
  return i === at || i - at > 15 ? null : { value, end: i }
}

/** `12 0 obj` at `at`: the numbers and the offset behind it; null where something else stands there. */
export function readObjectHeader(
  bytes: Uint8Array,
  at: number,
): { num: number; gen: number; end: number } | null {
  const num = readUnsigned(bytes, at)
  if (!num || !isSpace(bytes[num.end])) return null
  const gen = readUnsigned(bytes, skipSpace(bytes, num.end))
  if (!gen || !isSpace(bytes[gen.end])) return null
  const word = skipSpace(bytes, gen.end)
  return keywordAt(bytes, word, 'obj') ? { num: num.value, gen: gen.value, end: word + 3 } : null
}
