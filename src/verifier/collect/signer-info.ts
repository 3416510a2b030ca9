import { publicDecrypt } from 'node:crypto'
import {
  type Certificate,
  type DigestName,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  FormatError,
  isEqual,
  parseDer,
  readOid,
  readSequence,
  type SignatureAlgorithm,
  type SignerInfo,
  signedAttributesForVerification,
  verifySignature,
} from '../../formats/index.ts'
import { describeAlgorithm } from '../../trust/index.ts'
import type {
  DigestFacts,
  FormatFinding,
  SignedTokenFacts,
  SigningCertificateReferenceFacts,
} from '../facts.ts'
import { keyFactsOf, readAlgorithm } from './algorithm-facts.ts'
import { certificateId } from './certificate-facts.ts'
import { finding } from './findings.ts'
import {
  checkContentType,
  checkMessageDigest,
  checkProtection,
  isSignedAttributes,
  readSignedAttributes,
} from './signed-attribute-checks.ts'
import type { DigestText, SignerSubject } from './signer-subject.ts'
import { describeReference, findSigningCertificate, readSignerReference } from './signing-certificate.ts'

export interface SignerFacts extends Omit<SignedTokenFacts, 'id'> {
  readonly certificate: Certificate | null
  readonly reference: SigningCertificateReferenceFacts
  readonly findings: readonly FormatFinding[]
}

/** What can be seen of a SignerInfo: whose key verifies, what its digests are, what is wrong with its form. */
export function examineSigner(subject: SignerSubject): SignerFacts {
  const { info, pool } = subject
  const findings: FormatFinding[] = []
  const { algorithm, text } = readAlgorithm(() => info.signatureAlgorithm)
  const digest = readDigestName(info)
  const reference = readSignerReference(info)
  const disorder: FormatFinding[] = []
  const data = info.signedAttributesContent
    ? readSignedAttributes(signedAttributesForVerification(info), disorder)
    : subject.content()
  const found = findSigningCertificate(info, reference, pool, (certificate) =>
    algorithm && data ? tryVerify(certificate, algorithm, data, info.signature) : null,
  )
  const key = found.certificate && keyFactsOf(found.certificate)
  if (found.certificate && !found.isNamed) findings.push(finding('SIGNER_IDENTIFIER_MISMATCH'))
  if (key?.exponent && key.exponent < 65537n) {
    findings.push(finding('RSA_EXPONENT_SMALL', String(key.exponent)))
  }
  if (found.valueIntact === false && found.certificate && algorithm?.scheme === 'rsa-pkcs1' && data) {
    if (isWithoutNull(found.certificate, algorithm.digest, data, info.signature)) {
      findings.push(finding('RSA_DIGEST_INFO_WITHOUT_NULL'))
    }
  }
  if (algorithm && 'digest' in algorithm && digest.name !== algorithm.digest) {
    findings.push(finding('DIGEST_ALGORITHM_MISMATCH', `${digest.text}, ${algorithm.digest}`))
  }
  if (digest.name && subject.digestAlgorithms?.includes(oidOf(digest.name)) === false) {
    findings.push(finding('DIGEST_ALGORITHM_NOT_LISTED', digest.name))
  }
  const digests: DigestFacts[] = []
  if (info.signedAttributesContent) {
    digests.push(...checkMessageDigest(subject, digest, findings))
    checkContentType(subject, findings)
    checkProtection(info, digest.name, algorithm, findings)
    findings.push(...disorder)
  } else {
    if (subject.mustHaveAttributes) findings.push(finding('SIGNED_ATTRIBUTES_ABSENT'))
    if (!data) digests.push({ kind: subject.digestKind, digest: digest.text, found: false, intact: false })
    else if (isSignedAttributes(data)) findings.push(finding('CONTENT_IS_ATTRIBUTES'))
  }
  return {
    algorithm: algorithm && describeAlgorithm(algorithm, key?.bits ?? null),
    algorithmText: text,
    valueIntact: found.valueIntact,
    signingCertificate: found.certificate && certificateId(found.certificate),
    certificate: found.certificate,
    digests,
    reference: describeReference(reference, found.certificate),
    findings,
  }
}

/** null where key or algorithm cannot even be tried. */
function tryVerify(
  certificate: Certificate,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  value: Uint8Array,
): boolean | null {
  try {
    return verifySignature(certificate.keyObject, algorithm, data, value)
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** RFC 8017, 9.2, note 1: DigestInfo with its parameters left out. */
function isWithoutNull(
  certificate: Certificate,
  digest: DigestName,
  data: Uint8Array,
  value: Uint8Array,
): boolean {
  const info = der.sequence(encodeDigestAlgorithm(digest), der.octetString(digestBytes(digest, data)))
  try {
    return isEqual(publicDecrypt(certificate.keyObject, value), info)
  } catch {
    return false
  }
}

const oids = new Map<DigestName, string>()

function oidOf(name: DigestName): string {
  let oid = oids.get(name)
  if (oid === undefined) {
    oid = readOid(readSequence(parseDer(encodeDigestAlgorithm(name)))[0]!)
    oids.set(name, oid)
  }
  return oid
}

function readDigestName(info: SignerInfo): DigestText {
  try {
    return { name: info.digest, text: info.digest }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { name: null, text: String(error.details['algorithm'] ?? error.code) }
  }
}
