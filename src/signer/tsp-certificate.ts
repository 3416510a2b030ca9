import {
  type Certificate,
  type DerElement,
  type DigestName,
  decodeDigestAlgorithm,
  digestBytes,
  isEqual,
  parseCertificate,
  parseDer,
  readIntegerBytes,
  readOctetString,
  readSequence,
  type SignerInfo,
} from '../formats/index.ts'
import { findPathProblem, isSame } from './certificate-path.ts'
import { SignerError } from './errors.ts'
import { SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2, TIME_STAMPING } from './oids.ts'
import { weakKeyName } from './strength.ts'

const EXT_KEY_USAGE = '2.5.29.37'

/**
 * The certificate among those of a token that its signer names, by sid and by ESSCertIDv2 or ESSCertID, which must agree
 * (RFC 3161, 2.4.2; RFC 5816, 2.2).
 *
 * Throws `ERR_TSP_CERTIFICATE_MISSING`, `ERR_TSP_ESS_MISSING`, `ERR_TSP_CERTIFICATE_MISMATCH`, `ERR_TSP_MALFORMED`.
 */
export function findTokenSigner(certificates: readonly Certificate[], signer: SignerInfo): Certificate {
  const found = certificates.find((certificate) => isNamedBySid(certificate, signer.sid))
  if (!found) throw new SignerError('ERR_TSP_CERTIFICATE_MISSING')
  const ids = [...readIds(signer, SIGNING_CERTIFICATE_V2), ...readIds(signer, SIGNING_CERTIFICATE)]
  if (ids.length === 0) throw new SignerError('ERR_TSP_ESS_MISSING')
  if (!ids.every((id) => isNamedByEss(found, id))) throw new SignerError('ERR_TSP_CERTIFICATE_MISMATCH')
  return found
}

/** The certificates that travel in a token; what cannot be read is none. */
export function readTokenCertificates(encoded: readonly Uint8Array[]): Certificate[] {
  return encoded.flatMap((bytes) => {
    try {
      return [parseCertificate(bytes)]
    } catch {
      return []
    }
  })
}

function isNamedBySid(certificate: Certificate, sid: SignerInfo['sid']): boolean {
  if (sid.kind === 'issuerAndSerialNumber') {
    const { issuer, serialNumber } = certificate
    return isEqual(sid.issuer.der, issuer.der) && isEqual(sid.serialNumber, serialNumber)
  }
  const { subjectKeyIdentifier } = certificate
  return subjectKeyIdentifier !== undefined && isEqual(sid.keyIdentifier, subjectKeyIdentifier)
}

interface EssCertId {
  readonly digest: DigestName
  readonly hash: Uint8Array
  /** INTEGER contents octets; null where there is no issuerSerial. */
  readonly serialNumber: Uint8Array | null
}

/** The first ESSCertID of the attribute: it names the signer's certificate (RFC 5035, 4). */
function readIds(signer: SignerInfo, oid: string): EssCertId[] {
  return signer.signedAttributes
    .filter((attribute) => attribute.oid === oid)
    .map(({ values }) => {
      try {
        const [ids] = readSequence(parseDer(values[0]!))
        return readId(readSequence(ids!)[0]!, oid === SIGNING_CERTIFICATE_V2)
      } catch (cause) {
        throw new SignerError('ERR_TSP_MALFORMED', { cause })
      }
    })
}

function readId(element: DerElement, isV2: boolean): EssCertId {
  const fields = [...readSequence(element)]
  // hashAlgorithm AlgorithmIdentifier DEFAULT sha256; ESSCertID knows SHA-1 alone (RFC 2634, 5.4)
  const named = isV2 && fields[0]?.is('universal', 16) ? decodeDigestAlgorithm(fields.shift()!) : null
  const [hash, issuerSerial] = fields
  const serial = issuerSerial ? readSequence(issuerSerial)[1] : undefined
  return {
    digest: named ?? (isV2 ? 'sha256' : 'sha1'),
    hash: readOctetString(hash!),
    serialNumber: serial ? readIntegerBytes(serial) : null,
  }
}

const isNamedByEss = (certificate: Certificate, { digest, hash, serialNumber }: EssCertId): boolean =>
  isEqual(digestBytes(digest, certificate.der), hash) &&
  (serialNumber === null || isEqual(serialNumber, certificate.serialNumber))

/**
 * Whether a certificate may sign time-stamps at `at`: extKeyUsage critical and timeStamping alone (RFC 3161, 2.3), valid,
 * a strong key, and one of `trusted` or under one of them.
 *
 * Throws `ERR_TSP_EKU_…`, `ERR_TSP_CERTIFICATE_…`, `ERR_TSP_KEY_WEAK`, `ERR_TSP_UNTRUSTED`. Not checked: revocation.
 */
export function checkTsaCertificate(
  certificate: Certificate,
  context: {
    readonly others: readonly Certificate[]
    readonly trusted: readonly Certificate[]
    readonly at: Date
  },
): void {
  checkPurpose(certificate)
  const { notBefore, notAfter } = certificate
  const { others, trusted, at } = context
  if (at < notBefore) {
    const details = { notBefore: notBefore.toISOString() }
    throw new SignerError('ERR_TSP_CERTIFICATE_NOT_YET_VALID', { details })
  }
  if (at > notAfter) {
    const details = { notAfter: notAfter.toISOString() }
    throw new SignerError('ERR_TSP_CERTIFICATE_EXPIRED', { details })
  }
  checkStrength(certificate)
  if (trusted.some((anchor) => isSame(anchor, certificate))) return
  const problem = findPathProblem({ certificate, intermediates: others, anchors: trusted, at })
  if (problem) throw new SignerError('ERR_TSP_UNTRUSTED')
}

function checkPurpose({ extensions, extKeyUsage, keyUsage }: Certificate): void {
  if (!extKeyUsage?.includes(TIME_STAMPING)) throw new SignerError('ERR_TSP_EKU_MISSING')
  if (extKeyUsage.length > 1) throw new SignerError('ERR_TSP_EKU_MIXED')
  const isCritical = extensions.find(({ oid }) => oid === EXT_KEY_USAGE)?.critical
  if (!isCritical) throw new SignerError('ERR_TSP_EKU_NOT_CRITICAL')
  if (keyUsage && !keyUsage.includes('digitalSignature') && !keyUsage.includes('nonRepudiation')) {
    throw new SignerError('ERR_TSP_CERTIFICATE_KEY_USAGE')
  }
}

function checkStrength(certificate: Certificate): void {
  let weak: string | null
  try {
    weak = weakKeyName(certificate.keyObject)
  } catch (cause) {
    throw new SignerError('ERR_TSP_KEY_WEAK', { details: { key: '?' }, cause })
  }
  if (weak !== null) throw new SignerError('ERR_TSP_KEY_WEAK', { details: { key: weak } })
}
