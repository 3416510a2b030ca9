import {
  AnkyError,
  attributeValues,
  type Certificate,
  digestBytes,
  isEqual,
  isProtectedAlgorithm,
  parseAlgorithmProtection,
  parseCertificate,
  parseContentType,
  parseMessageDigest,
  parseTimeStampToken,
  type SignatureAlgorithm,
  type SignerInfo,
  signedAttributesForVerification,
  soleValue,
  type TimeStampToken,
  verifySignature,
} from '../../formats/index.ts'
import { findTokenProblems } from './check-token.ts'
import { isNamedBySid, isReferenced, type NamedCertificate, readReferences } from './signing-certificate.ts'
import type { TimestampFinding, TimestampFindingCode, TimestampReading, TokenFindingCode } from './types.ts'

type SignatureFindingCode = Exclude<TimestampFindingCode, TokenFindingCode>

const clauses: Readonly<Record<SignatureFindingCode, string>> = {
  TIMESTAMP_SIGNED_ATTRIBUTES_MISSING: 'RFC 5652, 5.3',
  TIMESTAMP_CONTENT_TYPE: 'RFC 5652, 11.1',
  TIMESTAMP_MESSAGE_DIGEST: 'RFC 5652, 11.2',
  TIMESTAMP_ATTRIBUTE_MALFORMED: 'RFC 5652, 11',
  TIMESTAMP_DIGEST_MISMATCH: 'RFC 5652, 5.3',
  TIMESTAMP_ALGORITHM_PROTECTION: 'RFC 6211, 2',
  TIMESTAMP_ALGORITHM_UNSUPPORTED: 'RFC 5652, 5.3',
  TIMESTAMP_RSA_EXPONENT: 'NIST SP 800-56B Rev. 2, 6.2',
  TIMESTAMP_ESS_MISSING: 'RFC 3161, 2.4.2',
  TIMESTAMP_ESS_MALFORMED: 'RFC 5816, 2.2.1',
  TIMESTAMP_ESS_REPEATED: 'RFC 5035, 3',
  TIMESTAMP_CERTIFICATE_MISSING: 'RFC 3161, 2.4.2',
  TIMESTAMP_CERTIFICATE_MISMATCH: 'RFC 5816, 2.2.2',
  TIMESTAMP_SIGNATURE_INVALID: 'RFC 5652, 5.6',
}

/** Certificates tried for one token: a hostile bag of namesakes costs no more. */
const MAX_TRIED = 32
const MIN_RSA_EXPONENT = 65537n

/**
 * Reads a TimeStampToken and looks at everything that does not depend on time or trust: one signer with signed attributes
 * that name content, digest and certificate, his certificate (among those inside and `known`), the value, the TSTInfo's own
 * rules (RFC 3161, 2.4.2; RFC 5816; RFC 5652, 5 and 11).
 *
 * Throws the errors of `parseTimeStampToken`. Not checked: the imprint against any data, nonce and policy (see
 * `compareToRequest`), the certificate's purpose, dates, path and revocation, the strength of any algorithm.
 */
export function readTimestamp(token: Uint8Array, known: readonly Certificate[] = []): TimestampReading {
  const parsed = parseTimeStampToken(token)
  const certificates = readCertificates(parsed.signedData.certificates)
  const findings: TimestampFinding[] = []
  const report = (code: SignatureFindingCode, detail: string | null = null): void => {
    findings.push({ code, clause: clauses[code], detail })
  }
  const { signerInfos } = parsed.signedData
  const [signerInfo] = signerInfos
  if (!signerInfo || signerInfos.length > 1) {
    findings.push(...findTokenProblems(parsed, null))
    return { ...parsed, signerInfo: null, certificates, signer: null, valueIntact: null, findings }
  }
  checkSignedAttributes(signerInfo, parsed, report)
  const found = findSigner(signerInfo, [...certificates, ...known], report)
  if (found.signer) checkExponent(found.signer, report)
  findings.push(...findTokenProblems(parsed, found.signer))
  checkAlgorithms(signerInfo, report)
  if (found.valueIntact === false) report('TIMESTAMP_SIGNATURE_INVALID')
  return { ...parsed, signerInfo, certificates, ...found, findings }
}

type Report = (code: SignatureFindingCode, detail?: string | null) => void

/** Certificates that travel in a token; what cannot be read is none. */
const readCertificates = (encoded: readonly Uint8Array[]): Certificate[] =>
  encoded.flatMap((bytes) => attempt(() => [parseCertificate(bytes)]) ?? [])

/** What `read` gives; null where the bytes or algorithms it reads are none. */
function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof AnkyError) return null
    throw error
  }
}

