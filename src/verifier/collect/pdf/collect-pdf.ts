import { type DigestName, listRevisionTails } from '../../../formats/index.ts'
import { VerifierError } from '../../errors.ts'
import type { FormatFinding, SignatureFacts, TimestampFacts } from '../../facts.ts'
import type { CollectInput } from '../../input.ts'
import type { Registry } from '../registry.ts'
import { collectToken } from '../timestamp-token.ts'
import { describePdf } from './describe-pdf.ts'
import { type OpenedPdf, openForJudging } from './open-for-judging.ts'
import { pdfFinding } from './pdf-findings.ts'
import { collectPdfSignature } from './pdf-signature.ts'
import { RangeDigests } from './range-digests.ts'
import { type RevisionHistory, readHistory } from './revision-history.ts'
import { listSignatureValues, type SignatureValue } from './signature-values.ts'
import { countSignatureTraces } from './unreached-signature.ts'

export interface PdfFacts {
  /** In signing order; document time-stamps are in the registry. */
  readonly signatures: readonly SignatureFacts[]
  /** Codes of what lenient reading forgave. */
  readonly forgiven: readonly string[]
  /** Of the whole file, lower-case hex. */
  readonly sha256: () => string
}

/**
 * The facts of a PDF's signatures and document time-stamps, in signing order; an encrypted file is opened with the
 * password given or the empty one.
 *
 * Throws `ERR_PDF_…` where the file cannot be read, `ERR_VERIFIER_SIGNATURE_UNREACHABLE` where it holds a signature that its
 * form does not lead to, and no other but time-stamps. Not looked at: pages, and whatever no signature concerns.
 */
export function collectPdf(input: Pick<CollectInput, 'file' | 'password'>, registry: Registry): PdfFacts {
  const digests = new RangeDigests(input.file.bytes)
  const opened = openForJudging(input.file.bytes, input.password)
  const signatures = new PdfCollector(opened, digests, registry).collect()
  return { signatures, forgiven: opened.forgiven, sha256: () => digests.whole('sha256') }
}

/** Slips about where a cross-reference section stands and how its lines are padded, which all programs read alike. */
const harmless: ReadonlySet<string> = new Set(['ERR_PDF_XREF_NOT_FOUND', 'ERR_PDF_XREF_TABLE'])

interface Collected {
  readonly facts: SignatureFacts
  readonly value: SignatureValue
  /** Document time-stamps that cover it. */
  readonly timestamps: TimestampFacts[]
  /** Found out about it later. */
  readonly notes: FormatFinding[]
}

class PdfCollector {
  readonly #file: Uint8Array
  readonly #digests: RangeDigests
  readonly #registry: Registry
  readonly #values: readonly SignatureValue[]
  readonly #history: RevisionHistory
  readonly #reading: readonly FormatFinding[]
  readonly #collected: Collected[] = []
  /** Ids of all that values looked at so far brought along. */
  readonly #present = new Set<string>()

  constructor(
    { doc, signatures, forgiven, isRebuilt }: OpenedPdf,
    digests: RangeDigests,
    registry: Registry,
  ) {
    this.#file = doc.bytes
    this.#digests = digests
    this.#registry = registry
    const tails = listRevisionTails(doc)
    this.#values = listSignatureValues(doc, signatures, tails)
    const isSigned = this.#values.some(({ kind }) => kind !== 'time-stamp')
    if (!isSigned && countSignatureTraces(doc.bytes) > signatures.length) {
      throw new VerifierError('ERR_VERIFIER_SIGNATURE_UNREACHABLE')
    }
    this.#history = readHistory(doc, this.#values, tails, registry)
    this.#reading = isRebuilt
      ? [pdfFinding('PDF_REBUILT')]
      : forgiven.map((code) => pdfFinding(harmless.has(code) ? 'PDF_READ_LENIENTLY' : 'PDF_AMBIGUOUS', code))
  }

  collect(): SignatureFacts[] {
    for (const value of this.#values) {
      if (value.kind === 'time-stamp') this.#addTimestamp(value)
      else this.#addSignature(value)
    }
    return this.#collected.map(({ facts, timestamps, notes }) => ({
      ...facts,
      findings: [...facts.findings, ...notes],
      timestamps: [...facts.timestamps, ...timestamps.map(({ id }) => id)],
    }))
  }

  #addSignature(value: SignatureValue): void {
    const timestamps: TimestampFacts[] = []
    const described = describePdf(value, this.#history, this.#file.length)
    const facts = collectPdfSignature(value, {
      registry: this.#registry,
      file: this.#file,
      contentDigest: this.#digestOf(value),
      pdf: described.facts,
      findings: [...value.findings, ...described.findings, ...this.#reading],
      stored: this.#history.storedBy(this.#history.last),
      parts: { store: this.#history.store, timestamps },
    })
    for (const one of facts) {
      this.#collected.push({
        facts: one,
        value,
        timestamps: one.counterSignatureOf === null ? timestamps : [],
        notes: [],
      })
      this.#note(one)
      for (const id of one.timestamps) {
        const timestamp = this.#registry.timestamp(id)
        if (timestamp) this.#note(timestamp)
      }
    }
  }

  #addTimestamp(value: SignatureValue): void {
    const { range, cms } = value
    const described = describePdf(value, this.#history, this.#file.length)
    const isProof = range.strict && !described.isBypassed
    const facts =
      cms &&
      collectToken(cms, {
        registry: this.#registry,
        type: 'document',
        source: 'DocTimeStamp',
        imprintOf: this.#digestOf(value),
        covers: isProof && range.revision !== null ? this.#presentBy(range.revision) : [],
        pdf: described.facts,
        extraEmbedded: this.#history.storedBy(this.#history.last),
        findings: [...value.findings, ...described.findings, ...this.#reading],
      })
    if (!facts) {
      // It proves nothing, and leaves nobody in doubt about what was signed.
      for (const { notes } of this.#collected) notes.push(pdfFinding('PDF_TIME_STAMP_UNREADABLE'))
      return
    }
    if (isProof)
      for (const { timestamps, value: signed } of this.#collected)
        if (signed.range.strict) timestamps.push(facts)
    this.#note(facts)
  }

  /** What had been in the file when a value of that revision was made. */
  #presentBy(revision: number): string[] {
    const stored = this.#history.storedBy(revision).map(({ object }) => object)
    return [...new Set([...this.#present, ...stored])]
  }

  #note({ id, embedded }: SignatureFacts | TimestampFacts): void {
    this.#present.add(id)
    // The stores are looked at by revision.
    for (const { object, origin } of embedded)
      if (origin !== 'dss' && origin !== 'vri') this.#present.add(object)
  }

  #digestOf({ range }: SignatureValue): (name: DigestName) => Uint8Array | null {
    return (name) => range.digestible && this.#digests.of(name, range.digestible)
  }
}
