import { FormatError } from '../errors.ts'
import type { PdfLimits } from './document.ts'

export const defaultPdfLimits: PdfLimits = {
  maxInflateStream: 64 * 1024 * 1024,
  maxInflateDocument: 128 * 1024 * 1024,
  maxRevisions: 1024,
  maxDepth: 64,
  /** ISO 32000-1, annex C: the largest object number readers agree on. */
  maxObjectNumber: 8_388_607,
  maxObjectValues: 500_000,
  maxXrefSubsections: 1_000_000,
  maxWork: 48 * 1024 * 1024,
}

const workPerByte = 8
/** What a value costs beside its bytes. */
const workPerValue = 16

/** What reading objects has cost so far, so that reading the same ones for ever ends. */
export class WorkAccount {
  readonly #limit: number
  #spent = 0
  constructor(limits: PdfLimits, fileLength: number) {
    this.#limit = limits.maxWork + fileLength * workPerByte
  }
  /** Books bytes that were looked at and values that were made of them. Throws `ERR_PDF_WORK_LIMIT`. */
  charge(size: number, values = 0): void {
    this.#spent += size + values * workPerValue
    if (this.#spent > this.#limit)
      throw new FormatError('ERR_PDF_WORK_LIMIT', { details: { limit: this.#limit } })
  }
}

/** How often the whole document's allowance may be spent again on streams that were dropped from the cache. */
const repeats = 1.75

/** What a document's streams have cost so far, against its limits. Throws `ERR_PDF_INFLATE_LIMIT`. */
export class InflateAccount {
  readonly #limits: PdfLimits
  readonly #charged = new Map<string, number>()
  #distinct = 0
  #work = 0
  constructor(limits: PdfLimits) {
    this.#limits = limits
  }
  /** How many bytes the next step of a stream may produce. */
  get allowance(): number {
    const { maxInflateStream, maxInflateDocument } = this.#limits
    return Math.max(0, Math.min(maxInflateStream, maxInflateDocument * repeats - this.#work))
  }
  /** Books `size` unpacked bytes of the stream called `key`; the same stream counts once for what it holds. */
  charge(key: string, size: number): void {
    const { maxInflateDocument } = this.#limits
    const before = this.#charged.get(key) ?? 0
    if (size > before) {
      this.#distinct += size - before
      this.#charged.set(key, size)
    }
    if (this.#distinct > maxInflateDocument) throw inflateLimit(maxInflateDocument)
    this.work(size)
  }
  /** Books what a step costs beside, in bytes of unpacking that would take as long. */
  work(size: number): void {
    const { maxInflateDocument } = this.#limits
    this.#work += size
    if (this.#work > maxInflateDocument * repeats) throw inflateLimit(maxInflateDocument)
  }
}

export const inflateLimit = (limit: number): FormatError =>
  new FormatError('ERR_PDF_INFLATE_LIMIT', { details: { limit } })
