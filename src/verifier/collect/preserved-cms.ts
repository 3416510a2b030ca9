import {
  concat,
  type DerElement,
  der,
  evidenceRecordInput,
  parseDer,
  readOctetString,
} from '../../formats/index.ts'

/**
 * What an evidence record in the unsigned attribute number `attribute` (0…) of the SignerInfo `signer` (0…) may have
 * preserved: the CMS before it, as it was encoded (RFC 4998, appendix A), or all in DER (TS 119 122-3 V1.1.1, 5.2). Each form
 * once.
 */
export function preservedForms(cms: Uint8Array, signer: number, attribute: number): Uint8Array[] {
  const asEncoded = evidenceRecordInput(cms, signer, attribute)
  const inDer = encodeInDer(parseDer(asEncoded, { mode: 'ber' }))
  return Buffer.compare(asEncoded, inDer) === 0 ? [asEncoded] : [asEncoded, inDer]
}

const OCTET_STRING = 4
const SET = 17

/** An element of low tag numbers in DER: definite lengths, unsplit octet strings, sets in order (X.690, 10 and 11). */
function encodeInDer(element: DerElement): Uint8Array {
  const identifier = element.bytes[0]!
  if (!element.constructed) return der.tlv(identifier, element.content)
  if (element.is('universal', OCTET_STRING)) return der.octetString(readOctetString(element))
  const parts = element.children.map(encodeInDer)
  return element.is('universal', SET) ? der.setOf(...parts) : der.tlv(identifier, concat(parts))
}
