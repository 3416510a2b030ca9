import { FormatError } from '../errors.ts'
import { readUnsigned, skipSpace } from './lexer.ts'
import { isName, type PdfObject, PdfStream } from './objects.ts'
import { ObjectParser } from './parser.ts'

/** The decoded data of an object stream and where its members begin (ISO 32000-2, 7.5.7). */
export class ObjectStream {
  readonly num: number
  readonly data: Uint8Array
  /** Number and offset of each member in turn. */
  readonly #header: Float64Array
  readonly #maxDepth: number

  /** Throws `ERR_PDF_OBJECT_STREAM`. /Extends says nothing that the cross-references do not, and is not followed. */
  constructor(num: number, object: PdfObject, decode: (stream: PdfStream) => Uint8Array, maxDepth: number) {
    this.num = num
    this.#maxDepth = maxDepth
    if (!(object instanceof PdfStream) || !isName(object.dict.get('Type'), 'ObjStm')) throw this.#broken()
    const count = object.dict.get('N')
    const first = object.dict.get('First')
    if (!isCount(count) || !isCount(first)) throw this.#broken()
    this.data = decode(object)
    // The shortest pair is `1 0 `, so that /N cannot ask for more memory than the data has.
    if (first > this.data.length || count * 4 > first + 1) throw this.#broken()
    this.#header = this.#readHeader(count, first)
  }

  /** The member at `index`, which must be object `num`, and how many bytes it takes. Throws `ERR_PDF_OBJECT_STREAM_MEMBER`, `ERR_PDF_SYNTAX`. */
  read(num: number, index: number): { object: PdfObject; length: number } {
    const at = this.#header[index * 2 + 1]
    if (at === undefined || this.#header[index * 2] !== num || at >= this.data.length) {
      throw new FormatError('ERR_PDF_OBJECT_STREAM_MEMBER', { details: { num, stream: this.num } })
    }
    const parser = new ObjectParser(this.data, at, this.#maxDepth)
    const object = parser.parse()
    return { object, length: parser.pos - at }
  }

  #readHeader(count: number, first: number): Float64Array {
    const header = new Float64Array(count * 2)
    let pos = 0
    for (let i = 0; i < header.length; i++) {
      const value = readUnsigned(this.data, skipSpace(this.data, pos))
      if (!value || value.end > first) throw this.#broken()
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
