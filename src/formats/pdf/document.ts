import type { PdfDict, PdfObject, PdfRef, PdfStream } from './objects.ts'

/** How the newest cross-reference section of a file is written; an update must use the same kind. */
export type XrefKind = 'table' | 'stream' | 'hybrid'

/** `n` unpredictable bytes. */
export type Random = (n: number) => Uint8Array

export interface OpenPdfOptions {
  /** User or owner password; the empty one where absent (ISO 32000-2, 7.6.4). */
  readonly password?: string
  /** `strict` refuses what `lenient` forgives and names in `forgiven`. Only strictly read files may be signed. */
  readonly mode?: 'strict' | 'lenient'
  /**
   * Lenient reading that looks for objects throughout the file and believes nothing that it says of where they are:
   * a last resort, for judging alone. All is one revision, which has no end.
   */
  readonly rebuild?: boolean
  readonly limits?: PdfLimits
}

/** The account every reading is held to. */
export interface PdfLimits {
  readonly maxInflateStream: number
  readonly maxInflateDocument: number
  readonly maxRevisions: number
  readonly maxDepth: number
  readonly maxObjectNumber: number
  /** Values in one object; a dictionary or a string counts as four. */
  readonly maxObjectValues: number
  /** Subsections of all cross-reference sections together. */
  readonly maxXrefSubsections: number
  /** Bytes looked at to read objects: this many, and eight times the file's length. */
  readonly maxWork: number
}

/** What the security handler of an encrypted file allows and how it writes. */
export interface PdfEncryption {
  readonly handler: 'RC4-40' | 'RC4-128' | 'AES-128' | 'AES-256'
  /** Whether the password given was the owner's; permissions bind users only. */
  readonly asOwner: boolean
  /** The /P value, 32 bits (ISO 32000-2, table 22). */
  readonly permissions: number
  /** The reference of the /Encrypt dictionary, which an update repeats; null where it stands directly in the trailer. */
  readonly ref: PdfRef | null
  /** False where a stream whose /Type is /Metadata stays in the clear (ISO 32000-2, table 21). */
  readonly encryptMetadata: boolean
  /**
   * Encrypts a string or stream that will stand in the object `ref`; returns `plain` where the crypt filter is Identity.
   * `random` gives the AES initialisation vector. Not for the /Encrypt dictionary, cross-reference streams, strings
   * inside object streams, or /Contents of a dictionary with /ByteRange: those are never encrypted (7.6.2).
   */
  encrypt(ref: PdfRef, plain: Uint8Array, kind: 'string' | 'stream', random: Random): Uint8Array
}

/** Where the cross-references say that an object stands. */
export type PdfLocation =
  | { readonly kind: 'offset'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'object-stream'; readonly stream: number; readonly index: number }

/** One cross-reference section and what it covers, oldest first. */
export interface PdfRevision {
  /** Offset of its xref table or stream. */
  readonly xrefOffset: number
  readonly kind: XrefKind
  /** First byte after this revision's `%%EOF` line; the file's length for the last one. */
  readonly end: number
  readonly trailer: PdfDict
}

/**
 * A PDF file read lazily through its cross-references. Objects are read on each call or from a bounded cache; nothing
 * is ever found by scanning the file in strict mode.
 */
export interface PdfDocument {
  readonly bytes: Uint8Array
  readonly mode: 'strict' | 'lenient'
  /** Version in force: header or catalog, whichever is later, as `1.7` or `2.0`. */
  readonly version: string
  /** Trailer dictionary of the newest section. */
  readonly trailer: PdfDict
  readonly xrefKind: XrefKind
  /**
   * How many bytes stand before `%PDF-`. Offsets in the file count from there; all offsets in this interface count
   * from the file's first byte, but `startxref`.
   */
  readonly headerOffset: number
  /** Where the newest section stands, counted as the file counts, which is what /Prev of an update must say. */
  readonly startxref: number
  /** One more than the highest object number used in any revision. */
  readonly size: number
  readonly revisions: readonly PdfRevision[]
  readonly encryption: PdfEncryption | null
  /** Codes of what lenient reading forgave; empty in strict mode. */
  readonly forgiven: readonly string[]
  readonly catalogRef: PdfRef
  readonly catalog: PdfDict
  /** The object a reference names; null where it is free or absent (ISO 32000-2, 7.3.10). */
  get(ref: PdfRef): PdfObject
  /** Where the newest cross-reference entry of an object number points; null where it is free or absent. */
  locate(num: number): PdfLocation | null
  /** Follows references until a direct object; bounded, cycles are `ERR_PDF_REFERENCE_CYCLE`. */
  resolve(object: PdfObject | undefined): PdfObject
  /** The decoded data of a stream whose filters we know. Throws `ERR_PDF_FILTER_UNSUPPORTED`, `ERR_PDF_INFLATE_LIMIT`. */
  decode(stream: PdfStream): Uint8Array
}
