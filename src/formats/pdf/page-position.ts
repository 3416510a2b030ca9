import { FormatError } from '../errors.ts'
import type { PdfDocument } from './document.ts'
import { isName, PdfDict, type PdfObject, PdfRef } from './objects.ts'
import type { PdfPage } from './pages.ts'

const maxTreeDepth = 64

const broken = (reason: string): FormatError => new FormatError('ERR_PDF_PAGE_TREE', { details: { reason } })

/**
 * Refuses a page that `findPage` found as `index` where other readers may show it elsewhere, twice or not at all: the
 * whole tree is walked, leaf by leaf, and neither its shape nor its counts may say otherwise. Throws
 * `ERR_PDF_PAGE_TREE`.
 */
export function checkPagePosition(doc: PdfDocument, page: PdfPage, index: number): void {
  const walk = new LeafWalk(doc, page.ref.num)
  walk.visit(doc.catalog.get('Pages') ?? null, 0)
  const [position, ...more] = walk.positions
  if (position === undefined || more.length > 0) throw broken('the page stands in it twice')
  const root = doc.resolve(doc.catalog.get('Pages'))
  const count = root instanceof PdfDict ? doc.resolve(root.get('Count')) : null
  const isShown = typeof count === 'number' && (index === -1 ? count === walk.leaves : count >= position)
  if (!isShown || position !== (index === -1 ? walk.leaves : index)) throw broken('/Count is wrong')
}

class LeafWalk {
  leaves = 0
  /** Where the page stands, counted from 1. */
  readonly positions: number[] = []
  readonly #doc: PdfDocument
  readonly #target: number
  readonly #seen = new Set<number>()
  constructor(doc: PdfDocument, target: number) {
    this.#doc = doc
    this.#target = target
  }

  visit(object: PdfObject, depth: number): void {
    const dict = this.#doc.resolve(object)
    // What is no page is found by its count.
    if (!(object instanceof PdfRef) || !(dict instanceof PdfDict)) return
    const kids = this.#doc.resolve(dict.get('Kids'))
    const type = this.#doc.resolve(dict.get('Type'))
    if (isName(type, 'Page') || !Array.isArray(kids)) {
      this.leaves++
      if (object.num === this.#target) this.positions.push(this.leaves)
      return
    }
    if (depth >= maxTreeDepth) throw broken('too deep')
    if (this.#seen.has(object.num)) throw broken('a node stands in it twice')
    this.#seen.add(object.num)
    for (const kid of kids as readonly PdfObject[]) this.visit(kid, depth + 1)
  }
}
