import { isEqual, type SignerInfo } from '../../formats/index.ts'
import type { FormatFinding, SignatureFacts } from '../facts.ts'
import { describeAttributes } from './attribute-facts.ts'
import { type CmsSource, openCms } from './cms-source.ts'
import { collectSignatureTimestamps, signatureCovers } from './cms-time-stamps.ts'
import type { CmsContext } from './context.ts'
import { collectCounterSignatures } from './counter-signatures.ts'
import { addAttributeValue, type EmbeddedCollector } from './embedded.ts'
import { collectEmbeddedRecords } from './evidence-records.ts'
import { finding } from './findings.ts'
import { deferCmsLevel } from './level.ts'
import { formatOf, type SignedSubject } from './signed-subject.ts'
import { examineSigner } from './signer-info.ts'
import { UnsignedContents } from './unsigned-contents.ts'

/**
 * The facts of every signature of a CMS SignedData and of their counter-signatures, each after the one it signs; their
 * time-stamps are put into the registry.
 *
 * Throws FormatError where it is no SignedData. `level` is by the CMS's own parts and, at LT and above, deferred (the
 * registry's `levelRule`): PAdES' DSS and document time-stamps are for who reads the PDF.
 */
export function collectCms(cms: Uint8Array, context: CmsContext): SignatureFacts[] {
  const source = openCms(cms, context)
  const { signerInfos } = source.signedData
  // validation data first: a signer may be found among another's certificate-values
  const own = signerInfos.map((info) => readUnsigned(source, info))
  const drafts = signerInfos.map((info, index) =>
    collectSigner(source, info, index, own[index]!, isDuplicate(signerInfos, index)),
  )
  // a record preserves the whole CMS: every signature and all that they hold
  const covers = drafts.flatMap(({ subject, facts, counterSignatures }) => [
    ...signatureCovers(subject, []),
    ...facts.timestamps,
    ...subject.contents.all,
    ...counterSignatures.map(({ id }) => id),
  ])
  const records = drafts.map(({ subject, own: findings }) =>
    collectEmbeddedRecords(source, subject, covers, findings),
  )
  return drafts.flatMap(({ subject, facts, own: findings, counterSignatures }) => [
    deferCmsLevel(source, subject, {
      ...facts,
      findings: [...facts.findings, ...findings],
      evidenceRecords: records.flat(),
    }),
    ...counterSignatures,
  ])
}

interface Draft {
  readonly subject: SignedSubject
  readonly facts: SignatureFacts
  /** Findings that are still being gathered. */
  readonly own: FormatFinding[]
  readonly counterSignatures: readonly SignatureFacts[]
}

const isDuplicate = (infos: readonly SignerInfo[], index: number): boolean =>
  infos.some((other, at) => at < index && isEqual(other.der, infos[index]!.der))

/** What one signer's attributes bring along. */
export interface OwnAttributes {
  readonly collected: EmbeddedCollector
  readonly contents: UnsignedContents
}

function readUnsigned({ context }: CmsSource, info: SignerInfo): OwnAttributes {
  const collected: EmbeddedCollector = { embedded: [], findings: [] }
  const contents = new UnsignedContents(info)
  for (const attribute of info.signedAttributes) {
    for (const value of attribute.values) addAttributeValue(collected, context.registry, attribute, value)
  }
  info.unsignedAttributes.forEach((attribute, at) => {
    attribute.values.forEach((value, number) => {
      contents.add(at, number, addAttributeValue(collected, context.registry, attribute, value))
    })
  })
  return { collected, contents }
}

function collectSigner(
  source: CmsSource,
  info: SignerInfo,
  index: number,
  { collected, contents }: OwnAttributes,
  duplicate: boolean,
): Draft {
  const { context, signedData } = source
  const { registry } = context
  const id = registry.uniqueId('S', info.der)
  const { certificate, findings, ...signed } = examineSigner({
    info,
    pool: registry.pool,
    contentType: signedData.eContentType,
    digestKind: 'message-digest',
    contentDigest: source.contentDigest,
    content: source.content,
    digestAlgorithms: signedData.digestAlgorithms,
    mustHaveAttributes: context.format === 'PAdES',
  })
  if (certificate) registry.markSigner(certificate)
  const own: FormatFinding[] = duplicate ? [finding('SIGNER_DUPLICATE')] : []
  const described = describeAttributes(info, own)
  const subject: SignedSubject = { id, info, index, counterSigned: null, contents, signed }
  const counterSignatures = collectCounterSignatures(source, subject, own)
  const timestamps = collectSignatureTimestamps(source, subject, own)
  const facts: SignatureFacts = {
    id,
    ...signed,
    format: formatOf(context.format, signed.reference),
    field: context.field,
    counterSignatureOf: null,
    level: 'none',
    ...described,
    findings: [...source.shared.findings, ...collected.findings, ...findings],
    pdf: context.pdf,
    embedded: [...source.shared.embedded, ...collected.embedded],
    timestamps,
    evidenceRecords: [],
  }
  return { subject, facts, own, counterSignatures }
}
