import { attributeValues, type DigestName, digestBytes } from '../../formats/index.ts'
import type { FormatFinding, TimestampFacts } from '../facts.ts'
import { collectArchiveTimestamps } from './archive-time-stamps.ts'
import type { CmsSource } from './cms-source.ts'
import { finding } from './findings.ts'
import { memoizeDigest } from './memoize-digest.ts'
import { collectReferenceTimestamps } from './reference-time-stamps.ts'
import { eachUnsigned, noteToken, type SignedSubject } from './signed-subject.ts'
import { collectToken } from './timestamp-token.ts'

/**
 * Facts of a signature's time-stamps, put into the registry; their ids in the order they were applied. A token that cannot
 * be read is a finding.
 */
export function collectSignatureTimestamps(
  source: CmsSource,
  subject: SignedSubject,
  findings: FormatFinding[],
): string[] {
  const content = collectContentTimestamps(source, subject, findings)
  const covers = signatureCovers(subject, content)
  return [
    ...content.map(({ id }) => id),
    ...collectOverSignature(source, subject, covers, findings),
    ...collectReferenceTimestamps(source, subject, covers, findings),
    ...collectArchiveTimestamps(source, subject, covers, findings),
  ]
}

/** `data:` and the digest that the signature holds of it: the same for all signatures of the same bytes and digest. */
export function dataIdsOf({ info, signed, counterSigned }: SignedSubject): string[] {
  if (counterSigned) return [counterSigned.id]
  const { values } = attributeValues(info.signedAttributes, 'message-digest')
  const value = values[0]
  // the OCTET STRING's header: nothing else says so little
  return value && signed.digests[0]
    ? [`data:${signed.digests[0].digest}:${Buffer.from(value.subarray(2)).toString('hex')}`]
    : []
}

/**
 * What whoever proves the existence of a signature value proves with it: what is hashed into the value, its data and its
 * signing certificate (EN 319 102-1 V1.4.1, 5.6.2.3).
 */
export function signatureCovers(subject: SignedSubject, content: readonly TimestampFacts[]): string[] {
  const { id, signed } = subject
  const certificate = signed.reference.digestMatches ? signed.signingCertificate : null
  return [
    id,
    ...(certificate ? [certificate] : []),
    ...dataIdsOf(subject),
    ...content.flatMap((timestamp) => [timestamp.id, ...timestamp.embedded.map(({ object }) => object)]),
  ]
}

/** content-time-stamp: over the content's octets (EN 319 122-1 V1.3.1, 5.2.8.1). */
function collectContentTimestamps(
  source: CmsSource,
  subject: SignedSubject,
  findings: FormatFinding[],
): TimestampFacts[] {
  const { registry } = source.context
  const { counterSigned } = subject
  const imprintOf = counterSigned
    ? (name: DigestName) => digestBytes(name, counterSigned.info.signature)
    : source.contentDigest
  return attributeValues(subject.info.signedAttributes, 'content-time-stamp').values.flatMap((token) => {
    const found = collectToken(token, {
      registry,
      type: 'content',
      source: 'content-time-stamp',
      imprintOf,
      covers: dataIdsOf(subject),
    })
    if (!found) findings.push(finding('TIME_STAMP_UNREADABLE', 'content-time-stamp'))
    return found ? [found] : []
  })
}

/** signature-time-stamp: over the signature value's octets (EN 319 122-1 V1.3.1, 5.3). */
function collectOverSignature(
  source: CmsSource,
  subject: SignedSubject,
  covers: readonly string[],
  findings: FormatFinding[],
): string[] {
  const imprintOf = memoizeDigest((name) => digestBytes(name, subject.info.signature))
  return eachUnsigned(subject, ['signature-time-stamp'], (token, name, at, number) => {
    const found = collectToken(token, {
      registry: source.context.registry,
      type: 'signature',
      source: name,
      imprintOf,
      covers,
    })
    return noteToken(subject, found, name, at, number, findings)
  })
}
