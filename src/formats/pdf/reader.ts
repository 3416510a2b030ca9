import { FormatError, type FormatErrorCode } from '../errors.ts'
import { BoundedCache } from './bounded-cache.ts'
import { SecurityHandler } from './crypt/security-handler.ts'
import type {
  OpenPdfOptions,
  PdfDocument,
  PdfLimits,
  PdfLocation,
  PdfRevision,
  XrefKind,
} from './document.ts'
import { directOnly, type FileStructure, readFileStructure } from './file-structure.ts'
import { decodeFilters, type FilterContext } from './filters.ts'
import { type IndirectObject, readIndirectObject } from './indirect-object.ts'
import { defaultPdfLimits, InflateAccount, WorkAccount } from './limits.ts'
import { ObjectStream } from './object-stream.ts'
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from './objects.ts'
import type { Span } from './parser.ts'
import { listRevisions, type XrefSection } from './xref-chain.ts'
import type { XrefEntry } from './xref-entries.ts'
import { XrefLookup } from './xref-lookup.ts'

/** What parsed objects are kept may take, roughly, in bytes. */
const objectCacheBytes = 32 * 1024 * 1024
const bytesPerValue = 64
/** What a value with its place costs, in values: it may be held decrypted beside. */
const valuesOfPlaced = 3
/** Decoded object streams kept at one time. */
const streamCacheBytes = 32 * 1024 * 1024
/** How many references `resolve` follows, and how many objects may be needed to read one object. */
const maxHops = 32
const maxNesting = 8
/** Decrypting a byte takes longer than looking at it. */
const workPerDecrypted = 4

/** What lenient reading answers with null, and notes. Going beyond a limit is not among it. */
const forgivable: ReadonlySet<FormatErrorCode> = new Set([
  'ERR_PDF_SYNTAX',
  'ERR_PDF_XREF_ENTRY',
  'ERR_PDF_OBJECT_HEADER',
  'ERR_PDF_OBJECT_END',
  'ERR_PDF_STREAM_LENGTH',
  'ERR_PDF_OBJECT_STREAM',
  'ERR_PDF_OBJECT_STREAM_MEMBER',
  'ERR_PDF_FILTER_DATA',
])

interface KeptObject {
  readonly gen: number
  readonly object: PdfObject
  readonly span: Span | null
  /** As it was read, where that was done with its values' places. */
  readonly placed: IndirectObject | null
}

/** A PDF file behind `PdfDocument`; made by `openPdf`. */
export class PdfReader implements PdfDocument {
  readonly bytes: Uint8Array
  readonly mode: 'strict' | 'lenient'
  readonly limits: PdfLimits
  readonly encryption: SecurityHandler | null
  readonly catalogRef: PdfRef
  readonly catalog: PdfDict
  readonly version: string
  readonly #structure: FileStructure
  readonly #lookup: XrefLookup
  readonly #forgiven = new Set<string>()
  readonly #forgive: ((code: string) => void) | undefined
  readonly #account: InflateAccount
  readonly #work: WorkAccount
  readonly #keys = new WeakMap<PdfStream, string>()
  readonly #objects = new BoundedCache<KeptObject>(objectCacheBytes)
  readonly #streams = new BoundedCache<ObjectStream>(streamCacheBytes)
  /** By where they stand: those of earlier revisions too. */
  readonly #placedStreams = new BoundedCache<ObjectStream>(streamCacheBytes)
  #revisions: readonly PdfRevision[] | null = null
  #nesting = 0

