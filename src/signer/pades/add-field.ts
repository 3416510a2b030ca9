import {
  defaultPdfLimits,
  encodeTextString,
  FormatError,
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
      T: new PdfString(encodeTextString(field.name), true),
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

/**
 * The arrays of annotations and fields are written into the page and the form, whatever they were before: an array of
 * its own may belong to another page, or to the page tree, too.
 */
function addToPage(update: IncrementalUpdate, doc: PdfDocument, page: PdfPage, widget: PdfRef): void {
  const { ref, value } = follow(update, doc, page.ref)
  const dict = value instanceof PdfDict ? value : page.dict
  const items = append(doc.resolve(dict.get('Annots')), widget)
  update.set(ref ?? page.ref, dict.with({ Annots: items }))
}

function addToForm(update: IncrementalUpdate, doc: PdfDocument, field: PdfRef): void {
  const catalog = follow(update, doc, doc.catalogRef)
  const held = catalog.value instanceof PdfDict ? catalog.value : doc.catalog
  const setForm = (form: PdfObject): void =>
    update.set(catalog.ref ?? doc.catalogRef, held.with({ AcroForm: form }))
  const form = follow(update, doc, held.get('AcroForm'))
  if (!(form.value instanceof PdfDict)) {
    setForm(update.add(new PdfDict({ Fields: [field], SigFlags: signatureFlags })))
    return
  }
  const flags = doc.resolve(form.value.get('SigFlags'))
  const before = Number.isInteger(flags) ? (flags as number) : 0
  const Fields = append(doc.resolve(form.value.get('Fields')), field)
  const changed = form.value.with({ Fields, SigFlags: before | signatureFlags })
  if (form.ref) update.set(form.ref, changed)
  else setForm(changed)
}

/** So many that what is written can still be read, with much else in the same object. */
const maxItems = defaultPdfLimits.maxObjectValues / 2

/** Throws `ERR_PDF_VALUE_LIMIT`. */
function append(array: PdfObject, item: PdfObject): PdfObject[] {
  const items: readonly PdfObject[] = Array.isArray(array) ? array : []
  if (items.length >= maxItems) throw new FormatError('ERR_PDF_VALUE_LIMIT', { details: { limit: maxItems } })
  return [...items, item]
}

/** A value as the update has it, with the last reference on the way to it. */
function follow(
  update: IncrementalUpdate,
  doc: PdfDocument,
  object: PdfObject | undefined,
): { ref: PdfRef | null; value: PdfObject } {
  // Refuses a circle, which the walk below would never leave.
  doc.resolve(object)
  let ref: PdfRef | null = null
  let value = object ?? null
  while (value instanceof PdfRef) {
    ref = value
    value = update.get(value)
  }
  return { ref, value }
}
