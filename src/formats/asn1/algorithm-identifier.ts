import { type DerElement, der, readInteger, readOid, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { algorithmName, findRow, findRowByOid, type SignatureAlgorithm } from './algorithms.ts'
import { type DigestName, decodeDigestAlgorithm, encodeDigestAlgorithmWithNull } from './digests.ts'

const keySchemes: Readonly<Record<string, 'rsa-pkcs1' | 'ecdsa' | 'dsa'>> = {
  '1.2.840.113549.1.1.1': 'rsa-pkcs1',
  '1.2.840.10045.2.1': 'ecdsa',
  '1.2.840.10040.4.1': 'dsa',
}

const MGF1 = '1.2.840.113549.1.1.8'
/** Salt lengths beyond what any RSA key can hold are not read. */
const MAX_SALT = 2048

/**
 * AlgorithmIdentifier in DER: NULL parameters for RSASSA-PKCS1-v1_5, none for ECDSA, DSA and EdDSA, RSASSA-PSS-params
 * without its defaults (RFC 4055, 3.1; RFC 5758; RFC 8410; RFC 9688).
 *
 * Throws `ERR_ALGORITHM_UNSUPPORTED` where no OID is registered.
 */
export function encodeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  const row = findRow(algorithm)
  if (!row)
    throw new FormatError('ERR_ALGORITHM_UNSUPPORTED', { details: { algorithm: algorithmName(algorithm) } })
  if (algorithm.scheme === 'rsa-pss') return der.sequence(der.oid(row.oid), encodePssParameters(algorithm))
  return algorithm.scheme === 'rsa-pkcs1'
    ? der.sequence(der.oid(row.oid), der.nullValue())
    : der.sequence(der.oid(row.oid))
}

/** RSASSA-PSS-params (RFC 4055, 3.1); SHA-1, MGF1 with SHA-1, 20 and trailer 1 are the defaults that DER leaves out. */
export function encodePssParameters(pss: {
  readonly digest: DigestName
  readonly mgfDigest: DigestName
  readonly saltLength: number
}): Uint8Array {
  const parts: Uint8Array[] = []
  if (pss.digest !== 'sha1') parts.push(der.explicit(0, encodeDigestAlgorithmWithNull(pss.digest)))
  if (pss.mgfDigest !== 'sha1') {
    parts.push(der.explicit(1, der.sequence(der.oid(MGF1), encodeDigestAlgorithmWithNull(pss.mgfDigest))))
  }
  if (pss.saltLength !== 20) parts.push(der.explicit(2, der.integer(pss.saltLength)))
  return der.sequence(...parts)
}

/**
 * The signature algorithm of an AlgorithmIdentifier. `digest` is SignerInfo's digestAlgorithm, which completes a bare
 * key algorithm such as rsaEncryption.
 *
 * Throws `ERR_ALGORITHM_UNSUPPORTED` (with the name where the table knows one, else the OID),
 * `ERR_ALGORITHM_PARAMETERS`. For RSA, absent parameters are read as NULL, and so are, in a SignerInfo, those of ECDSA (RFC
 * 5753, 7.1.3: RFC 3278 had NULL); explicit defaults of RSASSA-PSS are read.
 * Not checked: strength, and whether `digest` fits.
 */
export function decodeSignatureAlgorithm(element: DerElement, digest?: DigestName): SignatureAlgorithm {
  const [identifier, parameters, ...rest] = readSequence(element)
  if (!identifier || rest.length > 0)
    throw new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'AlgorithmIdentifier' } })
  const oid = readOid(identifier)
  const row = findRowByOid(oid)
  const unsupported = (): FormatError =>
    new FormatError('ERR_ALGORITHM_UNSUPPORTED', { details: { algorithm: row?.title ?? oid } })
  if (!row || row.scheme === 'other') throw unsupported()
  if (row.scheme === 'rsa-pss') {
    // RFC 4055, 3.1: in a signature the parameters are always present
    if (!parameters) throw new FormatError('ERR_ALGORITHM_PARAMETERS', { details: { algorithm: row.title } })
    return { scheme: 'rsa-pss', ...decodePssParameters(parameters) }
  }
  if (row.scheme === 'key') {
    const scheme = keySchemes[oid]
    if (!digest || !scheme) throw unsupported()
    return { scheme, digest }
  }
  const isNull = parameters?.is('universal', 5) && parameters.content.length === 0
  const mayBeNull = row.scheme === 'rsa-pkcs1' || (digest !== undefined && row.scheme.startsWith('ecdsa'))
  // some signers name the curve here; the key's own is the one that counts
  const isCurve = row.scheme === 'ecdsa-plain' && parameters?.is('universal', 6)
  if (parameters && !(isNull && mayBeNull) && !isCurve) {
    throw new FormatError('ERR_ALGORITHM_PARAMETERS', { details: { algorithm: row.title } })
  }
  if (row.scheme === 'ed25519' || row.scheme === 'ed448') return { scheme: row.scheme }
  return { scheme: row.scheme, digest: row.digest! }
}

/** The parameters of RSASSA-PSS, in a signature or a key (RFC 4055, 3.1). */
function decodePssParameters(element: DerElement): {
  digest: DigestName
  mgfDigest: DigestName
  saltLength: number
} {
  const malformed = (): FormatError =>
    new FormatError('ERR_ALGORITHM_PARAMETERS', { details: { algorithm: 'RSASSA-PSS' } })
  const out = { digest: 'sha1' as DigestName, mgfDigest: 'sha1' as DigestName, saltLength: 20 }
  let last = -1
  for (const field of readSequence(element)) {
    const [inner, ...rest] = field.tagClass === 'context' && field.constructed ? field.children : []
    if (!inner || rest.length > 0 || field.tag <= last) throw malformed()
    last = field.tag
    if (field.tag === 0) out.digest = decodeDigestAlgorithm(inner)
    else if (field.tag === 1) out.mgfDigest = decodeMaskGeneration(inner)
    else if (field.tag === 2) out.saltLength = readInteger(inner)
    else if (field.tag !== 3 || readInteger(inner) !== 1) throw malformed()
  }
  if (out.saltLength < 0 || out.saltLength > MAX_SALT) throw malformed()
  return out
}

function decodeMaskGeneration(element: DerElement): DigestName {
  const [identifier, parameters, ...rest] = readSequence(element)
  const oid = identifier ? readOid(identifier) : ''
  if (oid !== MGF1) throw new FormatError('ERR_ALGORITHM_UNSUPPORTED', { details: { algorithm: oid } })
  if (!parameters || rest.length > 0) {
    throw new FormatError('ERR_ALGORITHM_PARAMETERS', { details: { algorithm: 'MGF1' } })
  }
  return decodeDigestAlgorithm(parameters)
}
