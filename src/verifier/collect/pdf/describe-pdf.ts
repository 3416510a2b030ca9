import type { FormatFinding, PdfSignatureFacts } from '../../facts.ts'
import { pdfFinding } from './pdf-findings.ts'
import type { RevisionHistory } from './revision-history.ts'
import type { SignatureValue } from './signature-values.ts'

export interface DescribedPdf {
  readonly facts: PdfSignatureFacts
  readonly findings: readonly FormatFinding[]
  /** Whether what was signed is not what the file's cross-references make of it. */
  readonly isBypassed: boolean
}

/** Where a value stands among the file's revisions. */
export function describePdf(value: SignatureValue, history: RevisionHistory, length: number): DescribedPdf {
  const { signature, range } = value
  const { revision, ranges } = range
  const later = revision === null ? null : history.after(revision)
  const isBypassed = revision !== null && history.reachesBeyond(revision)
  const end = range.digestible?.length === 4 ? ranges[2]! + ranges[3]! : null
  return {
    facts: {
      subFilter: signature.subFilter,
      byteRange: ranges.slice(0, 64),
      byteRangeStrict: range.strict,
      coversRevision: range.strict && !isBypassed && later?.isWhole === true,
      coversWholeFile: end === length,
      modifications: isBypassed ? 'other' : (later?.level ?? 'other'),
      changedObjects: later?.changes ?? [],
    },
    findings: isBypassed ? [pdfFinding('PDF_REVISION_BYPASSED')] : [],
    isBypassed,
  }
}
