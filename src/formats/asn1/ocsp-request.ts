import { der, isEqual, parseDer, readBitString, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import { readExtensions } from './certificate-extensions.ts'
import { type DigestName, digestBytes, encodeDigestAlgorithm } from './digests.ts'
import { findOcspExtension, readNonce } from './ocsp-extensions.ts'
import { readCertId } from './ocsp-single.ts'
import type { OcspCertId, ResponderId } from './ocsp-types.ts'

const NONCE = '1.3.6.1.5.5.7.48.1.2'

/**
 * The octets of the subjectPublicKey BIT STRING, which OCSP hashes (RFC 6960, 4.1.1); null where there is none: such a
 * certificate signs nothing, and hinders nobody who looks among many.
 */
function publicKeyOctets(certificate: Certificate): Uint8Array | null {
  try {
    const [, key] = readSequence(parseDer(certificate.publicKey))
    return key ? readBitString(key).bytes : null
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

interface IssuerHashes {
  readonly name: Uint8Array
  /** null: the certificate holds no key. */
  readonly key: Uint8Array | null
}

/** By issuer and digest, kept as long as the issuer lives: each answer is held against the same few. */
const hashes = new WeakMap<Certificate, Map<DigestName, IssuerHashes>>()

function issuerHashes(issuer: Certificate, digest: DigestName): IssuerHashes {
  const kept = hashes.get(issuer) ?? new Map<DigestName, IssuerHashes>()
  hashes.set(issuer, kept)
  let found = kept.get(digest)
  if (!found) {
    const octets = publicKeyOctets(issuer)
    found = { name: digestBytes(digest, issuer.subject.der), key: octets && digestBytes(digest, octets) }
    kept.set(digest, found)
  }
  return found
}

type CertIdHolder = Pick<Certificate, 'serialNumber'>

/**
 * CertID of a certificate that `issuer` issued (RFC 6960, 4.1.1). SHA-1 is what every responder knows; it only tells
 * issuers apart. Throws `ERR_ASN1_STRUCTURE` for an issuer without a public key.
 */
export function encodeOcspCertId(
  { serialNumber }: CertIdHolder,
  issuer: Certificate,
  digest: DigestName = 'sha1',
): Uint8Array {
  const { name, key } = issuerHashes(issuer, digest)
  if (!key) throw new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'SubjectPublicKeyInfo' } })
  return der.sequence(
    encodeDigestAlgorithm(digest),
    der.octetString(name),
    der.octetString(key),
    // as it stands: a negative number, which some CAs gave, stays one
    der.tlv(0x02, serialNumber),
  )
}

/** Whether `certId` means the certificate with that serial number issued by `issuer`: name, key and number. */
export function isCertIdOf(certId: OcspCertId, { serialNumber }: CertIdHolder, issuer: Certificate): boolean {
  const { digest } = certId
  if (digest === null || !isEqual(certId.serialNumber, serialNumber)) return false
  const { name, key } = issuerHashes(issuer, digest)
  return key !== null && isEqual(certId.issuerNameHash, name) && isEqual(certId.issuerKeyHash, key)
}

/** Whether a responder is named by this certificate's key, or, names compared by `isSameName`, by its subject. */
export function isNamedResponder(
  responderId: ResponderId,
  certificate: Certificate,
  isSameName: (a: Certificate['subject'], b: Certificate['subject']) => boolean,
): boolean {
  if (responderId.kind === 'name') return isSameName(responderId.name, certificate.subject)
  const { key } = issuerHashes(certificate, 'sha1')
  return key !== null && isEqual(responderId.hash, key)
}

/** An unsigned OCSPRequest about one certificate (RFC 6960, 4.1.1); `nonce`: 1 to 128 octets (RFC 9654, 2.1). */
export function encodeOcspRequest(certId: Uint8Array, nonce: Uint8Array | null): Uint8Array {
  const extensions = nonce ? [der.explicit(2, der.sequence(encodeNonce(nonce)))] : []
  return der.sequence(der.sequence(der.sequence(der.sequence(certId)), ...extensions))
}

const encodeNonce = (nonce: Uint8Array): Uint8Array =>
  der.sequence(der.oid(NONCE), der.octetString(der.octetString(nonce)))

/**
 * What an OCSPRequest asks for. Throws `ERR_ASN1_STRUCTURE`, `ERR_OCSP_EXTENSION` and the errors of `parseDer`. A signature
 * and the requestor's name are passed over.
 */
export function parseOcspRequest(bytes: Uint8Array): { certIds: OcspCertId[]; nonce: Uint8Array | null } {
  const malformed = (): FormatError =>
    new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'OCSPRequest' } })
  const [tbs] = readSequence(parseDer(bytes))
  if (!tbs) throw malformed()
  const fields = readSequence(tbs)
  const list = fields.find((field) => field.is('universal', 16))
  if (!list) throw malformed()
  const certIds = readSequence(list).map((request) => {
    const [certId] = readSequence(request)
    if (!certId) throw malformed()
    return readCertId(certId)
  })
  const [extensions] = fields.find((field) => field.is('context', 2))?.children ?? []
  return {
    certIds,
    nonce: extensions ? findOcspExtension(readExtensions(extensions), NONCE, readNonce) : null,
  }
}
