import {
  decodeTextString,
  PdfDict,
  type PdfDocument,
  type PdfObject,
  PdfStream,
  PdfString,
} from '../../formats/index.ts'
import { SignerError } from '../errors.ts'

/** XFA configuration: the pages are made from the template when the file is opened (XFA 3.3, dynamicRender). */
const dynamicRender = /<(?:\w+:)?dynamicRender\s*>\s*required\b/

/**
 * Refuses a dynamic XFA form, whose pages and fields exist only in programs that draw it (ISO 32000-1, 12.7.8; removed
 * from ISO 32000-2). A static one has pages and fields like any other. Throws `ERR_PADES_XFA_UNSUPPORTED`.
 */
export function checkXfa(doc: PdfDocument): void {
  const form = doc.resolve(doc.catalog.get('AcroForm'))
  const xfa = form instanceof PdfDict ? doc.resolve(form.get('XFA')) : null
  if (xfa === null) return
  const isDynamic =
    doc.resolve(doc.catalog.get('NeedsRendering')) === true ||
    listConfigurations(doc, xfa).some((stream) =>
      dynamicRender.test(Buffer.from(doc.decode(stream)).toString('utf8')),
    )
  if (isDynamic) throw new SignerError('ERR_PADES_XFA_UNSUPPORTED')
}

/** The whole form in one stream, or an array of packets by name. */
function listConfigurations(doc: PdfDocument, xfa: PdfObject): PdfStream[] {
  if (xfa instanceof PdfStream) return [xfa]
  if (!Array.isArray(xfa)) return []
  const items = xfa.map((item: PdfObject) => doc.resolve(item))
  return items.filter((item, i) => {
    const label = items[i - 1]
    return (
      item instanceof PdfStream && label instanceof PdfString && decodeTextString(label.bytes) === 'config'
    )
  }) as PdfStream[]
}
