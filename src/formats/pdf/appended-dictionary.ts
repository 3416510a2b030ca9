import { FormatError } from '../errors.ts'
import { decodeFilters } from './filters.ts'
import { readIndirectObject } from './indirect-object.ts'
import { keywordAt } from './lexer.ts'
import { defaultPdfLimits, InflateAccount, WorkAccount } from './limits.ts'
import { PdfDict } from './objects.ts'
import type { Span } from './parser.ts'
import { readStartxref } from './xref-chain.ts'
import type { SectionContext, XrefPart } from './xref-part.ts'
import { readXrefStream } from './xref-stream.ts'
import { readXrefTable } from './xref-table.ts'

export interface AppendedDictionary {
  readonly dict: PdfDict
  /** Where its values stand in the bytes appended. */
  readonly spans: ReadonlyMap<string, Span>
}

/**
 * The dictionary that stands at `position` of an incremental update, found by the update's own cross-references alone:
 * what came before it is neither needed nor opened. `base` is the offset, as the file counts, of the first byte
 * appended. null where the cross-references place no dictionary there. Strict; strings stay encrypted.
 *
 * Throws `ERR_PDF_STARTXREF`, `ERR_PDF_XREF_NOT_FOUND` and what reading the section and the object throws.
 */
export function readAppendedDictionary(
  appended: Uint8Array,
  base: number,
  position: number,
): AppendedDictionary | null {
  const startxref = readStartxref(appended, false, () => {})
  const work = new WorkAccount(defaultPdfLimits, appended.length)
  const charge = (size: number, values?: number): void => work.charge(size, values)
  const section = readNewestPart(appended, startxref - base, charge)
  if (!section) throw new FormatError('ERR_PDF_XREF_NOT_FOUND', { details: { offset: startxref } })
  const nearest = findNearest(section, base, base + position)
  if (!nearest) return null
  const found = readIndirectObject(appended, nearest.offset - base, {
    limits: defaultPdfLimits,
    withSpans: true,
    charge,
    lengthOf: () => null,
  })
  if (found?.num !== nearest.num || !(found.object instanceof PdfDict) || found.end <= position) return null
  return { dict: found.object, spans: found.spans?.get(found.object) ?? new Map() }
}

function readNewestPart(
  appended: Uint8Array,
  offset: number,
  charge: (size: number) => void,
): XrefPart | null {
  if (offset < 0 || offset >= appended.length) return null
  const account = new InflateAccount(defaultPdfLimits)
  const context: SectionContext = {
    lenient: false,
    limits: defaultPdfLimits,
    checkNumber: (num) => {
      const limit = defaultPdfLimits.maxObjectNumber
      if (num > limit) throw new FormatError('ERR_PDF_OBJECT_NUMBER_LIMIT', { details: { num, limit } })
    },
    countSubsections: charge,
    charge,
    forgive: () => {},
    decode: (dict, raw, key, limit) =>
      decodeFilters(dict, raw, { resolve: (object) => object ?? null, account, key, limit }),
  }
  return keywordAt(appended, offset, 'xref')
    ? readXrefTable(appended, offset, context)
    : readXrefStream(appended, offset, context)
}

/** The object that begins last before `position`. */
function findNearest(
  section: XrefPart,
  base: number,
  position: number,
): { num: number; offset: number } | null {
  let nearest: { num: number; offset: number } | null = null
  for (const { first, count } of section.entries.subsections) {
    for (let num = first; num < first + count; num++) {
      const entry = section.entries.find(num)
      if (entry?.type !== 1 || entry.offset < base || entry.offset > position) continue
      if (!nearest || entry.offset > nearest.offset) nearest = { num, offset: entry.offset }
    }
  }
  return nearest
}
