import { parseDerPrefix } from '../der/index.ts'
import { parseSignedData } from './cms-reader.ts'
import { parsePem } from './pem.ts'

const SEQUENCE = 0x30
const OID = 0x06

/**
 * The certificates, in DER, of what an authority publishes (RFC 5280, 4.2.2.1): one certificate in DER, certs-only CMS
 * (`.p7b`, RFC 8551, 3.8; DER or BER), or either in PEM (RFC 7468, 5 and 8).
 *
 * Throws the errors of `parseSignedData` and `parsePem`. Not checked: the certificates' own structure, any signature.
 */
export function readCertificates(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] === SEQUENCE) return readBinary(bytes)
  const text = Buffer.from(bytes).toString('latin1')
  const label = /-----BEGIN (PKCS7|CMS)-----/.exec(text)?.[1]
  return parsePem(text, label ?? 'CERTIFICATE').flatMap(readBinary)
}

/** ContentInfo begins with an OBJECT IDENTIFIER, a certificate with its tbsCertificate. */
function readBinary(bytes: Uint8Array): readonly Uint8Array[] {
  const { content } = parseDerPrefix(bytes, { mode: 'ber' })
  return content[0] === OID ? parseSignedData(bytes).certificates : [bytes]
}
