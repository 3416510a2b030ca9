import { FormatError } from '../errors.ts'
import { isDigit, isSpace, keywordAt, readUnsigned, skipSpace, startsWith } from './lexer.ts'
import { PdfDict } from './objects.ts'
import { contradictionOf, ObjectParser } from './parser.ts'
import { isEntryLine, orderSubsections, type Subsection, XrefEntries } from './xref-entries.ts'
import type { SectionContext, XrefPart } from './xref-part.ts'

const lineLength = 20
/** The head of the free list, which is object 0 (ISO 32000-2, 7.5.4) and no other. */
const freeHead = '0000000000 65535 f'

/**
 * Reads the cross-reference table whose keyword stands at `offset`, and its trailer (ISO 32000-2, 7.5.4 and 7.5.5).
 *
 * Lines that are not 20 bytes long but otherwise well formed are read like those that are. Lenient reading also
 * takes numbers padded with spaces or of another width, and a table that is numbered from 1 although it begins with
 * the entry of object 0. Throws `ERR_PDF_XREF_TABLE`, `ERR_PDF_TRAILER`.
 */
export function readXrefTable(bytes: Uint8Array, offset: number, context: SectionContext): XrefPart {
  const malformed = () => new FormatError('ERR_PDF_XREF_TABLE', { details: { offset } })
  const loose = new LooseLines()
  const inPlace: Subsection[] = []
  let pos = skipSpace(bytes, offset + 4)
  while (isDigit(bytes[pos])) {
    const first = readUnsigned(bytes, pos)
    const count = first && readUnsigned(bytes, skipSpace(bytes, first.end))
    if (!first || !count || !isSpace(bytes[count.end])) throw malformed()
    context.checkNumber(first.value + count.value - 1)
    context.countSubsections(1)
    pos = skipSpace(bytes, count.end)
    const isShifted = context.lenient && first.value === 1 && startsWith(bytes, pos, freeHead)
    if (isShifted) context.forgive('ERR_PDF_XREF_TABLE')
    const part = { first: isShifted ? 0 : first.value, count: count.value, at: pos }
    if (loose.isEmpty && standsOnGrid(bytes, part)) {
      inPlace.push(part)
      pos = skipSpace(bytes, pos + part.count * lineLength)
      continue
    }
    if (loose.isEmpty) for (const earlier of inPlace) loose.read(bytes, earlier, context)
    const end = loose.read(bytes, part, context)
    if (end === null) throw malformed()
    pos = skipSpace(bytes, end)
  }
  const subsections = orderSubsections(loose.isEmpty ? inPlace : loose.subsections)
  if (!subsections) throw malformed()
  const entries = new XrefEntries(loose.isEmpty ? bytes : loose.bytes(), null, subsections)
  const { trailer, end } = readTrailer(bytes, pos, context)
  return { kind: 'table', offset, end, trailer, entries }
}

function readTrailer(
  bytes: Uint8Array,
  at: number,
  context: SectionContext,
): { trailer: PdfDict; end: number } {
  const malformed = (cause?: unknown) =>
    new FormatError('ERR_PDF_TRAILER', { details: { offset: at }, cause })
  if (!keywordAt(bytes, at, 'trailer')) throw malformed()
  const parser = new ObjectParser(bytes, at + 7, context.limits, {
    onContradiction: contradictionOf(context.lenient ? (code) => context.forgive(code) : undefined),
  })
  let trailer: unknown
  try {
    trailer = parser.parse()
  } catch (cause) {
    if (cause instanceof FormatError && cause.code === 'ERR_PDF_SYNTAX') throw malformed(cause)
    throw cause
  } finally {
    context.charge(parser.pos - at)
  }
  if (!(trailer instanceof PdfDict)) throw malformed()
  return { trailer, end: parser.pos }
}

/** Whether all lines of a subsection are 20 bytes each. */
function standsOnGrid(bytes: Uint8Array, { count, at }: Subsection): boolean {
  if (count === 0) return true
  const end = at + count * lineLength
  if (end > bytes.length) return false
  for (let line = at; line < end; line += lineLength) {
    if (!isEntryLine(bytes, line) || !isSpace(bytes[line + 18]) || !isSpace(bytes[line + 19])) return false
  }
  const next = skipSpace(bytes, end - 2)
  return isDigit(bytes[next]) || keywordAt(bytes, next, 'trailer')
}

/** Lines of a table written anew at 20 bytes each. */
class LooseLines {
  readonly subsections: Subsection[] = []
  #chunks: Buffer[] = []
  #length = 0

  get isEmpty(): boolean {
    return this.subsections.length === 0
  }
  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }

  /** Copies one subsection; the offset behind it, or null where a line is no entry. */
  read(bytes: Uint8Array, { first, count, at }: Subsection, context: SectionContext): number | null {
    if (count * (context.lenient ? 6 : 19) > bytes.length - at + 2) return null
    const out = Buffer.alloc(count * lineLength, 32)
    let pos = at
    for (let i = 0; i < count; i++) {
      const exact = isEntryLine(bytes, pos)
      if (exact) out.set(bytes.subarray(pos, pos + 18), i * lineLength)
      const end = exact ? pos + 18 : context.lenient ? copyLoosely(bytes, pos, out, i * lineLength) : null
      if (end === null || !isSpace(bytes[end])) return null
      if (!exact) context.forgive('ERR_PDF_XREF_TABLE')
      pos = skipSpace(bytes, end)
    }
    this.subsections.push({ first, count, at: this.#length })
    this.#chunks.push(out)
    this.#length += out.length
    return pos
  }
}

function copyLoosely(bytes: Uint8Array, at: number, out: Buffer, to: number): number | null {
  const offset = readUnsigned(bytes, skipSpace(bytes, at))
  const gen = offset && readUnsigned(bytes, skipSpace(bytes, offset.end))
  if (!offset || !gen || offset.value > 9_999_999_999 || gen.value > 99_999) return null
  const type = skipSpace(bytes, gen.end)
  if (bytes[type] !== 110 && bytes[type] !== 102) return null
  const text = `${String(offset.value).padStart(10, '0')} ${String(gen.value).padStart(5, '0')} `
  out.write(text + String.fromCharCode(bytes[type]!), to, 'latin1')
  return type + 1
}
