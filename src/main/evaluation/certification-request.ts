import {
  decodeSignatureAlgorithm,
  parseDer,
  readBitString,
  readSequence,
  verifySignature,
} from '../../formats/index.ts'

/**
 * Subject and public key (both DER) of a PKCS#10 request (RFC 2986, 4), whose signature shows that the key is held. Null
 * where it does not verify. Attributes are not read. Throws `FormatError`.
 */
export function readCertificationRequest(
  csr: Uint8Array,
): { subject: Uint8Array; publicKey: Uint8Array } | null {
  const [info, algorithm, value] = readSequence(parseDer(csr))
  const [, subject, publicKey] = readSequence(info!)
  const signature = readBitString(value!).bytes
  const algorithmOf = decodeSignatureAlgorithm(algorithm!)
  if (!verifySignature(publicKey!.bytes, algorithmOf, info!.bytes, signature)) return null
  return { subject: subject!.bytes, publicKey: publicKey!.bytes }
}
