import { FormatError } from '../errors.ts'

/** Identifier octets' class bits (X.690 8.1.2.2). */
export type TagClass = 'universal' | 'application' | 'context' | 'private'

/**
 * `der`: X.690 clause 10 and 11 as far as the structure shows it: definite, minimal lengths and
 * constructed strings refused. `ber`: indefinite lengths and constructed strings are read too;
 * every element keeps its original bytes, so what was hashed can be hashed again.
 */
export type DerMode = 'der' | 'ber'

export interface DerLimits {
  /** Nesting depth at which reading stops. */
  readonly maxDepth: number
  /** Elements that one parse may touch, counted over all levels; 200,000 held at once take some 80 MB. */
  readonly maxNodes: number
}

export const defaultDerLimits: DerLimits = { maxDepth: 64, maxNodes: 400_000 }

interface Account {
  nodes: number
}

const classes: readonly TagClass[] = ['universal', 'application', 'context', 'private']

/** One TLV: a view on the original bytes, its children read on first use. */
export class DerElement {
  readonly tagClass: TagClass
  readonly tag: number
  readonly constructed: boolean
  /** The contents octets, without end-of-contents. */
  readonly content: Uint8Array
  readonly indefinite: boolean
  /** Of the whole element, in octets. */
  readonly length: number
  readonly #source: Uint8Array
  readonly #start: number
  #bytes: Uint8Array | undefined
  readonly #mode: DerMode
  readonly #depth: number
  readonly #limits: DerLimits
  readonly #account: Account
  #children: readonly DerElement[] | undefined

  constructor(header: Header, source: Uint8Array, place: Place, context: Context) {
    this.tagClass = header.tagClass
    this.tag = header.tag
    this.constructed = header.constructed
    this.indefinite = header.length === null
    this.content = source.subarray(place.contentStart, place.contentEnd)
    this.length = place.end - place.start
    this.#source = source
    this.#start = place.start
    this.#mode = context.mode
    this.#depth = context.depth
    this.#limits = context.limits
    this.#account = context.account
  }

  /** The whole element, identifier to last content (or end-of-contents) octet; the view is made on first use. */
  get bytes(): Uint8Array {
    this.#bytes ??= this.#source.subarray(this.#start, this.#start + this.length)
    return this.#bytes
  }

  /** The elements inside a constructed element. Throws `ERR_DER_UNEXPECTED_TAG` on a primitive one. */
  get children(): readonly DerElement[] {
    if (!this.constructed) throw new FormatError('ERR_DER_UNEXPECTED_TAG', { details: { tag: this.tag } })
    this.#children ??= readAll(this.content, {
      mode: this.#mode,
      depth: this.#depth + 1,
      limits: this.#limits,
      account: this.#account,
    })
    return this.#children
  }

  is(tagClass: TagClass, tag: number): boolean {
    return this.tagClass === tagClass && this.tag === tag
  }
}

/** Offsets in what an element was read from. */
interface Place {
  readonly start: number
  readonly contentStart: number
  readonly contentEnd: number
  readonly end: number
}

interface Header {
  readonly tagClass: TagClass
  readonly tag: number
  readonly constructed: boolean
  /** null: indefinite */
  readonly length: number | null
  readonly headerLength: number
}

interface Context {
  readonly mode: DerMode
  readonly depth: number
  readonly limits: DerLimits
  readonly account: Account
}

export interface ParseDerOptions {
  readonly mode?: DerMode
  readonly limits?: DerLimits
}

/**
 * Reads exactly one element that fills `bytes` (ITU-T X.690, 02/2021).
 *
 * Throws `ERR_DER_TRUNCATED`, `ERR_DER_TRAILING_DATA`, `ERR_DER_LENGTH`, `ERR_DER_TAG`, `ERR_DER_DEPTH`,
 * `ERR_DER_NODES`, `ERR_DER_CONSTRUCTED_STRING`. Not checked here: the rules inside primitive values (the
 * functions of `values.ts` do that) and the order of SET OF.
 */
export function parseDer(bytes: Uint8Array, options: ParseDerOptions = {}): DerElement {
  const element = readElement(bytes, 0, {
    mode: options.mode ?? 'der',
    depth: 0,
    limits: options.limits ?? defaultDerLimits,
    account: { nodes: 0 },
  })
  if (element.length !== bytes.length) {
    throw new FormatError('ERR_DER_TRAILING_DATA', {
      details: { extra: bytes.length - element.length },
    })
  }
  return element
}

/** Reads the first element of `bytes` and leaves the rest (zero padding behind a CMS in a PDF, say). */
export function parseDerPrefix(bytes: Uint8Array, options: ParseDerOptions = {}): DerElement {
  return readElement(bytes, 0, {
    mode: options.mode ?? 'der',
    depth: 0,
    limits: options.limits ?? defaultDerLimits,
    account: { nodes: 0 },
  })
}

