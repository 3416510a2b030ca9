import {
  attributeName,
  digestBytes,
  FormatError,
  parseSignerInfo,
  type SignerInfo,
} from '../../formats/index.ts'
import type { EmbeddedFacts, FormatFinding, SignatureFacts } from '../facts.ts'
import { describeAttributes } from './attribute-facts.ts'
import type { CmsSource } from './cms-source.ts'
import { collectSignatureTimestamps } from './cms-time-stamps.ts'
import { addAttributeValue, type EmbeddedCollector } from './embedded.ts'
import { finding } from './findings.ts'
import { deferCmsLevel } from './level.ts'
import { memoizeDigest } from './memoize-digest.ts'
import { formatOf, type SignedSubject } from './signed-subject.ts'
import { examineSigner } from './signer-info.ts'
import { UnsignedContents } from './unsigned-contents.ts'

/** Counter-signatures of counter-signatures are followed this far. */
const MAX_DEPTH = 8

/**
 * The counter-signatures of a signature, each followed by its own (RFC 5652, 11.4): their content is the value that they
 * sign. What cannot be read is a finding of the signature.
 */
export function collectCounterSignatures(
  source: CmsSource,
  parent: SignedSubject,
  findings: FormatFinding[],
  depth = 1,
): SignatureFacts[] {
  return parent.info.unsignedAttributes.flatMap((attribute, at) => {
    if (attributeName(attribute.oid) !== 'counter-signature') return []
    return attribute.values.flatMap((value, number) => {
      const info = depth > MAX_DEPTH ? null : readSigner(value)
      if (!info) {
        findings.push(finding('COUNTER_SIGNATURE_UNREADABLE'))
        return []
      }
      const found = collectOne(source, parent, info, depth)
      parent.contents.add(
        at,
        number,
        found.flatMap(({ id, embedded, timestamps }) => [id, ...embedded.map(objectOf), ...timestamps]),
      )
      return found
    })
  })
}

const objectOf = ({ object }: EmbeddedFacts): string => object

function readSigner(value: Uint8Array): SignerInfo | null {
  try {
    return parseSignerInfo(value)
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

function collectOne(
  source: CmsSource,
  parent: SignedSubject,
  info: SignerInfo,
  depth: number,
): SignatureFacts[] {
  const { context, shared } = source
  const { registry } = context
  const collected: EmbeddedCollector = { embedded: [], findings: [] }
  const contents = new UnsignedContents(info)
  info.unsignedAttributes.forEach((attribute, at) => {
    attribute.values.forEach((value, number) => {
      contents.add(at, number, addAttributeValue(collected, registry, attribute, value))
    })
  })
  const id = registry.uniqueId('S', info.der)
  const { certificate, findings, ...signed } = examineSigner({
    info,
    pool: registry.pool,
    contentType: null,
    digestKind: 'counter-signed-value',
    contentDigest: memoizeDigest((name) => digestBytes(name, parent.info.signature)),
    content: () => parent.info.signature,
    digestAlgorithms: null,
    mustHaveAttributes: context.format === 'PAdES',
  })
  if (certificate) registry.markSigner(certificate)
  const own: FormatFinding[] = []
  const described = describeAttributes(info, own)
  const subject: SignedSubject = {
    id,
    info,
    index: null,
    counterSigned: parent,
    contents,
    signed,
  }
  const further = collectCounterSignatures(source, subject, own, depth + 1)
  const timestamps = collectSignatureTimestamps(source, subject, own)
  const facts: SignatureFacts = {
    id,
    ...signed,
    format: formatOf(context.format, signed.reference),
    field: context.field,
    counterSignatureOf: parent.id,
    level: 'none',
    ...described,
    findings: [...collected.findings, ...findings, ...own],
    pdf: null,
    embedded: [...shared.embedded, ...collected.embedded],
    timestamps,
    evidenceRecords: [],
  }
  return [deferCmsLevel(source, subject, facts), ...further]
}
