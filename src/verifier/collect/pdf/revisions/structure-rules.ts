import { isName, isSameObject, type PdfDict, PdfRef, PdfStream } from '../../../../formats/index.ts'
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
    if (isName(type, 'XRef') && (isAdded || isReplaced)) review.claim(num, 'ltv', 'cross-references')
    if (isName(type, 'ObjStm') && isAdded && members.get(num) === review.step.countMembers(num))
      review.claim(num, 'ltv', 'object-stream', 0)
  }
}

/** Whether the trailer still names the same catalog and the same encryption (ISO 32000-2, table 15). */
export function isSameTrailer(before: PdfDict, after: PdfDict): boolean {
  const isSame = (key: string): boolean => isSameObject(before.get(key) ?? null, after.get(key) ?? null)
  return before.get('Root') instanceof PdfRef && isSame('Root') && isSame('Encrypt')
}
