export type * from './document.ts'
export { listFields, type PdfField, type PdfWidget } from './fields.ts'
export { defaultPdfLimits } from './limits.ts'
export * from './objects.ts'
export {
  countPages,
  findPage,
  type Inheritable,
  type PageGeometry,
  type PdfPage,
  pageGeometry,
  type Rectangle,
} from './pages.ts'
export type { Span } from './parser.ts'
export { openPdf } from './reader.ts'
export { listSignatures, type PdfSignature, type PdfSignatureTransform } from './signatures.ts'
export { decodeTextString } from './text-string.ts'