  constructor(bytes: Uint8Array, options: OpenPdfOptions = {}) {
    this.bytes = bytes
    this.mode = options.rebuild ? 'lenient' : (options.mode ?? 'strict')
    this.limits = options.limits ?? defaultPdfLimits
    this.#account = new InflateAccount(this.limits)
    this.#forgive = this.mode === 'lenient' ? (code) => this.#forgiven.add(code) : undefined
    this.#work = new WorkAccount(this.limits, bytes.length)
    this.#structure = readFileStructure(bytes, {
      limits: this.limits,
      rebuild: options.rebuild ?? false,
      forgive: this.#forgive,
      charge: (size) => this.#work.charge(size),
      decode: (dict, raw, key, limit) =>
        decodeFilters(dict, raw, { ...this.#filters(key), resolve: directOnly, limit }),
    })
    this.#lookup = new XrefLookup(this.#structure.sections, this.#structure.size)
    this.encryption = null
    this.encryption = this.#openEncryption(options.password)
    this.catalogRef = this.#findCatalog()
    const catalog = this.resolve(this.catalogRef)
    if (!(catalog instanceof PdfDict)) throw new FormatError('ERR_PDF_CATALOG')
    this.catalog = catalog
    const version = this.resolve(catalog.get('Version'))
    const header = this.#structure.version
    this.version = version instanceof PdfName && later(version.value, header) ? version.value : header
  }

  get trailer(): PdfDict {
    return this.#structure.sections[0]!.trailer
  }
  get headerOffset(): number {
    return this.#structure.headerOffset
  }
  get startxref(): number {
    return this.#structure.sections[0]!.offset
  }
  get size(): number {
    return this.#structure.size
  }
  get xrefKind(): XrefKind {
    return this.#structure.sections[0]!.kind
  }

