import { isName, PdfDict, type PdfObject, type RevisionView } from '../../../../formats/index.ts'

const actionKeys = ['A', 'AA', 'PA']
const maxDepth = 4
const maxWidgets = 256

/**
 * A new field's dictionary and those below it; null where one is no widget (ISO 32000-2, 12.5.6.19), or does something of its
 * own when it is looked at or clicked.
 */
export function listWidgets(view: RevisionView, field: PdfDict): PdfDict[] | null {
  const found: PdfDict[] = []
  const visit = (object: PdfObject, depth: number): boolean => {
    const dict = view.resolve(object)
    if (!(dict instanceof PdfDict) || depth > maxDepth || found.length >= maxWidgets) return false
    const subtype = view.resolve(dict.get('Subtype'))
    if (subtype !== null && !isName(subtype, 'Widget')) return false
    if (actionKeys.some((key) => dict.has(key))) return false
    found.push(dict)
    const kids = view.resolve(dict.get('Kids'))
    return kids === null || (Array.isArray(kids) && kids.every((kid: PdfObject) => visit(kid, depth + 1)))
  }
  return visit(field, 0) ? found : null
}

const bareKeys = new Set([
  ...[
    'Type',
    'Subtype',
    'FT',
    'T',
    'TU',
    'TM',
    'Ff',
    'F',
    'Rect',
    'P',
    'Parent',
    'Kids',
    'Lock',
    'SV',
    'DA',
    'H',
  ],
])

/** Whether a widget has nothing that it could be drawn from. */
export const isBare = (widget: PdfDict): boolean =>
  [...widget.entries.keys()].every((key) => bareKeys.has(key))

/** Hidden and NoView (ISO 32000-2, table 167). */
const hidden = 2 | 32

/** Whether a widget is not seen: without a look, without an area, or said to be hidden. */
export function isInvisible(view: RevisionView, widget: PdfDict): boolean {
  if (view.resolve(widget.get('AP')) === null) return true
  const flags = view.resolve(widget.get('F'))
  if (typeof flags === 'number' && (flags & hidden) !== 0) return true
  const rect = view.resolve(widget.get('Rect'))
  if (!Array.isArray(rect) || rect.length !== 4) return false
  const [left, bottom, right, top] = rect.map((item: PdfObject) => view.resolve(item))
  return left === right || bottom === top
}
