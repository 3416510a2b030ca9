import { FormatError } from '../errors.ts'
import type { PdfLimits } from './document.ts'
import {
  asBuffer,
  hexValue,
  isDigit,
  isRegular,
  isSpace,
  keywordAt,
  skipSpace,
  syntaxError,
} from './lexer.ts'
import { dropEscapes } from './literal-string.ts'
import {
  isSameObject,
  type PdfArray,
  PdfDict,
  PdfName,
  type PdfObject,
  PdfRef,
  PdfString,
} from './objects.ts'

/** Where a value stands: its first byte and the first byte after it. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type ParserLimits = Pick<PdfLimits, 'maxDepth' | 'maxObjectValues'>

export interface ParserOptions {
  readonly withSpans?: boolean
  /** Strings are copies, not views that would keep all of `bytes` in memory. */
  readonly copyStrings?: boolean
  /** Called for a key that a dictionary has twice, with two values; absent: the last one counts. */
  readonly onContradiction?: ((key: string) => void) | undefined
}

/** Readers choose differently between two values of one key: strict reading refuses it, lenient reading notes it. */
export const contradictionOf =
  (forgive: ((code: string) => void) | undefined) =>
  (key: string): void => {
    if (!forgive) throw new FormatError('ERR_PDF_REPEATED_KEY', { details: { key: key.slice(0, 40) } })
    forgive('ERR_PDF_REPEATED_KEY')
  }

/** Digits of a hexadecimal string that it pays to decode at once, and that may stand in memory twice. */
const plainHex = { from: 256, to: 8 * 1024 * 1024 }

/** What a dictionary, beside what it holds, or a string costs in memory, in values. */
const heavyValues = 3

/**
 * Reads direct objects (ISO 32000-2, 7.3) at `pos`, one after another. Strings are kept as they stand, encrypted or
 * not. Of a key that a dictionary has twice the last value counts, as in most readers. With `spans`, remembers where
 * the values of each dictionary stand. After an error `pos` is no less than how far was looked.
 */
export class ObjectParser {
  readonly bytes: Uint8Array
  pos: number
  /** How many values were read, a dictionary or a string counting as four. */
  values = 0
  readonly #limits: ParserLimits
  readonly #buffer: Buffer
  readonly spans: Map<PdfDict, Map<string, Span>> | null

  readonly #copies: boolean
  readonly #onContradiction: ((key: string) => void) | undefined

  constructor(bytes: Uint8Array, pos: number, limits: ParserLimits, options: ParserOptions = {}) {
    this.bytes = bytes
    this.pos = pos
    this.#limits = limits
    this.#buffer = asBuffer(bytes)
    this.spans = options.withSpans ? new Map() : null
    this.#copies = options.copyStrings ?? false
    this.#onContradiction = options.onContradiction
  }

  /** The next object. Throws `ERR_PDF_SYNTAX`, `ERR_PDF_DEPTH`, `ERR_PDF_VALUE_LIMIT`. */
  parse(depth = 0): PdfObject {
    const { maxDepth, maxObjectValues } = this.#limits
    if (depth > maxDepth) throw new FormatError('ERR_PDF_DEPTH', { details: { limit: maxDepth } })
    if (++this.values > maxObjectValues)
      throw new FormatError('ERR_PDF_VALUE_LIMIT', { details: { limit: maxObjectValues } })
    this.pos = skipSpace(this.bytes, this.pos)
    const byte = this.bytes[this.pos]
    switch (byte) {
      case 47:
        return this.#name()
      case 60:
        return this.bytes[this.pos + 1] === 60 ? this.#dict(depth) : this.#hexString()
      case 40:
        return this.#literalString()
      case 91:
        return this.#array(depth)
      case 116:
        return this.#keyword('true', true)
      case 102:
        return this.#keyword('false', false)
      case 110:
        return this.#keyword('null', null)
      default:
        return this.#numberOrRef()
    }
  }

