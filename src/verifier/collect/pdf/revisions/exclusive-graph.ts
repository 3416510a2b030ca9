import { FormatError, type PdfObject, PdfRef, type RevisionView } from '../../../../formats/index.ts'

/** More objects than any honest document security store has. */
const maxVisits = 100_000

/**
 * Walks a part of a document that nothing else refers to, in one revision: which objects it is made of and how often it
 * refers to each of them.
 */
export class ExclusiveGraph {
  readonly view: RevisionView
  readonly references = new Map<number, number>()
  readonly #seen = new Set<number>()
  #visits = 0

  constructor(view: RevisionView) {
    this.view = view
  }

  /** What an entry leads to; undefined where the last object on the way was looked at before. Throws what reading throws. */
  enter(object: PdfObject | undefined): PdfObject | undefined {
    let value = object ?? null
    let isNew = true
    for (let hops = 0; value instanceof PdfRef; hops++) {
      if (++this.#visits > maxVisits || hops > 32)
        throw new FormatError('ERR_PDF_REFERENCE_CYCLE', { details: { num: value.num } })
      this.references.set(value.num, (this.references.get(value.num) ?? 0) + 1)
      isNew = !this.#seen.has(value.num)
      this.#seen.add(value.num)
      value = this.view.get(value)
    }
    return isNew ? value : undefined
  }
}
