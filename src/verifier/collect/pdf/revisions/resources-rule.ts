import { isName, PdfDict, type PdfObject, type RevisionView } from '../../../../formats/index.ts'
import { follow } from './follow.ts'
import { differingKeys } from './same-value.ts'
import type { StepReview } from './step-review.ts'

/** Fonts that every reader has (ISO 32000-2, 9.6.2.2); writers add the two of them that form fields use. */
const formFonts: Readonly<Record<string, string>> = { Helv: 'Helvetica', ZaDb: 'ZapfDingbats' }

/**
 * Whether /DR of the form changed as signing changes it (ISO 32000-2, table 224). Where fields other than signatures
 * could draw on it, it only gained what no field's look depends on: standard fonts under their usual names, and the
 * picture of a signature, which some writers keep there.
 */
export function isResourceAddition(
  review: StepReview,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
  isForSignaturesAlone: boolean,
): boolean {
  const [was, is] = [dictOf(review.before, before), dictOf(review.after, after)]
  if (!was || !is) return false
  if (isForSignaturesAlone) return true
  return differingKeys(was, is).every((category) => {
    const [old, now] = [dictOf(review.before, was.get(category)), dictOf(review.after, is.get(category))]
    if (!old || !now) return false
    return differingKeys(old, now).every((name) => {
      if (category === 'XObject') return name === 'FRM'
      return (
        category === 'Font' && !old.has(name) && isStandardFont(review.after, now.get(name), formFonts[name])
      )
    })
  })
}

function isStandardFont(
  view: RevisionView,
  object: PdfObject | undefined,
  base: string | undefined,
): boolean {
  const font = view.resolve(object)
  return (
    base !== undefined &&
    font instanceof PdfDict &&
    isName(view.resolve(font.get('Subtype')), 'Type1') &&
    isName(view.resolve(font.get('BaseFont')), base) &&
    !font.has('FontDescriptor')
  )
}

function dictOf(view: RevisionView, object: PdfObject | undefined): PdfDict | null {
  const { value } = follow(view, object)
  if (value === null) return new PdfDict()
  return value instanceof PdfDict ? value : null
}
