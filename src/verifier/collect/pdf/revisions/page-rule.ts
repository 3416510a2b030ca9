import { isName, PdfDict, type PdfObject, PdfRef } from '../../../../formats/index.ts'
import { changedKeys } from './changed-keys.ts'
import { follow } from './follow.ts'
import type { FormRules } from './form-rules.ts'
import { additionsTo } from './same-value.ts'
import type { StepReview } from './step-review.ts'

/** Explains pages, and their arrays of annotations, to which only widgets of new signature fields were added (ISO 32000-2, 12.5.2). */
export function reviewPages(review: StepReview, form: FormRules): void {
  for (const { num, isAdded, before, after } of review.changes.values()) {
    if (before instanceof PdfDict && after instanceof PdfDict && isName(before.get('Type'), 'Page'))
      reviewPage(review, form, num, before, after)
    // A widget names its page, whose array of annotations may be an object of its own.
    if (isAdded && after instanceof PdfDict && form.isSignedWidget(num)) reviewPageOf(review, form, after)
  }
}

function reviewPage(review: StepReview, form: FormRules, num: number, before: PdfDict, after: PdfDict): void {
  const changed = changedKeys(review, before, after)
  if (changed.some((key) => key !== 'Annots')) return
  if (reviewAnnotations(review, form, before.get('Annots'), after.get('Annots')))
    review.claim(num, 'ltv', 'page-annotations')
}

function reviewPageOf(review: StepReview, form: FormRules, widget: PdfDict): void {
  const ref = widget.get('P')
  if (!(ref instanceof PdfRef) || review.changes.has(ref.num)) return
  const page = review.before.resolve(ref)
  if (page instanceof PdfDict && isName(page.get('Type'), 'Page'))
    reviewAnnotations(review, form, page.get('Annots'), page.get('Annots'))
}

function reviewAnnotations(
  review: StepReview,
  form: FormRules,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): boolean {
  const old = follow(review.before, before)
  const now = follow(review.after, after)
  const added = additionsTo(itemsOf(old.value), itemsOf(now.value))
  if (!added?.every((item) => item instanceof PdfRef && form.isSignedWidget(item.num))) return false
  for (const num of new Set([...old.nums, ...now.nums])) {
    review.claim(num, 'ltv', 'page-annotations', old.nums.includes(num) ? 1 : 0)
  }
  return true
}

const itemsOf = (value: PdfObject): readonly PdfObject[] => (Array.isArray(value) ? value : [])
