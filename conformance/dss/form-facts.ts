import type { FormatFinding, PdfSignatureFacts } from '../../src/verifier/index.ts'
import type { Element } from './xml.ts'

const finding = (code: string, clause: string): FormatFinding => ({ code, clause, detail: null })

/** What the diagnostic data says is wrong with the form of a token. */
export function readFindings(token: Element, container: readonly FormatFinding[]): FormatFinding[] {
  const findings = [...container]
  if (token.attribute('StructuralValidation', 'valid') === 'false') {
    findings.push(finding('STRUCTURE', 'the format'))
  }
  if (token.attributes['Duplicated'] === 'true') findings.push(finding('SIGNER_DUPLICATE', 'the format'))
  if (token.all('SignerInformationStore/SignerInfo').length > 1) {
    findings.push(finding('SIGNER_COUNT', 'EN 319 142-1, 6.3'))
  }
  if (token.attribute('PDFRevision/PDFSignatureDictionary', 'consistent') === 'false') {
    findings.push(finding('SIGNATURE_DICTIONARY_INCONSISTENT', 'ISO 32000-2, 12.8'))
  }
  const detected = token.first('PDFRevision/ModificationDetection')
  if (detected?.first('PageDifference')) findings.push(finding('PAGE_DIFFERENCE', 'ISO 32000-2, 12.8.2.2'))
  if (detected?.first('VisualDifference'))
    findings.push(finding('VISUAL_DIFFERENCE', 'ISO 32000-2, 12.8.2.2'))
  if (detected?.first('AnnotationOverlap')) {
    findings.push(finding('ANNOTATION_OVERLAP', 'ISO 32000-2, 12.8.2.2'))
  }
  return findings
}

export function readPdf(token: Element): PdfSignatureFacts | null {
  const revision = token.first('PDFRevision')
  if (!revision) return null
  const range = revision.first('PDFSignatureDictionary/SignatureByteRange')
  const changes = revision.first('ModificationDetection/ObjectModifications')
  const kind = (
    [
      ['Undefined', 'other'],
      ['AnnotationChange', 'annotation'],
      ['SignatureOrFormFill', 'form'],
      ['ExtensionChange', 'ltv'],
    ] as const
  ).find(([name]) => changes?.first(name))
  return {
    subFilter: revision.value('PDFSignatureDictionary/SubFilter'),
    byteRange: (range?.text ?? '').trim().split(/\s+/).map(Number),
    byteRangeStrict: range?.attributes['valid'] !== 'false',
    coversRevision: true,
    coversWholeFile: changes === undefined,
    modifications: kind?.[1] ?? 'none',
    changedObjects: [],
  }
}