function readAll(bytes: Uint8Array, context: Context): DerElement[] {
  const out: DerElement[] = []
  let at = 0
  while (at < bytes.length) {
    const element = readElement(bytes, at, context)
    out.push(element)
    at += element.length
  }
  return out
}

function readElement(bytes: Uint8Array, start: number, context: Context): DerElement {
  if (context.depth > context.limits.maxDepth) throw new FormatError('ERR_DER_DEPTH')
  if (++context.account.nodes > context.limits.maxNodes) throw new FormatError('ERR_DER_NODES')
  const header = readHeader(bytes, start, context.mode)
  const contentStart = start + header.headerLength
  if (header.length === null) {
    const contentEnd = findEndOfContents(bytes, contentStart, context)
    return new DerElement(header, bytes, { start, contentStart, contentEnd, end: contentEnd + 2 }, context)
  }
  const end = contentStart + header.length
  if (end > bytes.length) throw new FormatError('ERR_DER_TRUNCATED')
  return new DerElement(header, bytes, { start, contentStart, contentEnd: end, end }, context)
}

/**
 * The offset of the end-of-contents octets that close the indefinite element whose contents begin at `start`.
 * One walk with a stack of its own: a nested walk per level would take quadratic time.
 */
function findEndOfContents(bytes: Uint8Array, start: number, context: Context): number {
  let open = 1
  let at = start
  while (at < bytes.length) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      if (--open === 0) return at
      at += 2
      continue
    }
    if (++context.account.nodes > context.limits.maxNodes) throw new FormatError('ERR_DER_NODES')
    const inner = readHeader(bytes, at, context.mode)
    at += inner.headerLength + (inner.length ?? 0)
    if (inner.length === null && ++open + context.depth > context.limits.maxDepth) {
      throw new FormatError('ERR_DER_DEPTH')
    }
  }
  throw new FormatError('ERR_DER_TRUNCATED')
}

function readHeader(bytes: Uint8Array, start: number, mode: DerMode): Header {
  let at = start
  const identifier = bytes[at++]
  if (identifier === undefined) throw new FormatError('ERR_DER_TRUNCATED')
  let tag = identifier & 0x1f
  if (tag === 0x1f) {
    tag = 0
    let octet: number | undefined
    do {
      octet = bytes[at++]
      if (octet === undefined) throw new FormatError('ERR_DER_TRUNCATED')
      // X.690 8.1.2.4.2: the first subsequent octet is not 0x80; beyond 28 bits no format of ours goes
      if ((tag === 0 && octet === 0x80) || tag > 0x1fffff) throw new FormatError('ERR_DER_TAG')
      tag = (tag << 7) | (octet & 0x7f)
    } while (octet & 0x80)
    if (tag < 0x1f) throw new FormatError('ERR_DER_TAG')
  }
  const tagClass = classes[identifier >> 6]!
  const constructed = (identifier & 0x20) !== 0
  if (tagClass === 'universal') checkUniversal(tag, constructed, mode)
  const first = bytes[at++]
  if (first === undefined) throw new FormatError('ERR_DER_TRUNCATED')
  if (first < 0x80) return { tagClass, tag, constructed, length: first, headerLength: at - start }
  if (first === 0x80) {
    if (mode === 'der' || !constructed) throw new FormatError('ERR_DER_LENGTH')
    return { tagClass, tag, constructed, length: null, headerLength: at - start }
  }
  const count = first & 0x7f
  if (count > 6) throw new FormatError('ERR_DER_LENGTH')
  let length = 0
  for (let i = 0; i < count; i++) {
    const octet = bytes[at++]
    if (octet === undefined) throw new FormatError('ERR_DER_TRUNCATED')
    length = length * 256 + octet
  }
  // X.690 10.1: DER uses the fewest octets
  if (mode === 'der' && (length < 0x80 || length < 256 ** (count - 1)))
    throw new FormatError('ERR_DER_LENGTH')
  return { tagClass, tag, constructed, length, headerLength: at - start }
}

const SEQUENCE = 16
const SET = 17
const alwaysConstructed = new Set([8, 11, SEQUENCE, SET, 29])
/** Strings, which BER may split into segments (X.690 8.7.3, 8.21.1). */
const strings = new Set([3, 4, 12, 18, 19, 20, 21, 22, 25, 26, 27, 28, 30])

function checkUniversal(tag: number, constructed: boolean, mode: DerMode): void {
  if (tag === 0) throw new FormatError('ERR_DER_TAG')
  if (alwaysConstructed.has(tag)) {
    if (!constructed) throw new FormatError('ERR_DER_TAG')
  } else if (constructed) {
    // X.690 10.2: DER splits no string
    if (mode === 'der' || !strings.has(tag)) throw new FormatError('ERR_DER_CONSTRUCTED_STRING')
  }
}
