import {
  type Certificate,
  certificatePolicies,
  FormatError,
  formatName,
  hasOcspNoCheck,
  isEqual,
  isValidityAssuredShortTerm,
  nameValues,
  subjectIdentifiers,
  verifySignature,
} from '../../formats/index.ts'
import { describeAlgorithm } from '../../trust/index.ts'
import type { CertificateFacts } from '../facts.ts'
import { keyFactsOf, readAlgorithm } from './algorithm-facts.ts'

const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14'
const CRL_DISTRIBUTION_POINTS = '2.5.29.31'
const EXTENDED_KEY_USAGE = '2.5.29.37'

/** What holds of a certificate whoever asks: all but anchors, paths and statuses. */
export type OwnCertificateFacts = Omit<CertificateFacts, 'trusted' | 'trustedUntil' | 'paths' | 'statuses'>

const known = new WeakMap<Certificate, OwnCertificateFacts>()

export const certificateId = (certificate: Certificate): string => `C-${certificate.sha256}`

/** The facts of a certificate by itself, kept as long as it lives. */
export function describeCertificate(certificate: Certificate): OwnCertificateFacts {
  let facts = known.get(certificate)
  if (!facts) {
    facts = describe(certificate)
    known.set(certificate, facts)
  }
  return facts
}

function describe(certificate: Certificate): OwnCertificateFacts {
  const { algorithm } = readAlgorithm(() => certificate.signatureAlgorithm)
  const key = keyFactsOf(certificate)
  const selfSigned = isSelfSigned(certificate)
  const has = (oid: string): boolean => certificate.extensions.some((extension) => extension.oid === oid)
  return {
    id: certificateId(certificate),
    sha256: certificate.sha256,
    subject: formatName(certificate.subject),
    issuer: formatName(certificate.issuer),
    commonName: nameValues(certificate.subject, COMMON_NAME)[0] ?? null,
    organization: nameValues(certificate.subject, ORGANIZATION)[0] ?? null,
    identifiers: subjectIdentifiers(certificate.subject),
    issuerCommonName: nameValues(certificate.issuer, COMMON_NAME)[0] ?? null,
    serialNumber: certificate.serialHex,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    key: { algorithm: key?.algorithm ?? 'unknown', bits: key?.bits ?? 0 },
    algorithm: algorithm && describeAlgorithm(algorithm, selfSigned ? (key?.bits ?? null) : null),
    selfSigned,
    keyUsage: certificate.keyUsage ?? null,
    extKeyUsage: certificate.extKeyUsage?.map((oid) => ({ oid })) ?? null,
    extKeyUsageCritical: certificate.extensions.some(
      (extension) => extension.oid === EXTENDED_KEY_USAGE && extension.critical,
    ),
    isCa: certificate.basicConstraints?.ca ?? false,
    policies: policiesOf(certificate),
    ocspNoCheck: hasOcspNoCheck(certificate),
    shortTerm: isValidityAssuredShortTerm(certificate),
    hasRevocationAccess: has(CRL_DISTRIBUTION_POINTS) || certificate.ocspUrls.length > 0,
    hasIssuerAccess: certificate.issuerUrls.length > 0,
    hasKeyIdentifier: has(SUBJECT_KEY_IDENTIFIER),
  }
}

/** Issued in its own name and verified with its own key. */
function isSelfSigned(certificate: Certificate): boolean {
  if (!isEqual(certificate.subject.der, certificate.issuer.der)) return false
  try {
    const { keyObject, signatureAlgorithm, tbs, signatureValue } = certificate
    return verifySignature(keyObject, signatureAlgorithm, tbs, signatureValue)
  } catch (error) {
    if (error instanceof FormatError) return false
    throw error
  }
}

/** None where the extension is malformed, which the certificate's path tells. */
function policiesOf(certificate: Certificate): readonly string[] {
  try {
    return certificatePolicies(certificate) ?? []
  } catch (error) {
    if (error instanceof FormatError) return []
    throw error
  }
}
