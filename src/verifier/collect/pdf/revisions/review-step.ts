import {
  FormatError,
  isName,
  PdfDict,
  type PdfDocument,
  PdfRef,
  type RevisionStep,
} from '../../../../formats/index.ts'
import { isLaterVersion, reviewExtensions, reviewInformation, reviewMetadata } from './catalog-rules.ts'
import { changedKeys } from './changed-keys.ts'
import { reviewDss } from './dss-rule.ts'
import type { VisitBudget } from './exclusive-graph.ts'
import { FormRules, type SignatureValues } from './form-rules.ts'
import { reviewOutputIntents } from './output-intent-rule.ts'
import { reviewPages } from './page-rule.ts'
import { type ChangeLevel, type ObjectChange, StepReview } from './step-review.ts'
import { isSameTrailer, reviewContainers, reviewUnused, reviewWriterMarks } from './structure-rules.ts'
import { findUnlistedBytes } from './unlisted-bytes.ts'

/** What one revision did to the one before it. */
export interface RevisionReview {
  readonly level: ChangeLevel
  readonly changes: readonly ObjectChange[]
  /** Whether it has bytes that belong to nothing. */
  readonly hasUnlistedBytes: boolean
}

/**
 * Judges by explicit rules what a revision changed, object by object: long-term data (EN 319 142-1, 5.4 and 5.5; ISO
 * 32000-2, 12.8.4.3), a further signature or document time-stamp, or anything else. What no rule explains is `other`,
 * and so is a change to an object that the document uses for something else too.
 */
export function reviewStep(
  doc: PdfDocument,
  step: RevisionStep,
  values: SignatureValues,
  budget: VisitBudget,
): RevisionReview {
  const review = new StepReview(step, budget)
  const unlisted = listUnlisted(doc, step, review)
  try {
    if (!isSameTrailer(review.before.trailer, review.after.trailer)) review.fault('trailer', 'trailer')
    const form = new FormRules(review, values)
    form.reviewFields()
    reviewCatalog(doc, review, form)
    reviewPages(review, form)
    reviewContainers(review)
    const { before, after } = review
    reviewInformation(review, before.trailer.get('Info'), after.trailer.get('Info'))
    reviewWriterMarks(review)
    reviewUnused(review)
    return { ...review.conclude(), hasUnlistedBytes: unlisted }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    review.fault('revision', 'unreadable')
    const changes = [{ object: 'revision', kind: 'unreadable' }]
    return { level: 'other', changes, hasUnlistedBytes: unlisted }
  }
}

function listUnlisted(doc: PdfDocument, step: RevisionStep, review: StepReview): boolean {
  try {
    const unlisted = findUnlistedBytes(doc.bytes, step)
    for (const { start, end } of unlisted) review.fault(`bytes ${start}-${end}`, 'unlisted-bytes')
    return unlisted.length > 0
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    review.fault('revision', 'unreadable')
    return true
  }
}

function reviewCatalog(doc: PdfDocument, review: StepReview, form: FormRules): void {
  const { before, after } = review
  const root = after.trailer.get('Root')
  const [was, is] = [before.resolve(before.trailer.get('Root')), after.resolve(root)]
  if (!(was instanceof PdfDict && is instanceof PdfDict) || !isName(is.get('Type'), 'Catalog')) return
  const rules: Readonly<Record<string, () => boolean>> = {
    DSS: () => reviewDss(review, was.get('DSS'), is.get('DSS')),
    Extensions: () => reviewExtensions(review, was.get('Extensions'), is.get('Extensions')),
    AcroForm: () => form.reviewForm(was.get('AcroForm'), is.get('AcroForm')),
    OutputIntents: () =>
      reviewOutputIntents(review, was.get('OutputIntents'), is.get('OutputIntents'), (stream) =>
        doc.decode(stream),
      ),
    Version: () => isLaterVersion(was.get('Version'), is.get('Version')),
    Metadata: () =>
      reviewMetadata(review, was.get('Metadata'), is.get('Metadata'), (stream) => doc.decode(stream)),
  }
  // What the entries lead to may change without the catalog.
  const held = new Set(Object.entries(rules).flatMap(([key, rule]) => (rule() ? [key] : [])))
  if (changedKeys(review, was, is).every((key) => held.has(key))) {
    if (root instanceof PdfRef) review.claim(root.num, 'ltv', 'catalog')
  }
}
