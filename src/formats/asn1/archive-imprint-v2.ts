import { concat, der } from '../der/index.ts'
import { signerBytesOf } from './archive-imprint.ts'
import { attributeOids } from './attribute-oids.ts'
import type { AttributeBytes, SignedDataBytes } from './cms-bytes.ts'
import type { ImprintPart } from './imprint.ts'
import { parseTimeStampToken } from './tsp.ts'

/** One reading of what archive-time-stamp-v2 is over; writers of the standard's editions differ. */
export interface ArchiveImprintV2 {
  readonly variant: 'tagged' | 'untagged' | 'tagged-sorted' | 'untagged-sorted'
  readonly parts: readonly ImprintPart[]
}

export interface ArchiveImprintsV2 {
  /** In the order in which they should be tried: the first that fits tells the writer's. */
  readonly variants: readonly ArchiveImprintV2[]
  /** Numbers of the unsigned attributes under the imprint; the whole of certificates and crls is too. */
  readonly attributes: readonly number[]
}

/**
 * What archive-time-stamp-v2 is over (TS 101 733 V2.2.1, 6.4.1 and annex K): encapContentInfo, the content where it is
 * detached, certificates, crls, and the SignerInfo's fields with its unsigned attributes, but itself and the archive
 * time-stamps that are not older than it. V1.8.3 left out tag and length of the unsigned attributes, and annex K says to
 * try both; each also with the attributes in the order of DER, in which some writers hashed them.
 *
 * `attribute` is the number of its unsigned attribute, `genTime` its time. Throws `ERR_CMS_SIGNER_UNKNOWN`. Tokens that
 * cannot be read count as not older.
 */
export function archiveImprintsV2(
  cms: SignedDataBytes,
  signerIndex: number,
  attribute: number,
  genTime: Date,
): ArchiveImprintsV2 {
  const signer = signerBytesOf(cms, signerIndex)
  const kept = signer.unsigned
    .map((found, index) => ({ found, index }))
    .filter(({ found, index }) => index !== attribute && isOlder(found, genTime))
  const asStands = kept.map(({ found }) => found.bytes)
  const sorted = [...asStands].sort((a, b) => Buffer.compare(a, b))
  const before: ImprintPart[] = [
    cms.encapsulated,
    ...(cms.hasContent ? [] : ['content' as const]),
    ...(cms.certificates ? [cms.certificates.bytes] : []),
    ...(cms.crls ? [cms.crls.bytes] : []),
    ...signer.fields,
  ]
  const tagged = (list: readonly Uint8Array[]): Uint8Array[] => [der.tlv(0xa1, concat(list))]
  const variants: ArchiveImprintV2[] = [
    { variant: 'tagged', parts: [...before, ...tagged(asStands)] },
    { variant: 'untagged', parts: [...before, ...asStands] },
  ]
  if (sorted.some((bytes, at) => bytes !== asStands[at])) {
    variants.push(
      { variant: 'tagged-sorted', parts: [...before, ...tagged(sorted)] },
      { variant: 'untagged-sorted', parts: [...before, ...sorted] },
    )
  }
  return { variants, attributes: kept.map(({ index }) => index) }
}

const archiveOids: readonly string[] = [
  attributeOids['archive-time-stamp-v2'],
  attributeOids['archive-time-stamp-v3'],
]

/** Times of archive time-stamps by the attribute they stand in; there may be many, and each asks about all others. */
const latest = new WeakMap<AttributeBytes, number>()

function isOlder(attribute: AttributeBytes, genTime: Date): boolean {
  if (!archiveOids.includes(attribute.oid)) return true
  let time = latest.get(attribute)
  if (time === undefined) {
    time = attribute.values.reduce((newest, token) => Math.max(newest, timeOf(token)), -Infinity)
    latest.set(attribute, time)
  }
  return time < genTime.getTime()
}

function timeOf(token: Uint8Array): number {
  try {
    return parseTimeStampToken(token).tstInfo.genTime.getTime()
  } catch {
    return Infinity
  }
}
