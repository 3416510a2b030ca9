import { FormatError } from '../errors.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { PdfDocument } from './document.ts'
import { type PdfDict, type PdfObject, PdfRef } from './objects.ts'
import type { Span } from './parser.ts'
import { PdfReader } from './reader.ts'
import { ReferenceCounts } from './reference-counts.ts'
import { type RevisionTail, readRevisionTail } from './revision-tail.ts'
import { findInSection, groupSections, type XrefSection } from './xref-chain.ts'
import type { XrefEntries, XrefEntry } from './xref-entries.ts'

const maxHops = 32
/** What a look at an entry costs, in bytes. */
const workPerEntry = 16
/** What parsed objects that are kept may take, roughly, and what a byte of them does; members are taken to be short. */
const keptBytes = 32 * 1024 * 1024
const memoryPerByte = 8
const memberLength = 512

/** A document as one of its revisions has it. Objects are read as they stand; nothing is forgiven. */
export interface RevisionView {
  readonly trailer: PdfDict
  /** What the cross-references say of an object number; undefined where nothing. */
  entry(num: number): XrefEntry | undefined
  /** The object a reference names; null where it is free or absent. Throws what reading it throws. */
  get(ref: PdfRef): PdfObject
  /** The object of a number, whatever its generation. */
  object(num: number): PdfObject
  /** Throws `ERR_PDF_REFERENCE_CYCLE`. */
  resolve(object: PdfObject | undefined): PdfObject
}

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
  const placed: PlacedObjects = new BoundedCache(keptBytes)
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

/** Which section's entry counts for each object number, up to one revision. */
class EntriesInForce {
  readonly #doc: PdfReader
  /** One more than the index of a section in the order they were committed; 0 where no section names the number. */
  readonly #newest: Uint16Array
  readonly #sections: XrefSection[] = []
  constructor(doc: PdfReader) {
    this.#doc = doc
    this.#newest = new Uint16Array(doc.size)
  }

  find(num: number): XrefEntry | undefined {
    const section = this.#sections[(this.#newest[num] ?? 0) - 1]
    return section && findInSection(section, num)
  }

  /** What the sections, newest first, say otherwise than those committed. */
  differences(group: readonly XrefSection[]): Map<number, XrefEntry> {
    const found = new Map<number, XrefEntry>()
    const seen = new Set<number>()
    this.#forEach(group, (num, section) => {
      if (num === 0 || seen.has(num)) return
      seen.add(num)
      const entry = findInSection(section, num)
      if (entry && !isSameEntry(entry, this.find(num))) found.set(num, entry)
    })
    return found
  }

  commit(group: readonly XrefSection[]): void {
    for (const section of [...group].reverse()) {
      this.#sections.push(section)
      const index = this.#sections.length
      this.#forEach([section], (num) => {
        this.#newest[num] = index
      })
    }
  }

  #forEach(group: readonly XrefSection[], visit: (num: number, section: XrefSection) => void): void {
    for (const section of group) {
      const parts: XrefEntries[] = [section.entries]
      if (section.hidden) parts.push(section.hidden.entries)
      for (const part of parts) {
        for (const { first, count } of part.subsections) {
          this.#doc.charge(count * workPerEntry)
          for (let num = first; num < first + count; num++) visit(num, section)
        }
      }
    }
  }
}

function isSameEntry(a: XrefEntry, b: XrefEntry | undefined): boolean {
  if (a.type === 0 || !b || b.type === 0) return a.type === 0 && (!b || b.type === 0)
  if (a.type === 1) return b.type === 1 && a.offset === b.offset && a.gen === b.gen
  return b.type === 2 && a.stream === b.stream && a.index === b.index
}

/** Objects of all revisions by their place in the file, which is what they depend on. */
type PlacedObjects = BoundedCache<PlacedObject & { readonly num: number; readonly gen: number }>

class View implements RevisionView {
  readonly trailer: PdfDict
  readonly #doc: PdfReader
  readonly #find: (num: number) => XrefEntry | undefined
  readonly #placed: PlacedObjects
  readonly #members = new BoundedCache<PdfObject>(keptBytes / 4)

  constructor(
    doc: PdfReader,
    trailer: PdfDict,
    find: (num: number) => XrefEntry | undefined,
    placed: PlacedObjects,
  ) {
    this.#doc = doc
    this.trailer = trailer
    this.#find = find
    this.#placed = placed
  }

  entry(num: number): XrefEntry | undefined {
    return this.#find(num)
  }

  get(ref: PdfRef): PdfObject {
    const entry = this.entry(ref.num)
    if (!entry || entry.type === 0 || (entry.type === 1 ? entry.gen : 0) !== ref.gen) return null
    return this.object(ref.num)
  }

  object(num: number): PdfObject {
    return this.place(num).object
  }

  place(num: number): PlacedObject {
    const entry = this.entry(num)
    if (!entry || entry.type === 0) return nothing
    if (entry.type === 2) return { object: this.#member(num, entry), span: null }
    const kept = this.#placed.get(entry.offset)
    if (kept?.num === num && kept.gen === entry.gen) return kept
    const placed = this.#doc.readPlaced(num, entry, this.#find) ?? nothing
    const length = placed.span ? placed.span.end - placed.span.start : 0
    this.#placed.set(entry.offset, { ...placed, num, gen: entry.gen }, length * memoryPerByte)
    return placed
  }

  #member(num: number, entry: XrefEntry): PdfObject {
    const kept = this.#members.get(num)
    if (kept !== undefined) return kept
    const object = this.#doc.readPlaced(num, entry, this.#find)?.object ?? null
    this.#members.set(num, object, memberLength * memoryPerByte)
    return object
  }

  resolve(object: PdfObject | undefined): PdfObject {
    let current = object ?? null
    for (let hops = 0; current instanceof PdfRef; hops++) {
      if (hops >= maxHops) throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: current.num } })
      current = this.get(current)
    }
    return current
  }
}

interface PlacedObject {
  readonly object: PdfObject
  readonly span: Span | null
}

const nothing: PlacedObject = { object: null, span: null }

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
