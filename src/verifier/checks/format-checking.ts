import type { FormatFinding, PdfSignatureFacts, SignedTokenFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import { findingMessages, type ReasonCode } from '../messages.ts'
import { Block } from './block.ts'
import type { CaseFile, Token } from './case-file.ts'

/**
 * EN 319 102-1 V1.4.1, 5.2.2: the form, by what the readers found wrong with it. Each finding weighs what the policy says
 * of its code. In a PDF also what is signed and what later revisions changed.
 */
export function checkFormat(file: CaseFile, { facts, context }: Token): Conclusion {
  const block = new Block('format-checking', '5.2.2', facts.id)
  weighFindings(block, file, findingsOf(facts))
  const pdf = pdfOf(facts)
  if (pdf) {
    const { checks, modifications } = file.contextPolicy(context)
    block.weigh(pdf.byteRangeStrict, checks.byteRange, () => ({
      sub: 'FORMAT_FAILURE',
      code: 'BYTE_RANGE_NOT_STRICT',
      clause: 'EN 319 142-1, 5.4.1',
    }))
    block.weigh(pdf.coversRevision, checks.revisionCovered, () => ({
      sub: 'FORMAT_FAILURE',
      code: 'BYTES_OF_NO_REVISION',
      clause: 'ISO 32000-2, 7.5.6',
    }))
    block.weigh(pdf.modifications === 'none', modifications[pdf.modifications], () => ({
      sub: 'FORMAT_FAILURE',
      code: 'CHANGED_AFTER_SIGNING',
      clause: 'ISO 32000-2, 12.8.2.2',
      details: { kind: pdf.modifications, object: pdf.changedObjects[0]?.object ?? null },
    }))
  }
  return block.conclude()
}

/** A code without a text is weighed like any other and told by its name. */
export function weighFindings(block: Block, file: CaseFile, findings: readonly FormatFinding[]): void {
  const { codes, otherwise } = file.policy.findings
  for (const { code, clause, detail } of findings) {
    const level = Object.hasOwn(codes, code) ? codes[code]! : otherwise
    block.weigh(false, level, () => ({
      sub: 'FORMAT_FAILURE',
      code: isKnown(code) ? code : 'FINDING_UNKNOWN',
      clause,
      details: { detail, code },
    }))
  }
}

const isKnown = (code: string): code is keyof typeof findingMessages & ReasonCode =>
  Object.hasOwn(findingMessages, code)

const findingsOf = (facts: SignedTokenFacts): readonly FormatFinding[] =>
  'findings' in facts ? (facts as { findings: readonly FormatFinding[] }).findings : []

const pdfOf = (facts: SignedTokenFacts): PdfSignatureFacts | null =>
  'pdf' in facts ? (facts as { pdf: PdfSignatureFacts | null }).pdf : null
