import type { PdfDocument } from './document.ts'
import { EntriesInForce } from './entries-in-force.ts'
import type { Span } from './parser.ts'
import { PdfReader } from './reader.ts'
import { ReferenceCounts } from './reference-counts.ts'
import { type RevisionTail, readRevisionTail } from './revision-tail.ts'
import { createPlacedObjects, type RevisionView, View } from './revision-view.ts'
import { groupSections, type XrefSection } from './xref-chain.ts'
import type { XrefEntry } from './xref-entries.ts'

/** What one revision did after another; to be used before the next is asked for. */
export interface RevisionStep {
  /** Index into `doc.revisions`. */
  readonly index: number
  /** null in the first one. */
  readonly before: RevisionView | null
  readonly after: RevisionView
  /** Where its bytes begin: behind `%%EOF` of the revision before it. Offsets count from the file's first byte. */
  readonly start: number
  /** null where it does not end as a revision should. */
  readonly tail: RevisionTail | null
  /** Entries that differ from the revision before; empty in the first one. */
  readonly touched: ReadonlyMap<number, XrefEntry>
  /** Places of its objects that are not in object streams, and of its cross-references, ascending. */
  spans(): readonly Span[]
  /** The highest offset that its cross-references name. */
  highestOffset(): number
  /** How many members an object stream has. */
  countMembers(num: number): number
  /** How often an object is referred to by all objects in force before it. */
  countReferencesBefore(num: number): number
}

/**
 * Walks through a document's revisions, oldest first, by each one's own cross-references: what a revision did not write
 * again is not read again. `doc` must be one of `openPdf`. Throws `ERR_PDF_WORK_LIMIT`.
 */
export function* walkRevisions(doc: PdfDocument): Generator<RevisionStep, void, void> {
  if (!(doc instanceof PdfReader)) throw new TypeError('not a document of openPdf')
  const groups = groupSections(doc.sections).reverse()
  const force = new EntriesInForce(doc)
  const placed = createPlacedObjects()
  let before: View | null = null
  let start = 0
  const references: { counts: ReferenceCounts | null } = { counts: null }
  for (const [index, group] of groups.entries()) {
    const touched = index === 0 ? new Map<number, XrefEntry>() : force.differences(group)
    if (index === 0) force.commit(group)
    const findBefore = (num: number): XrefEntry | undefined => force.find(num)
    const find = (num: number): XrefEntry | undefined => touched.get(num) ?? force.find(num)
    const after = new View(doc, group[0]!.trailer, find, placed)
    const found = readRevisionTail(doc.body, group)
    const tail = found && { eof: found.eof + doc.headerOffset, end: found.end + doc.headerOffset }
    yield {
      index,
      before,
      after,
      start,
      tail,
      touched,
      highestOffset: () => highestOffset(doc, group),
      spans: () => listSpans(doc, group, touched, after),
      countMembers: (num) => doc.placedStream(num, find).count,
      countReferencesBefore: (num) => {
        references.counts ??= new ReferenceCounts(doc, findBefore)
        return references.counts.of(num)
      },
    }
    for (const [num, entry] of references.counts ? touched : []) {
      references.counts?.add(num, findBefore(num), findBefore, -1)
      references.counts?.add(num, entry, find, 1)
    }
    if (index > 0) force.commit(group)
    before = after
    start = tail?.eof ?? doc.revisions[index]?.end ?? doc.bytes.length
  }
}

function highestOffset(doc: PdfReader, group: readonly XrefSection[]): number {
  let highest = 0
  for (const { entries, hidden } of group) {
    for (const part of hidden ? [entries, hidden.entries] : [entries]) {
      part.forEachInUse(
        (_, type, second) => {
          if (type === 1 && second > highest) highest = second
        },
        new Uint8Array((doc.size >> 3) + 1),
      )
    }
  }
  return highest + doc.headerOffset
}

function listSpans(
  doc: PdfReader,
  group: readonly XrefSection[],
  touched: ReadonlyMap<number, XrefEntry>,
  view: View,
): Span[] {
  const spans: Span[] = []
  for (const { offset, end, hidden } of group) {
    spans.push({ start: offset, end })
    if (hidden) spans.push({ start: hidden.offset, end: hidden.end })
  }
  for (const [num, entry] of touched) {
    const span = entry.type === 1 ? view.place(num).span : null
    if (span) spans.push(span)
  }
  return spans
    .map(({ start, end }) => ({ start: start + doc.headerOffset, end: end + doc.headerOffset }))
    .sort((a, b) => a.start - b.start)
}
