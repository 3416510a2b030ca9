import type { PdfDocument } from './document.ts'
import { isDigit, isSpace, readUnsigned, skipBlank, skipSpace, startsWith } from './lexer.ts'
import { PdfReader } from './reader.ts'
import { groupSections, type XrefSection } from './xref-chain.ts'

/** How far a `startxref` may miss its section: lenient reading finds it there. */
const nearby = 32

/** Where a revision ends: what follows `%%EOF` up to the next byte that is not white space may belong to it. */
export interface RevisionTail {
  /** The first byte behind `%%EOF`. */
  readonly eof: number
  /** The first byte behind the white space that follows. */
  readonly end: number
}

/**
 * The end of the revision that `group`, its sections newest first, makes up: the `startxref` behind its last section,
 * which must name its first (ISO 32000-2, 7.5.5), and `%%EOF`. null where something else stands there. Offsets are those of `body`.
 */
export function readRevisionTail(body: Uint8Array, group: readonly XrefSection[]): RevisionTail | null {
  const at = skipSpace(body, group.at(-1)!.end)
  if (!startsWith(body, at, 'startxref')) return null
  const named = readUnsigned(body, skipBlank(body, at + 9))
  if (!named || isDigit(body[named.end])) return null
  if (Math.abs(named.value - group[0]!.offset) > nearby) return null
  const mark = skipBlank(body, named.end)
  if (!startsWith(body, mark, '%%EOF')) return null
  let end = mark + 5
  while (isSpace(body[end])) end++
  return { eof: mark + 5, end }
}

/** Where each of a document's revisions ends, as `doc.revisions` has them; null for one that does not end as it should. */
export function listRevisionTails(doc: PdfDocument): (RevisionTail | null)[] {
  if (!(doc instanceof PdfReader)) throw new TypeError('not a document of openPdf')
  const { body, headerOffset } = doc
  return groupSections(doc.sections)
    .map((group) => {
      const tail = readRevisionTail(body, group)
      return tail && { eof: tail.eof + headerOffset, end: tail.end + headerOffset }
    })
    .reverse()
}
