import { FormatError } from '../errors.ts'
import type { PdfDocument } from './document.ts'
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfString } from './objects.ts'
import { decodeTextString } from './text-string.ts'

/** A widget annotation: where a field shows. It may be the field's own dictionary. */
export interface PdfWidget {
  readonly ref: PdfRef | null
  readonly dict: PdfDict
  /** What its /P names; null where it names none. */
  readonly page: PdfRef | null
}

/** A terminal field of the interactive form (ISO 32000-2, 12.7.4). */
export interface PdfField {
  /** Fully qualified: partial names from the root, joined by periods. */
  readonly name: string
  /** Null where the field stands directly in its parent's array. */
  readonly ref: PdfRef | null
  readonly dict: PdfDict
  /** `Sig`, `Tx`, `Btn`, `Ch`; its own or inherited. */
  readonly type: string | null
  /** /Ff, its own or inherited. */
  readonly flags: number
  /** /V as it stands, its own or inherited; null where there is none. */
  readonly value: PdfObject
  readonly valueRef: PdfRef | null
  readonly widgets: readonly PdfWidget[]
  /** The page of its first widget that names one. */
  readonly page: PdfRef | null
}

const maxTreeDepth = 64
const maxNodes = 250_000

const broken = (reason: string, cause?: unknown): FormatError =>
  new FormatError('ERR_PDF_FIELD_TREE', { details: { reason }, cause })

interface Above {
  readonly name: string
  readonly type: PdfObject
  readonly flags: PdfObject
  readonly value: PdfObject
}

export interface FieldListOptions {
  /** Passes over a field that is its own ancestor, which leads to nothing new, instead of refusing the tree. */
  readonly passCircles?: boolean
}

/**
 * All terminal fields of the form, in the order of the tree; none where there is no form. A field reached twice is
 * listed once; what is no dictionary is passed over. Throws `ERR_PDF_FIELD_TREE` for a tree that is circular or deeper
 * than 64, `ERR_PDF_FIELD_LIMIT` beyond 250,000 fields and widgets.
 */
export function listFields(doc: PdfDocument, options: FieldListOptions = {}): PdfField[] {
  const fields: PdfField[] = []
  forEachField(doc, (field) => fields.push(field), options)
  return fields
}

/** Hands over each field that `listFields` lists, and throws what it throws; nothing is kept of those that `visit` passes over. */
export function forEachField(
  doc: PdfDocument,
  visit: (field: PdfField) => void,
  options: FieldListOptions = {},
): void {
  const form = doc.resolve(doc.catalog.get('AcroForm'))
  const roots = form instanceof PdfDict ? doc.resolve(form.get('Fields')) : null
  if (!Array.isArray(roots)) return
  const walk = new FieldWalk(doc, visit, options.passCircles ?? false)
  for (const root of roots) walk.visit(root, { name: '', type: null, flags: null, value: null }, 0)
}

class FieldWalk {
  readonly #doc: PdfDocument
  readonly #found: (field: PdfField) => void
  readonly #seen = new Set<number>()
  readonly #path = new Set<number>()
  readonly #passCircles: boolean
  #nodes = 0
  constructor(doc: PdfDocument, found: (field: PdfField) => void, passCircles: boolean) {
    this.#doc = doc
    this.#found = found
    this.#passCircles = passCircles
  }

  #count(): void {
    if (++this.#nodes > maxNodes)
      throw new FormatError('ERR_PDF_FIELD_LIMIT', { details: { limit: maxNodes } })
  }

  /** False where it leads back to a field above it. */
  visit(object: PdfObject, above: Above, depth: number): boolean {
    this.#count()
    const dict = this.#doc.resolve(object)
    if (!(dict instanceof PdfDict)) return true
    if (depth > maxTreeDepth) throw broken('too deep')
    const num = object instanceof PdfRef ? object.num : null
    if (num !== null) {
      if (this.#path.has(num)) {
        if (this.#passCircles) return false
        throw broken('circular form tree')
      }
      if (this.#seen.has(num)) return true
      this.#seen.add(num)
      this.#path.add(num)
    }
    this.#visitDict(object instanceof PdfRef ? object : null, dict, above, depth)
    if (num !== null) this.#path.delete(num)
    return true
  }

  #visitDict(ref: PdfRef | null, dict: PdfDict, above: Above, depth: number): void {
    const here: Above = {
      name: qualify(above.name, this.#doc.resolve(dict.get('T'))),
      type: this.#doc.resolve(dict.get('FT')) ?? above.type,
      flags: this.#doc.resolve(dict.get('Ff')) ?? above.flags,
      value: dict.get('V') ?? above.value,
    }
    const kids = this.#doc.resolve(dict.get('Kids'))
    const widgets: PdfWidget[] = []
    let isTerminal = true
    for (const kid of Array.isArray(kids) ? (kids as readonly PdfObject[]) : []) {
      this.#count()
      const child = this.#doc.resolve(kid)
      if (!(child instanceof PdfDict)) continue
      // A kid without a partial name is a widget of this field (ISO 32000-2, 12.7.4.2), unless it leads on.
      if (child.has('T') || child.has('Kids')) {
        if (this.visit(kid, here, depth + 1)) isTerminal = false
      } else widgets.push(this.#widget(kid, child))
    }
    if (!isTerminal) return
    if (widgets.length === 0) widgets.push(this.#widget(ref, dict))
    this.#found({
      name: here.name,
      ref,
      dict,
      type: here.type instanceof PdfName ? here.type.value : null,
      flags: typeof here.flags === 'number' ? here.flags : 0,
      value: here.value,
      valueRef: here.value instanceof PdfRef ? here.value : null,
      widgets,
      page: widgets.find((widget) => widget.page)?.page ?? null,
    })
  }

  #widget(object: PdfObject, dict: PdfDict): PdfWidget {
    const page = dict.get('P')
    return { ref: object instanceof PdfRef ? object : null, dict, page: page instanceof PdfRef ? page : null }
  }
}

function qualify(above: string, part: PdfObject): string {
  if (!(part instanceof PdfString)) return above
  const own = decodeTextString(part.bytes)
  return above === '' ? own : `${above}.${own}`
}
