export { type AppendedDictionary, readAppendedDictionary } from './appended-dictionary.ts'
export type * from './document.ts'
export { forEachField, listFields, type PdfField, type PdfWidget } from './fields.ts'
export { type FinishedUpdate, IncrementalUpdate } from './incremental-update.ts'
export { defaultPdfLimits } from './limits.ts'
export * from './objects.ts'
export { checkPagePosition } from './page-position.ts'
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
export { readTrailer } from './read-trailer.ts'
export { openPdf } from './reader.ts'
export { listRevisionTails, type RevisionTail } from './revision-tail.ts'
export type { RevisionView } from './revision-view.ts'
export { type RevisionStep, walkRevisions } from './revision-walk.ts'
export { serializeObject } from './serialize.ts'
export {
  listSignatures,
  type PdfSignature,
  type PdfSignatureTransform,
} from './signatures.ts'
export { decodeTextString, encodeTextString } from './text-string.ts'
