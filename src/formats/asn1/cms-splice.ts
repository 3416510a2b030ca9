import { concat, type DerElement, readSequence, readSet } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { openSignedData } from './cms-reader.ts'
import type { Attribute } from './cms-types.ts'
import { encodeAttribute } from './cms-writer.ts'

/**
 * `cms` with one more unsigned attribute in the SignerInfo `signerIndex` (0…). Every byte of the original stands in the
 * result but the lengths of the elements around the insertion; indefinite lengths stay indefinite.
 *
 * Throws `ERR_CMS_SIGNER_UNKNOWN`, `ERR_CMS_ATTRIBUTE_EMPTY` and what `parseSignedData` throws for the way there.
 */
export function spliceUnsignedAttribute(
  cms: Uint8Array,
  signerIndex: number,
  attribute: Attribute,
): Uint8Array {
  const { contentInfo, content, signedData, signerInfos } = openSignedData(cms)
  const signerInfo = readSet(signerInfos)[signerIndex]
  if (!signerInfo) throw new FormatError('ERR_CMS_SIGNER_UNKNOWN', { details: { index: signerIndex } })
  const around = [contentInfo, content, signedData, signerInfos, signerInfo]
  const inserted = encodeAttribute(attribute)
  const last = readSequence(signerInfo).at(-1)
  if (last?.is('context', 1)) return insert(cms, [...around, last], positionFor(last, inserted), inserted)
  const length = inserted.length
  const header = [0xa1, ...(length < 0x80 ? [length] : lengthOctets(length))]
  return insert(cms, around, endOf(signerInfo), concat([Uint8Array.from(header), inserted]))
}

/** Where in the buffer of `element` an octet stands. */
const offsetIn = (cms: Uint8Array, at: Uint8Array): number => at.byteOffset - cms.byteOffset
const endOf = (element: DerElement): number => element.content.byteOffset + element.content.length

/** Before the first attribute that DER puts behind the new one (X.690, 11.6), so that a set in order stays so. */
function positionFor(set: DerElement, inserted: Uint8Array): number {
  const after = set.children.find((child) => Buffer.compare(child.bytes, inserted) > 0)
  return after ? after.bytes.byteOffset : endOf(set)
}

/** `position` counts from the start of the underlying buffer. */
function insert(
  cms: Uint8Array,
  around: readonly DerElement[],
  position: number,
  inserted: Uint8Array,
): Uint8Array {
  const pieces: Uint8Array[] = []
  let growth = inserted.length
  let until = position - cms.byteOffset
  pieces.unshift(inserted, cms.subarray(until))
  for (const element of [...around].reverse()) {
    const contentStart = offsetIn(cms, element.content)
    const headerStart = offsetIn(cms, element.bytes)
    pieces.unshift(cms.subarray(contentStart, until))
    until = headerStart
    const old = cms.subarray(headerStart, contentStart)
    const header = element.indefinite ? old : lengthen(old, element.content.length + growth)
    pieces.unshift(header)
    growth += header.length - old.length
  }
  return concat(pieces)
}

/** A header with a low tag number and another length: as many length octets as before where that is enough. */
function lengthen(header: Uint8Array, length: number): Uint8Array {
  const before = header.length - 2
  if (before === 0 && length < 0x80) return Uint8Array.of(header[0]!, length)
  const octets = lengthOctets(length, before)
  return Uint8Array.of(header[0]!, ...octets)
}

function lengthOctets(length: number, atLeast = 1): number[] {
  const octets: number[] = []
  for (let rest = length; rest > 0 || octets.length < atLeast; rest = Math.floor(rest / 256)) {
    octets.unshift(rest % 256)
  }
  return [0x80 | octets.length, ...octets]
}
