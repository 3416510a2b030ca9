import type { ExclusiveGraph } from './exclusive-graph.ts'
import type { StepReview } from './step-review.ts'

/** Explains all of two graphs, of a part before and after, where what leads to a changed object leads nowhere else. */
export function claimGraphs(
  review: StepReview,
  old: ExclusiveGraph,
  now: ExclusiveGraph,
  kind: string,
): void {
  for (const num of new Set([...old.references.keys(), ...now.references.keys()])) {
    if (!review.changes.has(num)) continue
    review.claim(num, 'ltv', kind, old.references.get(num) ?? 0, old.holdersOf(num))
  }
}
