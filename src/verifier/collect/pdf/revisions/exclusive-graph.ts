import { FormatError, type PdfObject, PdfRef, type RevisionView } from '../../../../formats/index.ts'

/** References followed in all revisions of one file: far more than hundreds of signers with long-term data need. */
const maxVisits = 2_000_000

/** How much is left of what one file may cost. */
export class VisitBudget {
  #left = maxVisits
  /** Throws `ERR_PDF_WORK_LIMIT`. */
  spend(): void {
    if (--this.#left < 0) throw new FormatError('ERR_PDF_WORK_LIMIT', { details: { limit: maxVisits } })
  }
}

/**
 * Walks a part of a document that nothing else refers to, in one revision: which objects it is made of and how often it
 * refers to each of them.
 */
export class ExclusiveGraph {
  readonly view: RevisionView
  readonly references = new Map<number, number>()
  readonly #budget: VisitBudget
  readonly #seen = new Set<number>()

  constructor(view: RevisionView, budget: VisitBudget) {
    this.view = view
    this.#budget = budget
  }

  /** What an entry leads to; undefined where the last object on the way was looked at before. Throws what reading throws. */
  enter(object: PdfObject | undefined): PdfObject | undefined {
    let value = object ?? null
    let isNew = true
    for (let hops = 0; value instanceof PdfRef; hops++) {
      this.#budget.spend()
      if (hops > 32) throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: value.num } })
      this.references.set(value.num, (this.references.get(value.num) ?? 0) + 1)
      isNew = !this.#seen.has(value.num)
      this.#seen.add(value.num)
      value = this.view.get(value)
    }
    return isNew ? value : undefined
  }
}
