import { type DigestName, FormatError, isEqual, parseSignedData } from '../../../formats/index.ts'
import type {
  DigestFacts,
  EmbeddedFacts,
  Facts,
  FormatFinding,
  PdfSignatureFacts,
  SignatureFacts,
  SignatureLevel,
} from '../../facts.ts'
import { collectCms } from '../cms.ts'
import type { Registry } from '../registry.ts'
import { type PadesParts, raiseLevel } from './level.ts'
import { pdfFinding } from './pdf-findings.ts'
import type { SignatureValue } from './signature-values.ts'
import { describeUnreadable } from './unreadable-signature.ts'

export interface PdfSignatureContext {
  readonly registry: Registry
  readonly file: Uint8Array
  readonly contentDigest: (name: DigestName) => Uint8Array | null
  readonly pdf: PdfSignatureFacts
  readonly findings: readonly FormatFinding[]
  /** What the file's document security stores hold or held. */
  readonly stored: readonly EmbeddedFacts[]
  readonly parts: PadesParts
}

/** The facts of one signature value of a PDF and of its counter-signatures. */
export function collectPdfSignature(value: SignatureValue, context: PdfSignatureContext): SignatureFacts[] {
  const { cms, kind } = value
  const { registry, pdf, file } = context
  const unreadable = (): SignatureFacts[] => {
    const id = registry.uniqueId('S', value.signature.contents ?? new Uint8Array(0))
    const findings = [...context.findings, ...(cms ? [pdfFinding('PDF_CONTENTS_UNREADABLE')] : [])]
    return [describeUnreadable(id, { ...value, findings }, pdf)]
  }
  if (!cms) return unreadable()
  let all: SignatureFacts[]
  try {
    all = collectCms(cms, {
      registry,
      format: kind === 'cades' ? 'PAdES' : 'CMS',
      field: value.signature.field.name,
      contentDigest: context.contentDigest,
      content: () => joinRanges(file, value.range.digestible),
      pdf,
      findings: context.findings,
      extraEmbedded: context.stored,
    })
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return unreadable()
  }
  const [first, ...others] = all
  if (!first) return unreadable()
  const own = keepOwn(first, others)
  const hasOthers = own.length < all.length
  const refined = refine(value, first, hasOthers, context)
  deferLevel(value, refined, context)
  return [refined, ...own.slice(1)]
}

/** A PDF signature has one signer (EN 319 142-1, 6.3); counter-signatures of it, and of those, are its own. */
function keepOwn(first: SignatureFacts, others: readonly SignatureFacts[]): SignatureFacts[] {
  const ids = new Set([first.id])
  const own = [first]
  for (const facts of others) {
    if (facts.counterSignatureOf === null || !ids.has(facts.counterSignatureOf)) continue
    ids.add(facts.id)
    own.push(facts)
  }
  return own
}

function refine(
  value: SignatureValue,
  facts: SignatureFacts,
  hasOthers: boolean,
  context: PdfSignatureContext,
): SignatureFacts {
  const findings = [...facts.findings]
  const digests = [...facts.digests]
  if (hasOthers) findings.push(pdfFinding('PDF_SEVERAL_SIGNERS'))
  if (value.kind === 'cades' && facts.claimedTime !== null)
    findings.push(pdfFinding('PDF_SIGNING_TIME_ATTRIBUTE'))
  if (value.kind === 'cades' && hasSuperfluousReason(value, facts))
    findings.push(pdfFinding('PDF_REASON_ENTRY'))
  if (value.kind === 'pkcs7-sha1') {
    const sha1 = checkSha1(value.cms!, context.contentDigest('sha1'))
    digests.push(sha1)
    if (!sha1.intact) findings.push(pdfFinding('PDF_SHA1_CONTENT'))
  }
  return { ...facts, findings, digests, claimedTime: value.claimedTime ?? facts.claimedTime }
}

/** What /Reason would say, the signed attributes say (EN 319 142-1, 6.3, requirements d and m). */
const hasSuperfluousReason = ({ signature }: SignatureValue, { attributes }: SignatureFacts): boolean =>
  signature.dict.has('Reason') &&
  (attributes.signaturePolicy !== null || attributes.commitmentTypes.length > 0)

