import {
  FormatError,
  type FormatErrorCode,
  listSignatures,
  openPdf,
  type PdfDocument,
  type PdfSignature,
} from '../../../formats/index.ts'

export interface OpenedPdf {
  readonly doc: PdfDocument
  readonly signatures: readonly PdfSignature[]
  /** Codes of what strict reading refuses and lenient reading got past. */
  readonly forgiven: readonly string[]
}

/** What lenient reading would not change. */
const final: ReadonlySet<FormatErrorCode> = new Set([
  'ERR_PDF_HEADER',
  'ERR_PDF_PASSWORD_REQUIRED',
  'ERR_PDF_PASSWORD_INCORRECT',
  'ERR_PDF_PUBLIC_KEY_SECURITY_UNSUPPORTED',
  'ERR_PDF_ENCRYPTION_UNSUPPORTED',
  'ERR_PDF_SIGNATURE_LIMIT',
  'ERR_PDF_FIELD_LIMIT',
  'ERR_PDF_WORK_LIMIT',
  'ERR_PDF_INFLATE_LIMIT',
  'ERR_PDF_REVISION_LIMIT',
])

/**
 * Opens a PDF strictly where that can be done and leniently where not, with the password given or the empty one. Throws
 * `ERR_PDF_…` where it cannot be read at all.
 */
export function openForJudging(bytes: Uint8Array, password: string | undefined): OpenedPdf {
  const options = password === undefined ? {} : { password }
  try {
    const doc = openPdf(bytes, options)
    return { doc, signatures: listSignatures(doc), forgiven: [] }
  } catch (error) {
    if (!(error instanceof FormatError) || final.has(error.code)) throw error
    const doc = openPdf(bytes, { ...options, mode: 'lenient' })
    const signatures = listSignatures(doc, { passCircles: true })
    return { doc, signatures, forgiven: [...new Set([error.code, ...doc.forgiven])] }
  }
}
