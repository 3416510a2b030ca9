import {
  FormatError,
  type FormatErrorCode,
  listSignatures,
  type OpenPdfOptions,
  openPdf,
  PdfDict,
  type PdfDocument,
  type PdfSignature,
} from '../../../formats/index.ts'

export interface OpenedPdf {
  readonly doc: PdfDocument
  readonly signatures: readonly PdfSignature[]
  /** Codes of what strict reading refuses and lenient reading got past. */
  readonly forgiven: readonly string[]
  /** Whether its objects were found by looking for them, so that nothing is known of revisions. */
  readonly isRebuilt: boolean
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

/** Cross-references that are not where the file says, or lead to no pages: looking for objects is the last resort. */
const rebuildable: ReadonlySet<FormatErrorCode> = new Set(['ERR_PDF_XREF_NOT_FOUND'])

/**
 * Opens a PDF strictly where that can be done and leniently where not, with the password given or the empty one; where its
 * cross-references lead nowhere, by looking for its objects. Throws `ERR_PDF_…` where it cannot be read at all.
 */
export function openForJudging(bytes: Uint8Array, password: string | undefined): OpenedPdf {
  const options = password === undefined ? {} : { password }
  try {
    const doc = openPdf(bytes, options)
    if (hasPages(doc)) return { doc, signatures: listSignatures(doc), forgiven: [], isRebuilt: false }
  } catch (error) {
    if (!(error instanceof FormatError) || final.has(error.code)) throw error
    const opened = openLeniently(bytes, options, error.code)
    if (opened && hasPages(opened.doc)) return opened
  }
  return rebuild(bytes, options)
}

/** null where only rebuilding is left. */
function openLeniently(
  bytes: Uint8Array,
  options: OpenPdfOptions,
  refusal: FormatErrorCode,
): OpenedPdf | null {
  try {
    const doc = openPdf(bytes, { ...options, mode: 'lenient' })
    const signatures = listSignatures(doc, { passCircles: true })
    return { doc, signatures, forgiven: [...new Set([refusal, ...doc.forgiven])], isRebuilt: false }
  } catch (error) {
    if (error instanceof FormatError && rebuildable.has(error.code)) return null
    throw error
  }
}

function rebuild(bytes: Uint8Array, options: OpenPdfOptions): OpenedPdf {
  const doc = openPdf(bytes, { ...options, rebuild: true })
  const signatures = listSignatures(doc, { passCircles: true })
  return { doc, signatures, forgiven: ['ERR_PDF_XREF_NOT_FOUND'], isRebuilt: true }
}

const hasPages = (doc: PdfDocument): boolean => doc.resolve(doc.catalog.get('Pages')) instanceof PdfDict
