import { FormatError } from '../errors.ts'
import type { PdfDocument, Random } from './document.ts'
import { defaultPdfLimits } from './limits.ts'
import { isName, type PdfDict, type PdfObject, PdfRef, PdfString } from './objects.ts'
import { type ObjectEncryption, serializeObject } from './serialize.ts'
import { streamEntries, type WrittenObject, writeXrefSection } from './xref-writer.ts'

/** What ten digits of a cross-reference table can say. */
const maxOffset = 9_999_999_999

export interface FinishedUpdate {
  /** What is appended to the file. */
  readonly bytes: Uint8Array
  /** Where the value of an object of this update begins, behind `12 0 obj` and its line end, within `bytes`. */
  bodyOffset(ref: PdfRef): number
}

/**
 * A set of new and changed objects that is appended to a file (ISO 32000-2, 7.5.6); no byte of the file changes.
 *
 * The cross-reference section is of the kind of the file's newest one, a table for a hybrid. Generation numbers and
 * the /Encrypt entry stay as they are. Objects that were not set are not written again.
 */
export class IncrementalUpdate {
  readonly #doc: PdfDocument
  readonly #random: Random
  readonly #bodies = new Map<number, { ref: PdfRef; body: Uint8Array }>()
  readonly #objects = new Map<number, PdfObject>()
  #size: number

  /** Throws `ERR_PDF_UPDATE_LENIENT` for a file that was not read strictly. */
  constructor(doc: PdfDocument, random: Random) {
    if (doc.mode !== 'strict') throw new FormatError('ERR_PDF_UPDATE_LENIENT')
    this.#doc = doc
    this.#random = random
    this.#size = doc.size
  }

  /** A reference that no revision has used. Throws `ERR_PDF_OBJECT_NUMBER_LIMIT`. */
  allocate(): PdfRef {
    const limit = defaultPdfLimits.maxObjectNumber
    if (this.#size > limit) {
      throw new FormatError('ERR_PDF_OBJECT_NUMBER_LIMIT', { details: { num: this.#size, limit } })
    }
    return new PdfRef(this.#size++, 0)
  }

  /** The object in this update, or else in the file. */
  get(ref: PdfRef): PdfObject {
    const own = this.#objects.get(ref.num)
    return own === undefined ? this.#doc.get(ref) : own
  }

  /** Writes an object anew; strings and streams are encrypted where the file is. */
  set(ref: PdfRef, object: PdfObject): void {
    this.#objects.set(ref.num, object)
    this.#bodies.set(ref.num, { ref, body: this.serialize(ref, object) })
  }

  /** Adds an object under a new number. */
  add(object: PdfObject): PdfRef {
    const ref = this.allocate()
    this.set(ref, object)
    return ref
  }

  /** Takes the bytes of an object as they are, for one whose byte positions must be known. */
  setRaw(ref: PdfRef, body: Uint8Array): void {
    this.#bodies.set(ref.num, { ref, body })
  }

  /** A value as it is written within the object `ref`. */
  serialize(ref: PdfRef, object: PdfObject): Uint8Array {
    return serializeObject(object, this.#encryptionOf(ref))
  }

  /** Puts the update together; nothing may be set afterwards. Throws `ERR_PDF_OFFSET_LIMIT`. */
  finish(): FinishedUpdate {
    const { bytes, headerOffset } = this.#doc
    const start = bytes.length - headerOffset
    const parts: Uint8Array[] = []
    let length = 0
    const push = (part: Uint8Array | string): void => {
      const data = typeof part === 'string' ? Buffer.from(part, 'latin1') : part
      parts.push(data)
      length += data.length
    }
    const written: WrittenObject[] = []
    const bodyOffsets = new Map<number, number>()
    const last = bytes.at(-1)
    if (last !== 10 && last !== 13) push('\n')
    for (const { ref, body } of this.#bodies.values()) {
      written.push({ ref, offset: start + length })
      push(`${ref.num} ${ref.gen} obj\n`)
      bodyOffsets.set(ref.num, length)
      push(body)
      push('\nendobj\n')
    }
    const xrefOffset = start + length
    const self = this.#doc.xrefKind === 'stream' ? this.allocate() : new PdfRef(0, 0)
    if (self.num > 0) written.push({ ref: self, offset: xrefOffset })
    push(writeXrefSection(this.#doc.xrefKind, written, this.#trailer(), self))
    push(`startxref\n${xrefOffset}\n%%EOF\n`)
    if (bytes.length + length > maxOffset) {
      throw new FormatError('ERR_PDF_OFFSET_LIMIT', { details: { limit: maxOffset } })
    }
    return {
      bytes: Buffer.concat(parts, length),
      bodyOffset: (ref) => {
        const offset = bodyOffsets.get(ref.num)
        if (offset === undefined) throw new RangeError(`object ${ref.num} is not in this update`)
        return offset
      },
    }
  }

  /** All entries of the newest trailer but those about its own section (7.5.6). */
  #trailer(): PdfDict {
    const { trailer, startxref } = this.#doc
    const dropped = Object.fromEntries(['XRefStm', ...streamEntries].map((key) => [key, undefined]))
    return trailer.with({ ...dropped, Size: this.#size, Prev: startxref, ID: this.#identifiers() })
  }

  /**
   * The first identifier stays, the second is new (14.4). A file without identifiers gets them, unless it is encrypted:
   * there the absence of the first is part of its key.
   */
  #identifiers(): PdfObject | undefined {
    const id = this.#doc.trailer.get('ID')
    const fresh = new PdfString(this.#random(16), true)
    if (Array.isArray(id) && id.length === 2) return [id[0] as PdfObject, fresh]
    return id === undefined && !this.#doc.encryption ? [fresh, fresh] : id
  }

  #encryptionOf(ref: PdfRef): ObjectEncryption | undefined {
    const { encryption } = this.#doc
    if (!encryption || encryption.ref?.num === ref.num) return undefined
    return {
      string: (plain) => encryption.encrypt(ref, plain, 'string', this.#random),
      stream: (plain, dict) =>
        !encryption.encryptMetadata && isName(dict.get('Type'), 'Metadata')
          ? plain
          : encryption.encrypt(ref, plain, 'stream', this.#random),
    }
  }
}
