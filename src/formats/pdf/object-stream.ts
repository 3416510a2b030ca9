import { FormatError } from '../errors.ts'
import { readUnsigned, skipSpace } from './lexer.ts'
import { isName, type PdfObject, PdfStream } from './objects.ts'
import { contradictionOf, ObjectParser, type ParserLimits } from './parser.ts'

/** Far above what any writer puts into one. */
const maxMembers = 1_000_000

/** The decoded data of an object stream and where its members begin (ISO 32000-2, 7.5.7). */
export class ObjectStream {
  readonly num: number
  readonly data: Uint8Array
  /** Number and offset of each member in turn. */
  readonly #header: Uint32Array
  readonly #limits: ParserLimits
  readonly #forgive: ((code: string) => void) | undefined

  /** Throws `ERR_PDF_OBJECT_STREAM`. /Extends says nothing that the cross-references do not, and is not followed. */
  constructor(
    num: number,
    object: PdfObject,
    decode: (stream: PdfStream) => Uint8Array,
    limits: ParserLimits,
    forgive?: (code: string) => void,
  ) {
    this.num = num
    this.#forgive = forgive
    this.#limits = limits
    if (!(object instanceof PdfStream) || !isName(object.dict.get('Type'), 'ObjStm')) throw this.#broken()
    const count = object.dict.get('N')
    const first = object.dict.get('First')
    if (!isCount(count) || !isCount(first) || count > maxMembers) throw this.#broken()
    this.data = decode(object)
    // The shortest pair is `1 0 `, so that /N cannot ask for more memory than the data has.
    if (first > this.data.length || count * 4 > first + 1) throw this.#broken()
    this.#header = this.#readHeader(count, first)
  }

  /** How many members it has. */
  get count(): number {
    return this.#header.length / 2
  }

  /** Numbers of its members, in turn. */
  get members(): number[] {
    return Array.from({ length: this.count }, (_, index) => this.#header[index * 2]!)
  }

  /** Where the member at `index` begins in `data`; undefined where it has none or another object. */
  offsetOf(num: number, index: number): number | undefined {
    return this.#header[index * 2] === num ? this.#header[index * 2 + 1] : undefined
  }

  /** Bytes of memory that keeping it takes. */
  get weight(): number {
    return this.data.length + this.#header.byteLength
  }

  /**
   * The member at `index`, which must be object `num`, and its cost in values. `charge` books the bytes looked at and the values.
   * Throws `ERR_PDF_OBJECT_STREAM_MEMBER`, `ERR_PDF_REPEATED_KEY`, `ERR_PDF_SYNTAX`, `ERR_PDF_DEPTH`, `ERR_PDF_VALUE_LIMIT`.
   */
  read(
    num: number,
    index: number,
    charge: (size: number, values: number) => void,
  ): { object: PdfObject; values: number } {
    const at = this.#header[index * 2 + 1]
    if (at === undefined || this.#header[index * 2] !== num || at >= this.data.length) {
      throw new FormatError('ERR_PDF_OBJECT_STREAM_MEMBER', { details: { num, stream: this.num } })
    }
    const parser = new ObjectParser(this.data, at, this.#limits, {
      copyStrings: true,
      onContradiction: contradictionOf(this.#forgive),
    })
    try {
      return { object: parser.parse(), values: parser.values }
    } finally {
      charge(parser.pos - at, parser.values)
    }
  }

  #readHeader(count: number, first: number): Uint32Array {
    const header = new Uint32Array(count * 2)
    let pos = 0
    for (let i = 0; i < header.length; i++) {
      const value = readUnsigned(this.data, skipSpace(this.data, pos))
      if (!value || value.end > first || value.value > 0xffffffff - first) throw this.#broken()
      header[i] = i % 2 === 0 ? value.value : first + value.value
      pos = value.end
    }
    return header
  }

  #broken(): FormatError {
    return new FormatError('ERR_PDF_OBJECT_STREAM', { details: { num: this.num } })
  }
}

const isCount = (value: PdfObject | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
