import { FormatError, type PdfObject, PdfRef, type RevisionView } from '../../../../formats/index.ts'

/** What a reference leads to in one revision, and the numbers on the way. */
export function follow(
  view: RevisionView,
  object: PdfObject | undefined,
): { value: PdfObject; nums: number[] } {
  const nums: number[] = []
  let value = object ?? null
  while (value instanceof PdfRef) {
    nums.push(value.num)
    if (nums.length > 32) throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: value.num } })
    value = view.get(value)
  }
  return { value, nums }
}