/** adbe.pkcs7.sha1: the CMS signs the SHA-1 digest of the ranges, which it holds (ISO 32000-1, 12.8.3.3.1). */
function checkSha1(cms: Uint8Array, expected: Uint8Array | null): DigestFacts {
  const { eContent } = parseSignedData(cms)
  return {
    kind: 'message-digest',
    digest: 'sha1',
    found: expected !== null,
    intact: expected !== null && eContent !== null && isEqual(eContent, expected),
  }
}

/** Where a form of PAdES that its baseline profile forbids is used (EN 319 142-1, 6.3). */
const prohibited: ReadonlySet<string> = new Set([
  'PDF_SIGNING_TIME_ATTRIBUTE',
  'PDF_CLAIMED_TIME_MISSING',
  'PDF_CERT_ENTRY',
  'PDF_REASON_ENTRY',
])

/** A commitment type beside /Reason, which no level of PAdES allows (EN 319 142-1, 6.3, d; EN 319 142-2, 5). */
const saysReasonTwice = ({ attributes, findings }: SignatureFacts): boolean =>
  attributes.commitmentTypes.length > 0 && findings.some(({ code }) => code === 'PDF_REASON_ENTRY')

/** What is no PAdES at all (EN 319 142-1, 5.3: one signer, content outside). */
const foreign: ReadonlySet<string> = new Set(['PDF_SEVERAL_SIGNERS', 'CONTENT_ENCAPSULATED'])

function deferLevel(
  value: SignatureValue,
  facts: SignatureFacts,
  { registry, parts }: PdfSignatureContext,
): void {
  const ownRule = registry.levelRule(facts.id)
  registry.deferLevel(facts.id, (all) => {
    const codes = facts.findings.map(({ code }) => code)
    if (codes.some((code) => foreign.has(code)) || saysReasonTwice(facts)) return 'none'
    if (value.kind !== 'cades') return levelOfPkcs7(facts, parts, all)
    const own = withoutStore(ownRule?.(all) ?? facts.level)
    const isBaseline = !codes.some((code) => prohibited.has(code))
    return raiseLevel(isBaseline ? own : withoutBaseline(own, facts), facts, parts, all)
  })
}

/**
 * A PKCS #7 signature of ISO 32000 meets no profile of ETSI's; its time-stamps and validation data make the same steps. One
 * that does not hold its signer's certificate (ISO 32000-2, 12.8.3.3.1), or has no time-stamp, has no level.
 */
function levelOfPkcs7(facts: SignatureFacts, parts: PadesParts, all: Facts): SignatureLevel {
  const isWhole = facts.embedded.some(
    ({ object, origin }) => origin === 'signed-data' && object === facts.signingCertificate,
  )
  const isStamped = all.timestamps.some(
    ({ id, type }) => type === 'signature' && facts.timestamps.includes(id),
  )
  const level = isWhole ? raiseLevel(isStamped ? 'T' : 'BES', facts, parts, all) : 'none'
  return level === 'BES' ? 'none' : level
}

/** The CMS's own level is asked with the file's stores at hand, removed ones too. */
function withoutStore(level: SignatureLevel): SignatureLevel {
  if (level === 'B-LT' || level === 'B-LTA') return 'B-T'
  return level === 'LT' ? 'T' : level
}

function withoutBaseline(level: SignatureLevel, { attributes, findings }: SignatureFacts): SignatureLevel {
  const isPolicyBased =
    attributes.signaturePolicy !== null && !findings.some(({ code }) => code === 'PDF_REASON_ENTRY')
  if (level === 'B-B' || level === 'EPES') return isPolicyBased ? 'EPES' : 'BES'
  return level.startsWith('B-T') || level.startsWith('B-L') ? 'T' : level
}

/** The signed bytes in one piece, for signatures over them rather than over attributes. */
function joinRanges(file: Uint8Array, ranges: readonly number[] | null): Uint8Array | null {
  if (!ranges) return null
  const parts = []
  for (let i = 0; i < ranges.length; i += 2) parts.push(file.subarray(ranges[i], ranges[i]! + ranges[i + 1]!))
  return Buffer.concat(parts)
}
