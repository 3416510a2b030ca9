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
 * Walks a part of a document that nothing else refers to, in one revision: which objects it is made of, how often it refers
 * to each of them, and through which others.
 */
export class ExclusiveGraph {
  readonly view: RevisionView
  readonly references = new Map<number, number>()
  readonly #holders = new Map<number, readonly number[]>()
  readonly #budget: VisitBudget
  readonly #seen = new Set<number>()
  #path: readonly number[] = []

  constructor(view: RevisionView, budget: VisitBudget) {
    this.view = view
    this.#budget = budget
  }

  /** What an entry leads to; undefined where the last object on the way was looked at before. Throws what reading throws. */
  enter(object: PdfObject | undefined): PdfObject | undefined {
    return this.#follow(object).value
  }

  /** Looks into what an entry leads to; true where it was looked into before. */
  within(object: PdfObject | undefined, look: (value: PdfObject) => boolean): boolean {
    const { value, path } = this.#follow(object)
    if (value === undefined) return true
    const outer = this.#path
    this.#path = path
    const isRight = look(value)
    this.#path = outer
    return isRight
  }

  /** Objects through which one is referred to, and how often they are themselves. */
  holdersOf(num: number): ReadonlyMap<number, number> {
    return new Map(this.#holders.get(num)?.map((holder) => [holder, this.references.get(holder) ?? 0]))
  }

  #follow(object: PdfObject | undefined): { value: PdfObject | undefined; path: readonly number[] } {
    let value = object ?? null
    let path = this.#path
    let isNew = true
    for (let hops = 0; value instanceof PdfRef; hops++) {
      this.#budget.spend()
      if (hops > 32) throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: value.num } })
      this.references.set(value.num, (this.references.get(value.num) ?? 0) + 1)
      this.#holders.set(value.num, [...new Set([...(this.#holders.get(value.num) ?? []), ...path])])
      path = [...path, value.num]
      isNew = !this.#seen.has(value.num)
      this.#seen.add(value.num)
      value = this.view.get(value)
    }
    return { value: isNew ? value : undefined, path }
  }
}
