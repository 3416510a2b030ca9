import type { Catalogue } from '../error.ts'

export const pdfMessages = {
  ERR_PDF_HEADER: { en: 'The file does not begin as a PDF.', vi: 'Tệp không bắt đầu như một tệp PDF.' },
} as const satisfies Catalogue
