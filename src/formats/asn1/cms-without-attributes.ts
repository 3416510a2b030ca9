import { concat, type DerElement, readOid, readSequence, readSet } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { attributeOids } from './attribute-oids.ts'
import { openSignedData } from './cms-reader.ts'
import { parseEvidenceRecord } from './evidence-record.ts'
import { parseTimeStampToken } from './tsp.ts'

/**
 * `cms` as it was before the unsigned attributes numbered `removed` (0…) of the SignerInfo `signerIndex` were added: every
 * other byte stays but the lengths around them; indefinite lengths stay indefinite; unsignedAttrs goes where it would be
 * empty.
 *
 * Throws `ERR_CMS_SIGNER_UNKNOWN` and what `parseSignedData` throws for the way there.
 */
export function removeUnsignedAttributes(
  cms: Uint8Array,
  signerIndex: number,
  removed: ReadonlySet<number>,
): Uint8Array {
  const { contentInfo, content, signedData, signerInfos } = openSignedData(cms)
  const signerInfo = readSet(signerInfos)[signerIndex]
  if (!signerInfo) throw new FormatError('ERR_CMS_SIGNER_UNKNOWN', { details: { index: signerIndex } })
  const last = readSequence(signerInfo).at(-1)
  if (!last?.is('context', 1)) return cms
  const kept = last.children.filter((_attribute, at) => !removed.has(at))
  if (kept.length === last.children.length) return cms
  const unsigned =
    kept.length === 0 ? new Uint8Array(0) : rewrap(last, concat(kept.map(({ bytes }) => bytes)))
  let inner: DerElement = last
  let bytes = unsigned
  for (const around of [signerInfo, signerInfos, signedData, content, contentInfo]) {
    bytes = rewrap(around, replaceInside(around, inner, bytes))
    inner = around
  }
  return bytes
}

/** The contents of `around` with the element `inner` of theirs replaced. */
function replaceInside(around: DerElement, inner: DerElement, bytes: Uint8Array): Uint8Array {
  const start = inner.bytes.byteOffset - around.content.byteOffset
  return concat([
    around.content.subarray(0, start),
    bytes,
    around.content.subarray(start + inner.bytes.length),
  ])
}

/** `element`'s header with other contents; a length that was longer than need be keeps its number of octets. */
function rewrap(element: DerElement, content: Uint8Array): Uint8Array {
  const header = element.bytes.subarray(0, element.content.byteOffset - element.bytes.byteOffset)
  if (element.indefinite) return concat([header, content, Uint8Array.of(0, 0)])
  const old = header.length - 2
  const isMinimal = old === minimalOctets(element.content.length)
  const octets = isMinimal ? minimalOctets(content.length) : Math.max(old, minimalOctets(content.length))
  if (octets === 0) return concat([header.subarray(0, 1), Uint8Array.of(content.length), content])
  const length = new Uint8Array(octets + 1)
  length[0] = 0x80 | octets
  for (let at = octets, rest = content.length; at > 0; at--, rest = Math.floor(rest / 256))
    length[at] = rest % 256
  return concat([header.subarray(0, 1), length, content])
}

/** Octets behind the first of a minimal length (X.690, 10.1). */
function minimalOctets(length: number): number {
  if (length < 0x80) return 0
  let octets = 1
  for (let rest = length; rest > 0xff; rest = Math.floor(rest / 256)) octets++
  return octets
}

const evidenceOids: readonly string[] = [
  attributeOids['internal-evidence-record'],
  attributeOids['external-evidence-record'],
]

/**
 * What the evidence records of an unsigned attribute are about: the CMS without that attribute and without those evidence
 * record attributes that are not older (RFC 4998, appendix A; TS 119 122-3). For an external-evidence-record the content
 * is a second object of the same group. `attribute` is its number. Throws as `removeUnsignedAttributes`.
 */
export function evidenceRecordInput(cms: Uint8Array, signerIndex: number, attribute: number): Uint8Array {
  const times = timesOf(cms, signerIndex)
  const own = times[attribute] ?? null
  const removed = times.flatMap((time, at) => {
    if (at === attribute) return [at]
    return time !== null && (own === null || time >= own) ? [at] : []
  })
  return removeUnsignedAttributes(cms, signerIndex, new Set(removed))
}

/** By signer; each evidence record of a signature asks about all others. */
const known = new WeakMap<Uint8Array, Map<number, readonly (number | null)[]>>()

function timesOf(cms: Uint8Array, signerIndex: number): readonly (number | null)[] {
  const kept = known.get(cms) ?? new Map<number, readonly (number | null)[]>()
  known.set(cms, kept)
  let times = kept.get(signerIndex)
  if (!times) {
    const signerInfo = readSet(openSignedData(cms).signerInfos)[signerIndex]
    if (!signerInfo) throw new FormatError('ERR_CMS_SIGNER_UNKNOWN', { details: { index: signerIndex } })
    const last = readSequence(signerInfo).at(-1)
    times = (last?.is('context', 1) ? last.children : []).map(firstTimeOf)
    kept.set(signerIndex, times)
  }
  return times
}

/** Time of the oldest time-stamp of an evidence record attribute; infinite where it cannot be read, null for other attributes. */
function firstTimeOf(attribute: DerElement): number | null {
  const [type, values] = readSequence(attribute)
  if (!type || !values || !evidenceOids.includes(readOid(type))) return null
  try {
    const record = parseEvidenceRecord(readSet(values)[0]!.bytes)
    return parseTimeStampToken(record.chains[0]!.archiveTimeStamps[0]!.token).tstInfo.genTime.getTime()
  } catch {
    return Infinity
  }
}
