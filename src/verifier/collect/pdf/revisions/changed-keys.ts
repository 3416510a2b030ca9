import type { PdfDict } from '../../../../formats/index.ts'
import { follow } from './follow.ts'
import { differingKeys, isSameValue } from './same-value.ts'
import type { StepReview } from './step-review.ts'

/**
 * Keys whose values differ, also when references to other objects are followed: writers put a value into an object of
 * its own, or into a new one, without changing it. Such objects' changes are explained.
 */
export function changedKeys(review: StepReview, before: PdfDict, after: PdfDict): string[] {
  return differingKeys(before, after).filter((key) => {
    const was = follow(review.before, before.get(key))
    const is = follow(review.after, after.get(key))
    const isMoved =
      was.value !== null && (was.nums.length > 0 || is.nums.length > 0) && isSameValue(was.value, is.value)
    if (isMoved) for (const num of is.nums) if (review.isAdded(num)) review.claim(num, 'ltv', 'moved', 0)
    return !isMoved
  })
}
