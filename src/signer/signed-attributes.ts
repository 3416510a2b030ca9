import {
  type Attribute,
  type Certificate,
  type DigestName,
  der,
  digestBytes,
  digestLength,
  digestTitle,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  encodeSignedAttributes,
  type SignatureAlgorithm,
} from '../formats/index.ts'
import { SignerError } from './errors.ts'
import {
  CMS_ALGORITHM_PROTECTION,
  CONTENT_TYPE,
  ID_DATA,
  MESSAGE_DIGEST,
  SIGNING_CERTIFICATE_V2,
  SIGNING_TIME,
} from './oids.ts'

export interface SignedAttributesInput {
  readonly format: 'pades' | 'cades'
  readonly contentDigest: Uint8Array
  /** Of the content, and of the certificate in signing-certificate-v2. */
  readonly digest: DigestName
  readonly algorithm: SignatureAlgorithm
  /** The signer's. */
  readonly certificate: Certificate
  /** Cut to seconds; null in PAdES, where /M says it. */
  readonly signingTime: Date | null
}

/**
 * SignedAttributes as a DER SET OF, the bytes to be signed: content-type, message-digest, signing-certificate-v2,
 * cms-algorithm-protection (RFC 6211) and in CAdES signing-time (EN 319 122-1 and EN 319 142-1, clause 6.3).
 *
 * Throws `ERR_SIGNER_DIGEST_LENGTH`, `ERR_SIGNER_STATE_INVALID` where signing time and format do not go together. Not
 * checked: that algorithm and key fit.
 */
export function buildSignedAttributes(input: SignedAttributesInput): Uint8Array {
  const { contentDigest, digest, algorithm, certificate, signingTime } = input
  const expected = digestLength(digest)
  if (contentDigest.length !== expected) {
    throw new SignerError('ERR_SIGNER_DIGEST_LENGTH', {
      details: { digest: digestTitle(digest), expected, actual: contentDigest.length },
    })
  }
  // EN 319 142-1, 6.3: signing-time shall not be used; EN 319 122-1, 6.3: it shall be present
  if ((signingTime === null) !== (input.format === 'pades')) {
    throw new SignerError('ERR_SIGNER_STATE_INVALID', { details: { field: 'signingTime' } })
  }
  const attributes: Attribute[] = [
    { oid: CONTENT_TYPE, values: [der.oid(ID_DATA)] },
    { oid: MESSAGE_DIGEST, values: [der.octetString(contentDigest)] },
    { oid: SIGNING_CERTIFICATE_V2, values: [encodeSigningCertificate(certificate, digest)] },
    { oid: CMS_ALGORITHM_PROTECTION, values: [encodeAlgorithmProtection(digest, algorithm)] },
  ]
  if (signingTime) attributes.push({ oid: SIGNING_TIME, values: [der.time(signingTime)] })
  return encodeSignedAttributes(attributes)
}

/**
 * SigningCertificateV2 with one ESSCertIDv2 (RFC 5035, 3). SHA-256 is the default that DER leaves out; issuerSerial is
 * left out as EN 319 122-1, 6.3, requirement g, advises.
 */
export function encodeSigningCertificate(certificate: Certificate, digest: DigestName): Uint8Array {
  const hash = der.octetString(digestBytes(digest, certificate.der))
  const id = digest === 'sha256' ? der.sequence(hash) : der.sequence(encodeDigestAlgorithm(digest), hash)
  return der.sequence(der.sequence(id))
}

/** CMSAlgorithmProtection: both identifiers as the SignerInfo has them (RFC 6211, 2; RFC 8933, 3). */
export const encodeAlgorithmProtection = (digest: DigestName, algorithm: SignatureAlgorithm): Uint8Array =>
  der.sequence(encodeDigestAlgorithm(digest), der.implicit(1, encodeSignatureAlgorithm(algorithm)))
