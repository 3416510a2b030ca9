export { collectPdf, type PdfFacts } from './collect-pdf.ts'
export { type PdfFindingCode, pdfFindingClauses } from './pdf-findings.ts'
