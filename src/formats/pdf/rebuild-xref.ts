import { FormatError } from '../errors.ts'
import { readIndirectObject } from './indirect-object.ts'
import { asBuffer, isDigit, isSpace, keywordAt, skipSpace } from './lexer.ts'
import { ObjectStream } from './object-stream.ts'
import { isName, PdfDict, PdfRef, PdfStream } from './objects.ts'
import { ObjectParser } from './parser.ts'
import type { XrefSection } from './xref-chain.ts'
import { XrefEntries, type XrefEntry } from './xref-entries.ts'
import type { SectionContext } from './xref-part.ts'

/** Type, place and generation or index of an entry, as the rows are written here. */
const widths = [1, 6, 4] as const
const step = 11
/** Object streams that are looked into, and bytes of any one of them. */
const maxStreams = 10_000
const maxUnpacked = 16 * 1024 * 1024

/**
 * A cross-reference section made up by looking for `12 0 obj` throughout the file; of an object defined twice the last one
 * counts. What is looked for may stand in other data too, so that nothing is known of revisions, and no two programs
 * need agree on it. Linear in the file. Throws `ERR_PDF_XREF_NOT_FOUND` where no catalog is found.
 */
export function rebuildXref(bytes: Uint8Array, context: SectionContext): XrefSection {
  context.charge(bytes.length)
  const entries = new Map<number, XrefEntry>()
  const streams: { num: number; offset: number }[] = []
  const trailers: PdfDict[] = []
  for (const { num, gen, offset } of findHeaders(bytes)) {
    context.checkNumber(num)
    entries.set(num, { type: 1, offset, gen })
    if (mentions(bytes, offset, '/ObjStm') && streams.length < maxStreams) streams.push({ num, offset })
    else if (mentions(bytes, offset, '/XRef')) {
      const object = readObject(bytes, offset, context)
      if (object instanceof PdfStream) trailers.push(object.dict)
    }
  }
  for (const stream of streams) addMembers(bytes, stream, entries, context)
  trailers.push(...findTrailers(bytes, context))
  const trailer = trailers.filter((dict) => dict.get('Root') instanceof PdfRef).at(-1)
  if (!trailer) throw new FormatError('ERR_PDF_XREF_NOT_FOUND', { details: { offset: 0 } })
  let size = 1
  for (const num of entries.keys()) size = Math.max(size, num + 1)
  return {
    kind: 'table',
    offset: 0,
    end: bytes.length,
    trailer: trailer.with({ Size: size, Prev: undefined, XRefStm: undefined }),
    entries: writeEntries(entries),
    hidden: null,
  }
}

/** Every `12 0 obj`, in the order of the file. */
function* findHeaders(bytes: Uint8Array): Generator<{ num: number; gen: number; offset: number }> {
  const buffer = asBuffer(bytes)
  for (let at = buffer.indexOf('obj', 0, 'latin1'); at >= 0; at = buffer.indexOf('obj', at + 3, 'latin1')) {
    if (!keywordAt(bytes, at, 'obj')) continue
    const gen = numberBefore(bytes, at)
    const num = gen && numberBefore(bytes, gen.start)
    if (gen && num && num.value > 0 && gen.value <= 65_535) {
      yield { num: num.value, gen: gen.value, offset: num.start }
    }
  }
}

/** A whole number of at most ten digits that ends, but for white space, at `end`. */
function numberBefore(bytes: Uint8Array, end: number): { value: number; start: number } | null {
  let last = end
  while (last > 0 && isSpace(bytes[last - 1]) && end - last < 32) last--
  let start = last
  while (start > 0 && isDigit(bytes[start - 1]) && last - start < 11) start--
  if (start === last || last === end || last - start > 10) return null
  return { value: Number(asBuffer(bytes).toString('latin1', start, last)), start }
}

/** How far into an object its /Type is looked for. */
const typeWithin = 512

function mentions(bytes: Uint8Array, at: number, word: string): boolean {
  return asBuffer(bytes.subarray(at, at + typeWithin)).includes(word, 0, 'latin1')
}

function readObject(bytes: Uint8Array, offset: number, context: SectionContext): unknown {
  return forgiving(
    () =>
      readIndirectObject(bytes, offset, {
        limits: context.limits,
        charge: (size) => context.charge(size),
        forgive: (code) => context.forgive(code),
        lengthOf: (dict) => {
          const length = dict.get('Length')
          return typeof length === 'number' ? length : null
        },
      })?.object,
  )
}

/** null where something cannot be read; limits are not forgiven. */
function forgiving<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError && !error.code.endsWith('_LIMIT')) return null
    throw error
  }
}

/** Members of an object stream count where it stands: later than what stands before it. */
function addMembers(
  bytes: Uint8Array,
  { num, offset }: { num: number; offset: number },
  entries: Map<number, XrefEntry>,
  context: SectionContext,
): void {
  const object = readObject(bytes, offset, context)
  if (!(object instanceof PdfStream) || !isName(object.dict.get('Type'), 'ObjStm')) return
  const decode = (stream: PdfStream): Uint8Array =>
    context.decode(stream.dict, stream.raw, `rebuilt ${num} ${offset}`, maxUnpacked)
  const stream = forgiving(() => new ObjectStream(num, object, decode, context.limits))
  stream?.members.forEach((member, index) => {
    const known = entries.get(member)
    if (known?.type === 1 && known.offset > offset) return
    context.checkNumber(member)
    entries.set(member, { type: 2, stream: num, index })
  })
}

const maxTrailers = 1024

function findTrailers(bytes: Uint8Array, context: SectionContext): PdfDict[] {
  const buffer = asBuffer(bytes)
  const found: PdfDict[] = []
  let at = buffer.indexOf('trailer', 0, 'latin1')
  for (; at >= 0 && found.length < maxTrailers; at = buffer.indexOf('trailer', at + 7, 'latin1')) {
    const parser = new ObjectParser(bytes, skipSpace(bytes, at + 7), context.limits)
    const start = parser.pos
    const dict = forgiving(() => parser.parse())
    context.charge(parser.pos - start)
    if (dict instanceof PdfDict) found.push(dict)
  }
  return found
}

function writeEntries(entries: ReadonlyMap<number, XrefEntry>): XrefEntries {
  const sorted = [...entries].sort(([a], [b]) => a - b)
  const rows = Buffer.alloc(sorted.length * step)
  const subsections: { first: number; count: number; at: number }[] = []
  sorted.forEach(([num, entry], i) => {
    const at = i * step
    rows[at] = entry.type
    if (entry.type !== 0) {
      rows.writeUIntBE(entry.type === 1 ? entry.offset : entry.stream, at + 1, 6)
      rows.writeUInt32BE(entry.type === 1 ? entry.gen : entry.index, at + 7)
    }
    const last = subsections.at(-1)
    if (last && last.first + last.count === num) last.count++
    else subsections.push({ first: num, count: 1, at })
  })
  return new XrefEntries(rows, widths, subsections)
}
