import { FormatError } from '../errors.ts'
import { asBuffer, hexValue, isDigit, isRegular, keywordAt, skipSpace, syntaxError } from './lexer.ts'
import { type PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfString } from './objects.ts'

/** Where a value stands: its first byte and the first byte after it. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Reads direct objects (ISO 32000-2, 7.3) at `pos`, one after another. Strings are kept as they stand, encrypted or
 * not. Of a key that a dictionary has twice the last value counts, as in every reader. With `spans`, remembers where
 * the values of each dictionary stand.
 */
export class ObjectParser {
  readonly bytes: Uint8Array
  pos: number
  readonly #maxDepth: number
  readonly #buffer: Buffer
  readonly spans: Map<PdfDict, Map<string, Span>> | null

  constructor(bytes: Uint8Array, pos: number, maxDepth: number, withSpans = false) {
    this.bytes = bytes
    this.pos = pos
    this.#maxDepth = maxDepth
    this.#buffer = asBuffer(bytes)
    this.spans = withSpans ? new Map() : null
  }

  /** The next object. Throws `ERR_PDF_SYNTAX`, `ERR_PDF_DEPTH`. */
  parse(depth = 0): PdfObject {
    if (depth > this.#maxDepth) throw new FormatError('ERR_PDF_DEPTH', { details: { limit: this.#maxDepth } })
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
    this.pos += 2
    for (;;) {
      this.pos = skipSpace(this.bytes, this.pos)
      const byte = this.bytes[this.pos]
      if (byte === 62 && this.bytes[this.pos + 1] === 62) break
      if (byte !== 47) throw syntaxError(this.pos)
      const key = this.#name().value
      const start = skipSpace(this.bytes, this.pos)
      const value = this.parse(depth + 1)
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
    const start = this.pos + 1
    const end = this.#buffer.indexOf(62, start)
    if (end < 0) throw syntaxError(this.pos)
    const out = new Uint8Array((end - start + 1) >> 1)
    let digits = 0
    for (let i = start; i < end; i++) {
      const value = hexValue(this.bytes[i])
      if (value < 0) {
        if (isRegular(this.bytes[i])) throw syntaxError(i)
        continue
      }
      // An odd last digit is followed by an assumed 0 (ISO 32000-2, 7.3.4.3).
      if (digits % 2 === 0) out[digits >> 1] = value << 4
      else out[digits >> 1]! |= value
      digits++
    }
    this.pos = end + 1
    return new PdfString(out.subarray(0, (digits + 1) >> 1), true)
  }

  #literalString(): PdfString {
    const { bytes } = this
    const start = this.pos + 1
    let i = start
    let nesting = 1
    let plain = true
    for (; nesting > 0; i++) {
      const byte = bytes[i]
      if (byte === undefined) throw syntaxError(this.pos)
      if (byte === 40) nesting++
      else if (byte === 41) nesting--
      else if (byte === 92) {
        plain = false
        i++
      } else if (byte === 13) plain = false
    }
    this.pos = i
    const body = bytes.subarray(start, i - 1)
    return new PdfString(plain ? body : dropEscapes(body))
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

const escapes = new Map([
  [110, 10],
  [114, 13],
  [116, 9],
  [98, 8],
  [102, 12],
])

/** The body of a literal string without its escapes (ISO 32000-2, 7.3.4.2). */
function dropEscapes(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length)
  let length = 0
  for (let i = 0; i < body.length; ) {
    const byte = body[i++]!
    if (byte === 13) {
      if (body[i] === 10) i++
      out[length++] = 10
    } else if (byte !== 92) out[length++] = byte
    else {
      const next = body[i++]
      if (next === undefined || next === 10) continue
      if (next === 13) {
        if (body[i] === 10) i++
      } else if (next >= 48 && next <= 55) {
        let value = next - 48
        for (let n = 0; n < 2 && body[i]! >= 48 && body[i]! <= 55; n++) value = value * 8 + (body[i++]! - 48)
        out[length++] = value
      } else out[length++] = escapes.get(next) ?? next
    }
  }
  return out.subarray(0, length)
}
