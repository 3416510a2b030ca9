import {
  encodeTextString,
  type IncrementalUpdate,
  name,
  PdfDict,
  type PdfDocument,
  type PdfObject,
  type PdfPage,
  PdfRef,
  PdfString,
  type Rectangle,
} from '../../formats/index.ts'

export interface NewField {
  readonly name: string
  /** The signature dictionary. */
  readonly value: PdfRef
  readonly page: PdfPage
  /** In default user space. */
  readonly rectangle: Rectangle
  /** The form XObject to be shown; null where the signature is invisible. */
  readonly appearance: PdfRef | null
}

/** Print and Locked; a signature is neither hidden nor moved (ISO 32000-2, 12.5.3 and 12.7.5.5). */
const widgetFlags = 4 | 128
/** SignaturesExist and AppendOnly (ISO 32000-2, table 225). */
const signatureFlags = 3

/** Adds a signature field, which is its own widget, to the form and the page; only what changes is written again. */
export function addSignatureField(update: IncrementalUpdate, doc: PdfDocument, field: NewField): void {
  const ref = update.add(
    new PdfDict({
      Type: name('Annot'),
      Subtype: name('Widget'),
      FT: name('Sig'),
      T: new PdfString(encodeTextString(field.name)),
      V: field.value,
      F: widgetFlags,
      Rect: field.rectangle,
      P: field.page.ref,
      ...(field.appearance && { AP: new PdfDict({ N: field.appearance }) }),
    }),
  )
  addToPage(update, doc, field.page, ref)
  addToForm(update, doc, ref)
}

function addToPage(update: IncrementalUpdate, doc: PdfDocument, page: PdfPage, widget: PdfRef): void {
  const annotations = follow(doc, page.dict.get('Annots'))
  const items = append(annotations.value, widget)
  if (annotations.ref && Array.isArray(annotations.value)) update.set(annotations.ref, items)
  else update.set(page.ref, page.dict.with({ Annots: items }))
}

function addToForm(update: IncrementalUpdate, doc: PdfDocument, field: PdfRef): void {
  const form = follow(doc, doc.catalog.get('AcroForm'))
  if (!(form.value instanceof PdfDict)) {
    const created = update.add(new PdfDict({ Fields: [field], SigFlags: signatureFlags }))
    update.set(doc.catalogRef, doc.catalog.with({ AcroForm: created }))
    return
  }
  const fields = follow(doc, form.value.get('Fields'))
  const items = append(fields.value, field)
  const flags = doc.resolve(form.value.get('SigFlags'))
  const before = typeof flags === 'number' ? flags : 0
  const changes: Record<string, PdfObject> = {}
  if (fields.ref && Array.isArray(fields.value)) update.set(fields.ref, items)
  else changes['Fields'] = items
  if ((before & signatureFlags) !== signatureFlags) changes['SigFlags'] = before | signatureFlags
  if (Object.keys(changes).length === 0) return
  const changed = form.value.with(changes)
  if (form.ref) update.set(form.ref, changed)
  else update.set(doc.catalogRef, doc.catalog.with({ AcroForm: changed }))
}

const append = (array: PdfObject, item: PdfObject): PdfObject[] => [
  ...(Array.isArray(array) ? array : []),
  item,
]

/** A value with the last reference on the way to it. */
function follow(doc: PdfDocument, object: PdfObject | undefined): { ref: PdfRef | null; value: PdfObject } {
  // Refuses a circle, which the walk below would never leave.
  doc.resolve(object)
  let ref: PdfRef | null = null
  let value = object ?? null
  while (value instanceof PdfRef) {
    ref = value
    value = doc.get(value)
  }
  return { ref, value }
}
