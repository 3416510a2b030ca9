import { FormatError } from '../errors.ts'
import { type IndirectObject, readIndirectObject } from './indirect-object.ts'
import { isName, type PdfObject, PdfStream } from './objects.ts'
import { orderSubsections, type Subsection, XrefEntries } from './xref-entries.ts'
import type { SectionContext, XrefPart } from './xref-part.ts'

const maxFieldWidth = 8

/** The entries of so many bytes unpack to no more than this with a prediction byte for each, and some to spare. */
const unpackedLimit = (length: number): number => 2 * length + 4096

/**
 * Reads the cross-reference stream whose object begins at `offset` (ISO 32000-2, 7.5.8); null where no object begins
 * there or it is none. Throws `ERR_PDF_XREF_STREAM` and what its filters and its object throw.
 */
export function readXrefStream(bytes: Uint8Array, offset: number, context: SectionContext): XrefPart | null {
  const found = readObject(bytes, offset, context)
  if (!(found?.object instanceof PdfStream) || !isName(found.object.dict.get('Type'), 'XRef')) return null
  const malformed = () => new FormatError('ERR_PDF_XREF_STREAM', { details: { offset } })
  const { dict, raw } = found.object
  const widths = integers(dict.get('W'))
  if (widths?.length !== 3 || widths.some((width) => width > maxFieldWidth) || widths[1] === 0)
    throw malformed()
  const size = dict.get('Size')
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) throw malformed()
  context.checkNumber(size - 1)
  const index = dict.has('Index') ? integers(dict.get('Index')) : [0, size]
  if (!index || index.length % 2 !== 0) throw malformed()
  context.countSubsections(index.length / 2)
  const step = widths.reduce((sum, width) => sum + width, 0)
  const subsections: Subsection[] = []
  let length = 0
  for (let i = 0; i < index.length; i += 2) {
    const [first, count] = [index[i]!, index[i + 1]!]
    context.checkNumber(first + count - 1)
    subsections.push({ first, count, at: length })
    length += count * step
  }
  const data = context.decode(dict, raw, `xref ${found.num} ${offset}`, unpackedLimit(length))
  if (length > data.length) throw malformed()
  if (length < data.length) {
    if (!context.lenient) throw malformed()
    context.forgive('ERR_PDF_XREF_STREAM')
  }
  const ordered = orderSubsections(subsections)
  if (!ordered) throw malformed()
  return {
    kind: 'stream',
    offset,
    end: found.end,
    trailer: dict,
    entries: new XrefEntries(data, widths, ordered),
  }
}

function readObject(bytes: Uint8Array, offset: number, context: SectionContext): IndirectObject | null {
  return readIndirectObject(bytes, offset, {
    limits: context.limits,
    charge: (size) => context.charge(size),
    forgive: context.lenient ? (code) => context.forgive(code) : undefined,
    lengthOf: (dict) => {
      const length = dict.get('Length')
      return typeof length === 'number' ? length : null
    },
  })
}

/** An array of unsigned integers; null for anything else. */
function integers(object: PdfObject | undefined): readonly number[] | null {
  if (!Array.isArray(object)) return null
  return object.every((item) => Number.isSafeInteger(item) && item >= 0)
    ? (object as readonly number[])
    : null
}