  #keyword<T>(word: string, value: T): T {
    if (!keywordAt(this.bytes, this.pos, word)) throw syntaxError(this.pos)
    this.pos += word.length
    return value
  }

  #name(): PdfName {
    const start = this.pos + 1
    let i = start
    let escaped = false
    while (isRegular(this.bytes[i])) {
      if (this.bytes[i] === 35) escaped = true
      i++
    }
    this.pos = i
    const text = this.#buffer.toString('latin1', start, i)
    // ISO 32000-2, 7.3.5; a # without two hexadecimal digits stands for itself, as readers have it.
    return new PdfName(
      escaped
        ? text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
            String.fromCharCode(Number.parseInt(hex, 16)),
          )
        : text,
    )
  }

  #dict(depth: number): PdfDict {
    const entries = new Map<string, PdfObject>()
    const spans = this.spans ? new Map<string, Span>() : null
    this.values += heavyValues
    this.pos += 2
    for (;;) {
      this.pos = skipSpace(this.bytes, this.pos)
      const byte = this.bytes[this.pos]
      if (byte === 62 && this.bytes[this.pos + 1] === 62) break
      if (byte !== 47) throw syntaxError(this.pos)
      const key = this.#name().value
      const start = skipSpace(this.bytes, this.pos)
      const value = this.parse(depth + 1)
      if (this.#onContradiction && entries.has(key) && !isSameObject(entries.get(key), value))
        this.#onContradiction(key)
      entries.set(key, value)
      spans?.set(key, { start, end: this.pos })
    }
    this.pos += 2
    const dict = new PdfDict(entries)
    if (spans) this.spans?.set(dict, spans)
    return dict
  }

  #array(depth: number): PdfArray {
    const items: PdfObject[] = []
    this.pos++
    for (;;) {
      this.pos = skipSpace(this.bytes, this.pos)
      if (this.bytes[this.pos] === 93) break
      items.push(this.parse(depth + 1))
    }
    this.pos++
    return items
  }

  #hexString(): PdfString {
    const { bytes } = this
    this.values += heavyValues
    const start = this.pos + 1
    const plain = this.#plainHexString(start)
    if (plain) return plain
    let end = start
    while (bytes[end] !== 62) {
      if (hexValue(bytes[end]) < 0 && !isSpace(bytes[end])) {
        this.pos = end
        throw syntaxError(end)
      }
      end++
    }
    const out = new Uint8Array((end - start + 1) >> 1)
    let digits = 0
    for (let i = start; i < end; i++) {
      const value = hexValue(bytes[i])
      if (value < 0) continue
      // An odd last digit is followed by an assumed 0 (ISO 32000-2, 7.3.4.3).
      if (digits % 2 === 0) out[digits >> 1] = value << 4
      else out[digits >> 1]! |= value
      digits++
    }
    this.pos = end + 1
    return new PdfString(out.subarray(0, (digits + 1) >> 1), true)
  }

  /** Long ones, as the values of signatures are, decoded at once; null for one that has anything but pairs of digits in it. */
  #plainHexString(start: number): PdfString | null {
    const end = this.#buffer.indexOf(62, start)
    const length = end - start
    if (length < plainHex.from || length > plainHex.to || length % 2 !== 0) return null
    // Decoding ends at what is no digit.
    const out = Buffer.from(this.#buffer.toString('latin1', start, end), 'hex')
    if (out.length * 2 !== length) return null
    this.pos = end + 1
    return new PdfString(out, true)
  }

  #literalString(): PdfString {
    const { bytes } = this
    this.values += heavyValues
    const start = this.pos + 1
    let i = start
    let nesting = 1
    let plain = true
    for (; nesting > 0; i++) {
      const byte = bytes[i]
      if (byte === undefined) {
        this.pos = i
        throw syntaxError(start - 1)
      }
      if (byte === 40) nesting++
      else if (byte === 41) nesting--
      else if (byte === 92) {
        plain = false
        i++
      } else if (byte === 13) plain = false
    }
    this.pos = i
    const body = bytes.subarray(start, i - 1)
    if (!plain) return new PdfString(dropEscapes(body))
    return new PdfString(this.#copies ? body.slice() : body)
  }

  #numberOrRef(): PdfObject {
    const { bytes } = this
    const start = this.pos
    let i = start
    const sign = bytes[i]
    if (sign === 43 || sign === 45) i++
    const digits = i
    let value = 0
    while (isDigit(bytes[i])) value = value * 10 + (bytes[i++]! - 48)
    if (bytes[i] === 46) {
      i++
      const fraction = i
      while (isDigit(bytes[i])) i++
      if (i - digits < 2 || isRegular(bytes[i])) throw syntaxError(start)
      this.pos = i
      return i === fraction ? withSign(value, sign) : Number(this.#buffer.toString('latin1', start, i))
    }
    if (i === digits || isRegular(bytes[i])) throw syntaxError(start)
    this.pos = i
    return (
      (i - digits <= 10 && sign !== 43 && sign !== 45 ? this.#reference(value) : null) ??
      withSign(value, sign)
    )
  }

  /** `12 0 R`, of which the first number was read. */
  #reference(num: number): PdfRef | null {
    const { bytes } = this
    let i = skipSpace(bytes, this.pos)
    if (i === this.pos) return null
    const start = i
    let gen = 0
    while (isDigit(bytes[i])) gen = gen * 10 + (bytes[i++]! - 48)
    if (i === start || i - start > 5) return null
    const word = skipSpace(bytes, i)
    if (word === i || bytes[word] !== 82 || isRegular(bytes[word + 1])) return null
    this.pos = word + 1
    return new PdfRef(num, gen)
  }
}

const withSign = (value: number, sign: number | undefined): number => (sign === 45 ? -value : value)
