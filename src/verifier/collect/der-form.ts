import { concat, type DerElement, der, readOctetString } from '../../formats/index.ts'

const OCTET_STRING = 4
const SET = 17

/** An element of low tag numbers in DER: definite lengths, unsplit octet strings, sets in order (X.690, 10 and 11). */
export function encodeInDer(element: DerElement): Uint8Array {
  const identifier = element.bytes[0]!
  if (!element.constructed) return der.tlv(identifier, element.content)
  if (element.is('universal', OCTET_STRING)) return der.octetString(readOctetString(element))
  const parts = element.children.map(encodeInDer)
  return element.is('universal', SET) ? der.setOf(...parts) : der.tlv(identifier, concat(parts))
}