function checkSignedAttributes(signer: SignerInfo, { signedData }: TimeStampToken, report: Report): void {
  if (!signer.signedAttributesContent) {
    report('TIMESTAMP_SIGNED_ATTRIBUTES_MISSING')
    return
  }
  const contentType = soleValue(signer.signedAttributes, 'content-type')
  const named = contentType && attempt(() => parseContentType(contentType))
  if (contentType && named === null) report('TIMESTAMP_ATTRIBUTE_MALFORMED', 'content-type')
  else if (named !== signedData.eContentType) report('TIMESTAMP_CONTENT_TYPE', named)
  const messageDigest = soleValue(signer.signedAttributes, 'message-digest')
  const value = messageDigest && attempt(() => parseMessageDigest(messageDigest))
  const actual = attempt(() => digestBytes(signer.digest, signedData.eContent!))
  if (messageDigest && value === null) report('TIMESTAMP_ATTRIBUTE_MALFORMED', 'message-digest')
  else if (!value || !actual || !isEqual(value, actual)) report('TIMESTAMP_MESSAGE_DIGEST')
}

/**
 * The certificate that sid or the signed references name and whose key verifies; what was signed goes before sid, which
 * nobody signed.
 */
function findSigner(
  info: SignerInfo,
  pool: readonly Certificate[],
  report: Report,
): Pick<TimestampReading, 'signer' | 'valueIntact'> {
  const named = readReferences(info)
  const bySid = pool.filter((certificate) => isNamedBySid(certificate, info))
  const byReference =
    named.references.length > 0 ? pool.filter((found) => isReferenced(found, named.references)) : []
  const both = byReference.filter((certificate) => bySid.includes(certificate))
  const candidates = [...new Set([...both, ...byReference, ...bySid])].slice(0, MAX_TRIED)
  const tried = candidates.map((signer) => ({ signer, valueIntact: verifyValue(info, signer) }))
  const found = tried.find(({ valueIntact }) => valueIntact) ?? tried[0]
  reportCertificate(info, found?.signer ?? null, named, report)
  return found ?? { signer: null, valueIntact: null }
}

function reportCertificate(
  info: SignerInfo,
  signer: Certificate | null,
  { references, isMalformed, isRepeated }: NamedCertificate,
  report: Report,
): void {
  if (!signer) report('TIMESTAMP_CERTIFICATE_MISSING')
  if (isMalformed) report('TIMESTAMP_ESS_MALFORMED')
  else if (references.length === 0) report('TIMESTAMP_ESS_MISSING')
  if (isRepeated) report('TIMESTAMP_ESS_REPEATED')
  if (!signer) return
  if (!isReferenced(signer, references)) report('TIMESTAMP_CERTIFICATE_MISMATCH', 'reference')
  else if (!isNamedBySid(signer, info)) report('TIMESTAMP_CERTIFICATE_MISMATCH', 'sid')
}

/** null where the algorithm or the key cannot be used. */
const verifyValue = (info: SignerInfo, certificate: Certificate): boolean | null =>
  info.signedAttributesContent
    ? attempt(() =>
        verifySignature(
          certificate.keyObject,
          info.signatureAlgorithm,
          signedAttributesForVerification(info),
          info.signature,
        ),
      )
    : null

function checkExponent(signer: Certificate, report: Report): void {
  const exponent = attempt(() => signer.keyObject.asymmetricKeyDetails?.publicExponent)
  if (exponent && exponent < MIN_RSA_EXPONENT) report('TIMESTAMP_RSA_EXPONENT', String(exponent))
}

function checkAlgorithms(info: SignerInfo, report: Report): void {
  const digest = attempt(() => info.digest)
  const algorithm = attempt(() => info.signatureAlgorithm)
  if (!digest || !algorithm) {
    report('TIMESTAMP_ALGORITHM_UNSUPPORTED')
    return
  }
  if ('digest' in algorithm && algorithm.digest !== digest) {
    report('TIMESTAMP_DIGEST_MISMATCH', `${digest}, ${algorithm.digest}`)
  }
  checkProtection(info, algorithm, report)
}

/** RFC 6211, 2: what is protected are the SignerInfo's own algorithms; the attribute stands at most once. */
function checkProtection(info: SignerInfo, algorithm: SignatureAlgorithm, report: Report): void {
  if (attributeValues(info.signedAttributes, 'cms-algorithm-protection').attributes === 0) return
  const value = soleValue(info.signedAttributes, 'cms-algorithm-protection')
  const protection = value && attempt(() => parseAlgorithmProtection(value))
  if (!protection || !isProtectedAlgorithm(protection, info.digest, algorithm)) {
    report('TIMESTAMP_ALGORITHM_PROTECTION')
  }
}
