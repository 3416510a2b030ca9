import {
  AnkyError,
  algorithmName,
  type Certificate,
  type DigestName,
  digestBytes,
  digestTitle,
  isEqual,
  parseDer,
  parseTimeStampToken,
  readOctetString,
  readOid,
  type SignerInfo,
  signedAttributesForVerification,
  type TimeStampToken,
  type TstInfo,
  verifySignature,
} from '../formats/index.ts'
import { SignerError } from './errors.ts'
import { CONTENT_TYPE, MESSAGE_DIGEST, TST_INFO } from './oids.ts'
import { isWeakDigest } from './strength.ts'
import { checkTsaCertificate, findTokenSigner, readTokenCertificates } from './tsp-certificate.ts'

export interface TokenExpectation {
  readonly imprint: Uint8Array
  readonly digest: DigestName
  /** null: none was sent, or it is not known any more. */
  readonly nonce: bigint | null
  /** Absent: any policy will do. */
  readonly policy?: string
  /** Time-stamping authorities' certificates, or their anchors. */
  readonly trusted: readonly Certificate[]
  /** Absent: genTime is not held against any clock. */
  readonly now?: Date
}

/** How far a time-stamp may lie from our own clock, beside the accuracy that it states. */
const TOLERANCE_MS = 5 * 60_000
/** An accuracy beyond this says nothing. */
const MAX_ACCURACY_MS = 60_000

/**
 * Reads a TimeStampToken and holds it to what was asked for (RFC 3161, 2.4.2; RFC 5816): content, imprint, policy, nonce,
 * time, one signer with signed attributes and his certificate, signature, trust.
 *
 * Throws `ERR_TSP_…`, a code for each. Not checked: revocation, ordering, the tsa field.
 */
export function checkTimestampToken(token: Uint8Array, expected: TokenExpectation): TstInfo {
  const { signedData, tstInfo } = read(token)
  checkInfo(tstInfo, expected)
  const [signer, ...others] = signedData.signerInfos
  if (!signer || others.length > 0) {
    throw new SignerError('ERR_TSP_SIGNER_COUNT', { details: { count: signedData.signerInfos.length } })
  }
  checkSignedAttributes(signer, signedData.eContent!)
  const certificates = readTokenCertificates(signedData.certificates)
  const certificate = findTokenSigner(certificates, signer)
  checkValue(signer, certificate)
  checkTsaCertificate(certificate, { others: certificates, trusted: expected.trusted, at: tstInfo.genTime })
  return tstInfo
}

function read(token: Uint8Array): TimeStampToken {
  try {
    return parseTimeStampToken(token)
  } catch (cause) {
    if (cause instanceof AnkyError) {
      if (cause.code === 'ERR_TST_CONTENT_TYPE') throw new SignerError('ERR_TSP_CONTENT', { cause })
      if (cause.code === 'ERR_TST_VERSION') {
        throw new SignerError('ERR_TSP_VERSION', { details: cause.details, cause })
      }
    }
    throw new SignerError('ERR_TSP_MALFORMED', { cause })
  }
}

function checkInfo(info: TstInfo, expected: TokenExpectation): void {
  if (info.digest !== expected.digest) {
    const details = { expected: digestTitle(expected.digest), actual: digestTitle(info.digest) }
    throw new SignerError('ERR_TSP_DIGEST_MISMATCH', { details })
  }
  if (!isEqual(info.imprint, expected.imprint)) throw new SignerError('ERR_TSP_IMPRINT_MISMATCH')
  if (expected.nonce !== null && info.nonce === null) throw new SignerError('ERR_TSP_NONCE_MISSING')
  if (expected.nonce !== null && info.nonce !== expected.nonce)
    throw new SignerError('ERR_TSP_NONCE_MISMATCH')
  if (expected.policy !== undefined && info.policy !== expected.policy) {
    const details = { expected: expected.policy, actual: info.policy }
    throw new SignerError('ERR_TSP_POLICY_MISMATCH', { details })
  }
  const unknown = info.extensions.find(({ critical }) => critical)
  if (unknown) throw new SignerError('ERR_TSP_EXTENSION', { details: { oid: unknown.oid } })
  if (expected.now) checkTime(info, expected.now)
}

function checkTime({ genTime, accuracy }: TstInfo, now: Date): void {
  const { seconds = 0, millis = 0, micros = 0 } = accuracy ?? {}
  const accuracyMs = seconds * 1000 + millis + micros / 1000
  const distance = Math.abs(genTime.getTime() - now.getTime())
  if (accuracyMs > MAX_ACCURACY_MS || distance > TOLERANCE_MS + accuracyMs) {
    throw new SignerError('ERR_TSP_TIME_OUT_OF_RANGE', { details: { genTime: genTime.toISOString() } })
  }
}

/** The one value of an attribute that must stand exactly once (RFC 5652, 5.3, 11.1 and 11.2); null otherwise. */
function singleValue(signer: SignerInfo, oid: string): Uint8Array | null {
  const [found, ...more] = signer.signedAttributes.filter((attribute) => attribute.oid === oid)
  return found && more.length === 0 && found.values.length === 1 ? found.values[0]! : null
}

function checkSignedAttributes(signer: SignerInfo, content: Uint8Array): void {
  if (!signer.signedAttributesContent) throw new SignerError('ERR_TSP_SIGNED_ATTRIBUTES_MISSING')
  const contentType = singleValue(signer, CONTENT_TYPE)
  const messageDigest = singleValue(signer, MESSAGE_DIGEST)
  try {
    if (!contentType || readOid(parseDer(contentType)) !== TST_INFO) {
      throw new SignerError('ERR_TSP_CONTENT_TYPE_ATTRIBUTE')
    }
    const digest = messageDigest && readOctetString(parseDer(messageDigest))
    if (!digest || !isEqual(digest, digestBytes(signer.digest, content))) {
      throw new SignerError('ERR_TSP_MESSAGE_DIGEST')
    }
  } catch (cause) {
    if (cause instanceof SignerError) throw cause
    throw new SignerError('ERR_TSP_MALFORMED', { cause })
  }
}

function checkValue(signer: SignerInfo, certificate: Certificate): void {
  let isValid: boolean
  let weak: string | null
  try {
    const algorithm = signer.signatureAlgorithm
    const digests = [signer.digest, ...('digest' in algorithm ? [algorithm.digest] : [])]
    weak = digests.some(isWeakDigest) ? algorithmName(algorithm) : null
    isValid =
      weak === null &&
      verifySignature(
        certificate.keyObject,
        algorithm,
        signedAttributesForVerification(signer),
        signer.signature,
      )
  } catch (cause) {
    throw new SignerError('ERR_TSP_SIGNATURE_INVALID', { cause })
  }
  if (weak !== null) throw new SignerError('ERR_TSP_DIGEST_WEAK', { details: { algorithm: weak } })
  if (!isValid) throw new SignerError('ERR_TSP_SIGNATURE_INVALID')
}
