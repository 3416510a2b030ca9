import {
  type DerElement,
  der,
  isEqual,
  parseDer,
  readIntegerBytes,
  readOctetString,
  readOid,
  readSequence,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import type { DigestName } from './digests.ts'
import { decodeDigestAlgorithm, digestBytes } from './digests.ts'
import { type Name, readName } from './name.ts'

/** A certificate named by its digest (ESSCertID, ESSCertIDv2, OtherCertID). */
export interface CertificateReference {
  /** null: an algorithm that is not known here; its OID stands in `digestOid`. */
  readonly digest: DigestName | null
  readonly digestOid: string
  readonly hash: Uint8Array
  readonly issuerSerial: IssuerSerial | null
}

export interface IssuerSerial {
  /** The directoryName among the issuer's GeneralNames; null where there is none. */
  readonly issuer: Name | null
  /** INTEGER contents octets. */
  readonly serialNumber: Uint8Array
}

export interface SigningCertificateAttribute {
  /** The signer's own first (RFC 5035, 4), then those of its path. */
  readonly certificates: readonly CertificateReference[]
}

const SHA1 = '1.3.14.3.2.26'
const SHA256 = '2.16.840.1.101.3.4.2.1'

const malformed = (what: string): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what } })

/**
 * A value of signing-certificate (version 1: RFC 2634, 5.4; SHA-1 alone) or signing-certificate-v2 (version 2: RFC 5035, 3;
 * SHA-256 by default). The policies behind the certificates are passed over.
 *
 * Throws the errors of `parseDer`, `ERR_ASN1_STRUCTURE`. Not checked: how many certificates are named.
 */
export function parseSigningCertificate(value: Uint8Array, version: 1 | 2): SigningCertificateAttribute {
  const [certificates, policies, ...rest] = readSequence(parseDer(value, { mode: 'ber' }))
  if (!certificates || rest.length > 0) throw malformed('SigningCertificate')
  if (policies) readSequence(policies)
  return { certificates: readSequence(certificates).map((id) => readEssCertId(id, version)) }
}

function readEssCertId(element: DerElement, version: 1 | 2): CertificateReference {
  const fields = [...readSequence(element)]
  const algorithm = version === 2 && fields[0]?.is('universal', 16) ? fields.shift() : undefined
  const [hash, issuerSerial, ...rest] = fields
  if (!hash || rest.length > 0) throw malformed('ESSCertID')
  const named = algorithm ? readDigest(algorithm) : null
  return {
    ...(named ?? defaultDigest(version)),
    hash: readOctetString(hash),
    issuerSerial: issuerSerial ? readIssuerSerial(issuerSerial) : null,
  }
}

const defaultDigest = (version: 1 | 2): Pick<CertificateReference, 'digest' | 'digestOid'> =>
  version === 1 ? { digest: 'sha1', digestOid: SHA1 } : { digest: 'sha256', digestOid: SHA256 }

/** AlgorithmIdentifier of a digest, known here or not. */
export function readDigest(element: DerElement): { digest: DigestName | null; digestOid: string } {
  const [identifier] = readSequence(element)
  if (!identifier) throw malformed('AlgorithmIdentifier')
  const digestOid = readOid(identifier)
  try {
    return { digest: decodeDigestAlgorithm(element), digestOid }
  } catch {
    return { digest: null, digestOid }
  }
}

/** IssuerSerial ::= SEQUENCE { GeneralNames, CertificateSerialNumber, UniqueIdentifier OPTIONAL } (RFC 5035, 5). */
function readIssuerSerial(element: DerElement): IssuerSerial {
  const [names, serial] = readSequence(element)
  if (!names || !serial) throw malformed('IssuerSerial')
  const directory = readSequence(names).find((name) => name.is('context', 4))
  // directoryName [4] EXPLICIT: Name is a CHOICE
  const inner = directory?.constructed ? directory.children[0] : undefined
  return { issuer: inner ? readName(inner) : null, serialNumber: readIntegerBytes(serial) }
}

export interface ReferenceMatch {
  /** False also where the digest algorithm is not known. */
  readonly digestMatches: boolean
  /** null: the reference has no issuerSerial. Issuers are compared byte by byte, serial numbers as they stand. */
  readonly issuerSerialMatches: boolean | null
}

/** Whether a reference is `certificate`'s. MD5 and SHA-1 are computed like all others: what they are worth is no question here. */
export function matchReference(reference: CertificateReference, certificate: Certificate): ReferenceMatch {
  const { digest, hash, issuerSerial } = reference
  return {
    digestMatches: digest !== null && isEqual(digestBytes(digest, certificate.der), hash),
    issuerSerialMatches:
      issuerSerial &&
      isEqual(issuerSerial.serialNumber, certificate.serialNumber) &&
      issuerSerial.issuer !== null &&
      isEqual(issuerSerial.issuer.der, certificate.issuer.der),
  }
}

/** A value re-tagged as a SEQUENCE, as IMPLICIT tagging hides it. */
export const asSequence = (element: DerElement): DerElement =>
  parseDer(der.tlv(0x30, element.content), { mode: 'ber' })
