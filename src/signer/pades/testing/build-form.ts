import { PdfBuilder } from '../../../formats/pdf/testing/build-pdf.ts'

export interface FormInput {
  /** Further entries of the catalogue (object 1). */
  readonly catalog?: string
  /** Further entries of the page (object 3). */
  readonly page?: string
  /** Further objects by number, from 5 on. */
  readonly objects?: Readonly<Record<number, string>>
}

/** A one-page file with what is given. */
export function buildForm({ catalog = '', page = '', objects = {} }: FormInput): Buffer {
  const builder = new PdfBuilder()
    .object(1, `<</Type/Catalog/Pages 2 0 R${catalog}>>`)
    .object(2, '<</Type/Pages/Count 1/Kids[3 0 R]>>')
    .object(3, `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R${page}>>`)
    .stream(4, '', 'BT ET')
  for (const [num, body] of Object.entries(objects)) builder.object(Number(num), body)
  return builder.table().bytes
}

/** A form whose field `Old` (5) is signed with the dictionary 6, which has these further entries. */
export const buildSignedForm = (signature: string, field = '', catalog = ''): Buffer =>
  buildForm({
    catalog: `/AcroForm<</Fields[5 0 R]/SigFlags 3>>${catalog}`,
    page: '/Annots[5 0 R]',
    objects: {
      5: `<</Type/Annot/Subtype/Widget/FT/Sig/T(Old)/Rect[0 0 0 0]/V 6 0 R${field}>>`,
      6: `<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00>${signature}>>`,
    },
  })
