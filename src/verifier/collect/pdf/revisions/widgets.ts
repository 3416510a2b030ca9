import { isName, PdfDict, type PdfObject, PdfRef, type RevisionView } from '../../../../formats/index.ts'

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

/** The numbers of a field and of all below it; `listWidgets` says that these are few. */
export function listWidgetNumbers(view: RevisionView, field: PdfRef): number[] {
  const dict = view.resolve(field)
  const kids = dict instanceof PdfDict ? view.resolve(dict.get('Kids')) : null
  const below: readonly PdfObject[] = Array.isArray(kids) ? kids : []
  return [field.num, ...below.flatMap((kid) => (kid instanceof PdfRef ? listWidgetNumbers(view, kid) : []))]
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

/** Of ISO 32000-2, table 167: never seen; not on the screen, which prints where Print is set and shows where ToggleNoView is. */
const [hidden, noView, print, toggleNoView] = [2, 32, 4, 256]

const isHiddenBy = (flags: number): boolean =>
  (flags & hidden) !== 0 || ((flags & noView) !== 0 && (flags & (print | toggleNoView)) === 0)

/** Whether readers may paint its background, border or caption without an appearance (ISO 32000-2, table 192). */
function isColoured(view: RevisionView, widget: PdfDict): boolean {
  const characteristics = view.resolve(widget.get('MK'))
  return characteristics instanceof PdfDict ? characteristics.entries.size > 0 : characteristics !== null
}

/** Whether a widget is not seen: without a look, without an area, or said to be hidden. */
export function isInvisible(view: RevisionView, widget: PdfDict): boolean {
  if (view.resolve(widget.get('AP')) === null && !isColoured(view, widget)) return true
  const flags = view.resolve(widget.get('F'))
  if (typeof flags === 'number' && isHiddenBy(flags)) return true
  const rect = view.resolve(widget.get('Rect'))
  if (!Array.isArray(rect) || rect.length !== 4) return false
  const [left, bottom, right, top] = rect.map((item: PdfObject) => view.resolve(item))
  return left === right || bottom === top
}
