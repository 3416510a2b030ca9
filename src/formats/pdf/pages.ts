import { FormatError } from '../errors.ts'
import type { PdfDocument } from './document.ts'
import { isName, PdfDict, type PdfObject, PdfRef } from './objects.ts'

/** Attributes that a page takes from the nodes above it (ISO 32000-2, table 31), references not followed. */
const inheritable = ['Resources', 'MediaBox', 'CropBox', 'Rotate'] as const
export type Inheritable = (typeof inheritable)[number]

export interface PdfPage {
  readonly ref: PdfRef
  readonly dict: PdfDict
  /** Its own attribute or the one of the nearest node above it. */
  readonly inherited: Readonly<Partial<Record<Inheritable, PdfObject>>>
}

/** Left, bottom, right, top, in units of default user space. */
export type Rectangle = readonly [number, number, number, number]

export interface PageGeometry {
  readonly mediaBox: Rectangle
  /** What is displayed: the crop box within the media box. */
  readonly cropBox: Rectangle
  /** Clockwise, for display. */
  readonly rotate: 0 | 90 | 180 | 270
}

const maxTreeDepth = 64

const broken = (reason: string): FormatError => new FormatError('ERR_PDF_PAGE_TREE', { details: { reason } })

/**
 * The page `index`, counted from 1; -1 is the last. Nodes before it are passed over by their /Count; a tree whose
 * counts are not those of its leaves may give another page or none. Throws `ERR_PDF_PAGE_NOT_FOUND`,
 * `ERR_PDF_PAGE_TREE`.
 */
export function findPage(doc: PdfDocument, index: number): PdfPage {
  const walk = new PageWalk(doc)
  const found = index === -1 ? walk.last() : Number.isInteger(index) && index > 0 ? walk.at(index) : null
  if (!found) throw new FormatError('ERR_PDF_PAGE_NOT_FOUND', { details: { page: index } })
  return found
}

/** How many pages the root of the page tree says there are. Throws `ERR_PDF_PAGE_TREE`. */
export function countPages(doc: PdfDocument): number {
  return new PageWalk(doc).count(readRoot(doc).dict)
}

/** A page's boxes and rotation. Throws `ERR_PDF_PAGE_BOX` where it has no /MediaBox with an area. */
export function pageGeometry(doc: PdfDocument, page: PdfPage, index = 0): PageGeometry {
  const mediaBox = readRectangle(doc, page.inherited.MediaBox)
  if (!mediaBox) throw new FormatError('ERR_PDF_PAGE_BOX', { details: { page: index } })
  const crop = readRectangle(doc, page.inherited.CropBox) ?? mediaBox
  const cropBox: Rectangle = [
    Math.max(crop[0], mediaBox[0]),
    Math.max(crop[1], mediaBox[1]),
    Math.min(crop[2], mediaBox[2]),
    Math.min(crop[3], mediaBox[3]),
  ]
  const rotate = doc.resolve(page.inherited.Rotate)
  const quarter = typeof rotate === 'number' && rotate % 90 === 0 ? ((rotate % 360) + 360) % 360 : 0
  return {
    mediaBox,
    cropBox: hasArea(cropBox) ? cropBox : mediaBox,
    rotate: quarter as PageGeometry['rotate'],
  }
}

const hasArea = ([left, bottom, right, top]: Rectangle): boolean => right > left && top > bottom

function readRectangle(doc: PdfDocument, object: PdfObject | undefined): Rectangle | null {
  const array = doc.resolve(object)
  if (!Array.isArray(array) || array.length !== 4) return null
  const numbers = array.map((item: PdfObject) => doc.resolve(item))
  if (!numbers.every((value) => typeof value === 'number')) return null
  const [a, b, c, d] = numbers as [number, number, number, number]
  // Any two opposite corners may be given (ISO 32000-2, 7.9.5).
  const box: Rectangle = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
  return hasArea(box) ? box : null
}

type Node = PdfPage & { readonly kids: readonly PdfObject[] | null }

function readRoot(doc: PdfDocument): Node {
  const root = doc.catalog.get('Pages')
  if (!(root instanceof PdfRef)) throw broken('/Pages is not a reference')
  return readNode(doc, root, {})
}

function readNode(doc: PdfDocument, ref: PdfObject, above: PdfPage['inherited']): Node {
  if (!(ref instanceof PdfRef)) throw broken('a page must be indirect')
  const dict = doc.resolve(ref)
  if (!(dict instanceof PdfDict)) throw broken(`object ${ref.num} is no page`)
  const inherited: Partial<Record<Inheritable, PdfObject>> = { ...above }
  for (const key of inheritable) {
    const own = dict.get(key)
    if (own !== undefined && own !== null) inherited[key] = own
  }
  const type = doc.resolve(dict.get('Type'))
  const isLeaf = isName(type, 'Page') || (type === null && !dict.has('Kids'))
  if (isLeaf) return { ref, dict, inherited, kids: null }
  const kids = doc.resolve(dict.get('Kids'))
  if (!Array.isArray(kids)) throw broken(`object ${ref.num} has no /Kids`)
  return { ref, dict, inherited, kids }
}

/** One walk down the tree, which meets no inner node twice. */
class PageWalk {
  readonly #doc: PdfDocument
  readonly #seen = new Set<number>()
  constructor(doc: PdfDocument) {
    this.#doc = doc
  }

  /** The leaf `index`. */
  at(index: number): PdfPage | null {
    let left = index
    let node = readRoot(this.#doc)
    for (let depth = 0; node.kids; depth++) {
      this.#enter(node, depth)
      let next: Node | null = null
      for (const kid of node.kids) {
        const child = readNode(this.#doc, kid, node.inherited)
        const leaves = child.kids ? this.count(child.dict) : 1
        if (left <= leaves) {
          next = child
          break
        }
        left -= leaves
      }
      if (!next) return null
      node = next
    }
    return left === 1 ? node : null
  }

  last(): PdfPage | null {
    let node = readRoot(this.#doc)
    for (let depth = 0; node.kids; depth++) {
      this.#enter(node, depth)
      let next: Node | null = null
      for (let i = node.kids.length - 1; i >= 0 && !next; i--) {
        const child = readNode(this.#doc, node.kids[i]!, node.inherited)
        if (!child.kids || this.count(child.dict) > 0) next = child
      }
      if (!next) return null
      node = next
    }
    return node
  }

  count(dict: PdfDict): number {
    const count = this.#doc.resolve(dict.get('Count'))
    if (!Number.isSafeInteger(count) || (count as number) < 0) throw broken('/Count is no number')
    return count as number
  }

  #enter(node: Node, depth: number): void {
    if (this.#seen.has(node.ref.num)) throw broken('circular page tree')
    if (depth >= maxTreeDepth) throw broken('too deep')
    this.#seen.add(node.ref.num)
  }
}