  get revisions(): readonly PdfRevision[] {
    const { body, headerOffset, sections } = this.#structure
    this.#revisions ??= listRevisions(body, sections).map((revision) => ({
      ...revision,
      xrefOffset: revision.xrefOffset + headerOffset,
      end: revision.end + headerOffset,
    }))
    return this.#revisions
  }

  get forgiven(): readonly string[] {
    return [...this.#forgiven]
  }

  /** All cross-reference sections, newest first; their offsets count from the header. */
  get sections(): readonly XrefSection[] {
    return this.#structure.sections
  }

  /** The file's bytes from where its offsets count. */
  get body(): Uint8Array {
    return this.#structure.body
  }

  /** Books work that is done for this file elsewhere. Throws `ERR_PDF_WORK_LIMIT`. */
  charge(size: number): void {
    this.#work.charge(size)
  }

  get(ref: PdfRef): PdfObject {
    return this.#get(ref, false)
  }

  /** As `get`; `readWithSpans` has then no need to read the object again. */
  getWithSpans(ref: PdfRef): PdfObject {
    return this.#get(ref, true)
  }

  #get(ref: PdfRef, withSpans: boolean): PdfObject {
    const cached = this.#objects.get(ref.num)
    if (cached) return cached.gen === ref.gen ? cached.object : null
    try {
      return this.#read(ref, withSpans)
    } catch (error) {
      if (!this.#forgive || !(error instanceof FormatError) || !forgivable.has(error.code)) throw error
      this.#forgive(error.code)
      return null
    }
  }

  locate(num: number): PdfLocation | null {
    const entry = this.#lookup.find(num)
    if (!entry || entry.type === 0) return null
    return entry.type === 1
      ? { kind: 'offset', offset: entry.offset + this.headerOffset, gen: entry.gen }
      : { kind: 'object-stream', stream: entry.stream, index: entry.index }
  }

  resolve(object: PdfObject | undefined): PdfObject {
    let current = object ?? null
    for (let hops = 0; current instanceof PdfRef; hops++) {
      if (hops >= maxHops) throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: current.num } })
      current = this.get(current)
    }
    return current
  }

  decode(stream: PdfStream): Uint8Array {
    const key = this.#keys.get(stream) ?? `at ${stream.raw.byteOffset} ${stream.raw.length}`
    return decodeFilters(stream.dict, stream.raw, this.#filters(key))
  }

  /** An object as it stands in the file, with where its dictionaries' values stand; null in object streams. */
  readWithSpans(num: number): IndirectObject | null {
    const placed = this.#objects.get(num)?.placed
    if (placed) return placed
    const entry = this.#lookup.find(num)
    return entry?.type === 1 ? this.#readAt(num, entry.offset, true) : null
  }

  /**
   * The object that an entry of any revision places, read anew and not forgiven anything, and where it stands in the
   * body; `find` gives the entries of that revision. null for free entries.
   */
  readPlaced(
    num: number,
    entry: XrefEntry,
    find: (num: number) => XrefEntry | undefined,
  ): { object: PdfObject; span: Span | null } | null {
    if (entry.type === 0) return null
    if (entry.type === 2) {
      const stream = this.placedStream(entry.stream, find)
      const { object } = stream.read(num, entry.index, (size, more) => this.#work.charge(size, more))
      return { object, span: null }
    }
    const kept = this.#objects.get(num)
    if (kept?.gen === entry.gen && kept.span?.start === entry.offset) return kept
    const found = this.#readAt(num, entry.offset, false)
    if (found.gen !== entry.gen) throw new FormatError('ERR_PDF_OBJECT_HEADER', { details: { num } })
    const object = this.#decrypted(new PdfRef(num, entry.gen), found.object)
    if (object instanceof PdfStream) this.#keys.set(object, `object ${num} at ${entry.offset}`)
    return { object, span: { start: entry.offset, end: found.end } }
  }

  /** The object stream that `find` places. Throws `ERR_PDF_OBJECT_STREAM` and what reading it throws. */
  placedStream(num: number, find: (num: number) => XrefEntry | undefined): ObjectStream {
    const entry = find(num)
    if (entry?.type !== 1) throw new FormatError('ERR_PDF_OBJECT_STREAM', { details: { num } })
    const kept = this.#placedStreams.get(entry.offset)
    if (kept) return kept
    const placed = this.readPlaced(num, entry, find)
    const stream = new ObjectStream(num, placed?.object ?? null, (packed) => this.decode(packed), this.limits)
    this.#placedStreams.set(entry.offset, stream, stream.weight)
    return stream
  }

  #filters(key: string): FilterContext {
    return {
      resolve: (object) => this.resolve(object),
      account: this.#account,
      key,
      ...(this.#forgive ? { forgive: this.#forgive } : {}),
    }
  }

  #read(ref: PdfRef, withSpans: boolean): PdfObject {
    const entry = ref.num > 0 ? this.#lookup.find(ref.num) : undefined
    if (!entry || entry.type === 0) return null
    if (this.#nesting >= maxNesting)
      throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: ref.num } })
    this.#nesting++
    try {
      if (entry.type === 2) return ref.gen === 0 ? this.#readMember(ref.num, entry.stream, entry.index) : null
      return entry.gen === ref.gen ? this.#readObject(ref, entry.offset, withSpans) : null
    } finally {
      this.#nesting--
    }
  }

  #readObject(ref: PdfRef, offset: number, withSpans: boolean): PdfObject {
    const found = this.#readAt(ref.num, offset, withSpans)
    if (found.gen !== ref.gen) throw new FormatError('ERR_PDF_OBJECT_HEADER', { details: { num: ref.num } })
    const isPlain = this.#isPlain(ref)
    const object = this.#decrypted(ref, found.object)
    const data = object instanceof PdfStream ? object.raw.length : 0
    if (object instanceof PdfStream) this.#keys.set(object, `object ${ref.num}`)
    // A stream that is a view into the file holds no memory of its own.
    const own = found.end - offset - (isPlain ? data : 0)
    const span = { start: offset, end: found.end }
    const placed = withSpans ? found : null
    const values = (found.values + 1) * (placed ? valuesOfPlaced : 1)
    this.#objects.set(ref.num, { gen: ref.gen, object, span, placed }, own + values * bytesPerValue)
    return object
  }

  #isPlain(ref: PdfRef): boolean {
    return !this.encryption || this.encryption.ref?.num === ref.num
  }

  #decrypted(ref: PdfRef, object: PdfObject): PdfObject {
    if (!this.encryption || this.#isPlain(ref)) return object
    if (object instanceof PdfStream) this.#work.charge(object.raw.length * workPerDecrypted)
    return this.encryption.decrypt(ref, object)
  }

  #readAt(num: number, offset: number, withSpans: boolean): IndirectObject {
    const found = readIndirectObject(this.#structure.body, offset, {
      limits: this.limits,
      withSpans,
      charge: (size, values) => this.#work.charge(size, values),
      forgive: this.#forgive,
      lengthOf: (dict) => {
        const length = this.resolve(dict.get('Length'))
        return typeof length === 'number' ? length : null
      },
    })
    if (found?.num !== num) throw new FormatError('ERR_PDF_OBJECT_HEADER', { details: { num } })
    return found
  }

  #readMember(num: number, streamNum: number, index: number): PdfObject {
    let stream = this.#streams.get(streamNum)
    if (!stream) {
      // An object stream is never itself in one (ISO 32000-2, 7.5.7).
      const entry = this.#lookup.find(streamNum)
      if (entry?.type !== 1) throw new FormatError('ERR_PDF_OBJECT_STREAM', { details: { num: streamNum } })
      const object = this.get(new PdfRef(streamNum, entry.gen))
      stream = new ObjectStream(
        streamNum,
        object,
        (packed) => this.decode(packed),
        this.limits,
        this.#forgive,
      )
      this.#streams.set(streamNum, stream, stream.weight)
    }
    const { object, values } = stream.read(num, index, (size, more) => this.#work.charge(size, more))
    this.#objects.set(num, { gen: 0, object, span: null, placed: null }, (values + 1) * bytesPerValue)
    return object
  }

  #openEncryption(password: string | undefined): SecurityHandler | null {
    const value = this.trailer.get('Encrypt')
    const dict = this.resolve(value)
    // What a reference leads to only in a later revision would encrypt the file then.
    if (dict === null && (this.#forgive || !(value instanceof PdfRef))) return null
    if (!(dict instanceof PdfDict)) {
      throw new FormatError('ERR_PDF_ENCRYPT_DICTIONARY', { details: { entry: 'Encrypt' } })
    }
    const id = this.resolve(this.trailer.get('ID'))
    const first = Array.isArray(id) ? this.resolve(id[0]) : null
    return new SecurityHandler(dict, {
      ref: value instanceof PdfRef ? value : null,
      firstId: first instanceof PdfString ? first.bytes : new Uint8Array(0),
      password,
      resolve: (object) => this.resolve(object),
      forgive: this.#forgive,
    })
  }

  #findCatalog(): PdfRef {
    const root = this.trailer.get('Root')
    if (root instanceof PdfRef) return root
    const older = this.#forgive ? this.#structure.sections.map(({ trailer }) => trailer.get('Root')) : []
    const found = older.find((value) => value instanceof PdfRef)
    if (!found) throw new FormatError('ERR_PDF_CATALOG')
    this.#forgive?.('ERR_PDF_CATALOG')
    return found
  }
}

const later = (version: string, than: string): boolean => /^\d\.\d$/.test(version) && version > than

/**
 * Opens a PDF file (ISO 32000-2) through its cross-references; nothing but the catalogue is read yet.
 *
 * Strict reading also holds every cross-reference entry in force against the object it points to, so that a file with
 * a broken table is refused before anything is appended to it. Bytes before the header are allowed within the first
 * kilobyte, bytes after the last `%%EOF` within the last one. What lies between objects is not looked at. Throws `ERR_PDF_…`.
 */
export const openPdf = (bytes: Uint8Array, options?: OpenPdfOptions): PdfDocument =>
  new PdfReader(bytes, options)
