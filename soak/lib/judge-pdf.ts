import {
  algorithmName,
  digestBytes,
  parseCertificate,
  parseSignedData,
  signedAttributesForVerification,
  verifySignature,
} from '../../src/formats/index.ts'

const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'

/**
 * Is what was appended to `document` one signature over all of `signed` but its own value? Looks for /ByteRange and
 * /Contents by their letters, not with the project's PDF reader. Gives the reason where it is not.
 */
export function judgeSignedPdf(document: Buffer, signed: Buffer): string | null {
  if (!signed.subarray(0, document.length).equals(document)) return 'does not begin with the document'
  const appended = signed.subarray(document.length).toString('latin1')
  const found = /\/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+)/.exec(appended)
  if (!found) return 'has no /ByteRange'
  const [start, length, next, rest] = found.slice(1).map(Number) as [number, number, number, number]
  if (start !== 0 || next + rest !== signed.length) return 'is not covered as a whole'
  const hole = signed.subarray(length, next).toString('latin1')
  if (!/^<[0-9a-fA-F]+>$/.test(hole)) return 'leaves out more than /Contents'
  const cms = parseSignedData(trimmed(Buffer.from(hole.slice(1, -1), 'hex')))
  const [signer] = cms.signerInfos
  const certificate = parseCertificate(cms.certificates[0]!)
  const covered = [signed.subarray(0, length), signed.subarray(next)]
  const digest = digestBytes(signer!.digest, ...covered)
  const attribute = signer!.signedAttributes.find(({ oid }) => oid === MESSAGE_DIGEST)
  // an OCTET STRING shorter than 128 octets
  const claimed = attribute?.values[0]?.subarray(2)
  if (!claimed || !Buffer.from(claimed).equals(digest)) return 'has another messageDigest'
  const attributes = signedAttributesForVerification(signer!)
  const { signatureAlgorithm, signature } = signer!
  return verifySignature(certificate.publicKey, signatureAlgorithm, attributes, signature)
    ? null
    : `does not verify by ${algorithmName(signatureAlgorithm)}`
}

/** A DER value without the zeros that fill its place. */
function trimmed(bytes: Buffer): Buffer {
  const lengthOctets = bytes[1]! < 0x80 ? 0 : bytes[1]! & 0x7f
  const length = lengthOctets === 0 ? bytes[1]! : bytes.readUIntBE(2, lengthOctets)
  return bytes.subarray(0, 2 + lengthOctets + length)
}
