import {
  isName,
  isSameObject,
  PdfDict,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
} from '../../../../formats/index.ts'
import { forEachReference } from './for-each-reference.ts'
import { differingKeys } from './same-value.ts'
import type { StepReview } from './step-review.ts'

/** Explains what only holds other objects: new object streams, all of whose members are named, and cross-reference streams. */
export function reviewContainers(review: StepReview): void {
  const members = new Map<number, number>()
  for (const entry of review.step.touched.values()) {
    if (entry.type === 2) members.set(entry.stream, (members.get(entry.stream) ?? 0) + 1)
  }
  for (const { num, isAdded, before, after } of review.changes.values()) {
    if (!(after instanceof PdfStream)) continue
    const type = after.dict.get('Type')
    const isReplaced = before instanceof PdfStream && isName(before.dict.get('Type'), 'XRef')
    if (isName(type, 'XRef') && (isAdded || isReplaced)) review.claim(num, 'ltv', 'cross-references', 0)
    if (isName(type, 'ObjStm') && isAdded && members.get(num) === review.step.countMembers(num))
      review.claim(num, 'ltv', 'object-stream', 0)
  }
}

/** Explains nodes of the page tree in which a writer left its name, as iText did: /ITXT, a string. */
export function reviewWriterMarks(review: StepReview): void {
  for (const { num, before, after } of review.changes.values()) {
    if (!(before instanceof PdfDict && after instanceof PdfDict && isName(before.get('Type'), 'Pages')))
      continue
    const changed = differingKeys(before, after)
    if (changed.every((key) => key === 'ITXT') && after.get('ITXT') instanceof PdfString)
      review.claim(num, 'ltv', 'page-tree')
  }
}

/**
 * Explains new objects that nothing leads to: neither what was there before nor, within this revision, anything but others
 * of their kind. Nobody sees them unless a later revision refers to them.
 */
export function reviewUnused(review: StepReview): void {
  const unused = new Set<number>()
  for (const { num, isAdded } of review.changes.values())
    if (isAdded && !review.isClaimed(num)) unused.add(num)
  if (unused.size === 0) return
  const keep = (object: PdfObject): void => {
    forEachReference(object, ({ num }) => {
      if (!unused.delete(num)) return
      keep(review.after.object(num))
    })
  }
  keep(review.after.trailer)
  for (const { num, after } of review.changes.values()) if (!unused.has(num)) keep(after)
  for (const num of unused) review.claim(num, 'ltv', 'unused', 0)
}

/** Whether the trailer still names the same catalog and the same encryption (ISO 32000-2, table 15). */
export function isSameTrailer(before: PdfDict, after: PdfDict): boolean {
  const isSame = (key: string): boolean => isSameObject(before.get(key) ?? null, after.get(key) ?? null)
  return before.get('Root') instanceof PdfRef && isSame('Root') && isSame('Encrypt')
}
