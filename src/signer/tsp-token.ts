import {
  AnkyError,
  algorithmName,
  type Certificate,
  type DigestName,
  digestTitle,
  type SignerInfo,
  type TstInfo,
} from '../formats/index.ts'
import {
  accuracyMs,
  compareToRequest,
  readTimestamp,
  type TimestampFinding,
  type TimestampFindingCode,
  type TimestampReading,
} from '../trust/index.ts'
import { SignerError, type SignerErrorCode } from './errors.ts'
import { isWeakDigest } from './strength.ts'
import { checkTsaCertificate } from './tsp-certificate.ts'

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
 * Holds a TimeStampToken to what was asked for (RFC 3161, 2.4.2; RFC 5816): content, imprint, policy, nonce, time, and that
 * nothing is found against it, its strength and its signer's certificate.
 *
 * Throws `ERR_TSP_…`, a code for each. Not checked: revocation, ordering.
 */
export function checkTimestampToken(token: Uint8Array, expected: TokenExpectation): TstInfo {
  const reading = read(token)
  const { tstInfo, findings, signerInfo, signer, certificates } = reading
  checkRequest(tstInfo, expected)
  refuse(findings, 'TIMESTAMP_EXTENSION_CRITICAL')
  if (expected.now) checkTime(tstInfo, expected.now)
  refuse(findings, ...aboutForm)
  if (!signerInfo || !signer) throw new SignerError('ERR_TSP_CERTIFICATE_MISSING')
  checkStrength(signerInfo)
  refuse(findings, ...Object.keys(refusals))
  checkIsIntact(reading)
  checkTsaCertificate(signer, { others: certificates, trusted: expected.trusted, at: tstInfo.genTime })
  return tstInfo
}

function read(token: Uint8Array): TimestampReading {
  try {
    return readTimestamp(token)
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

function checkRequest(info: TstInfo, { imprint, digest, nonce, policy }: TokenExpectation): void {
  const difference = compareToRequest(info, { imprint, digest, nonce, policy: policy ?? null })
  switch (difference?.code) {
    case undefined:
      return
    case 'DIGEST': {
      const details = { expected: digestTitle(difference.expected), actual: digestTitle(difference.actual) }
      throw new SignerError('ERR_TSP_DIGEST_MISMATCH', { details })
    }
    case 'IMPRINT':
      throw new SignerError('ERR_TSP_IMPRINT_MISMATCH')
    case 'NONCE_MISSING':
      throw new SignerError('ERR_TSP_NONCE_MISSING')
    case 'NONCE':
      throw new SignerError('ERR_TSP_NONCE_MISMATCH')
    case 'POLICY': {
      const { expected, actual } = difference
      throw new SignerError('ERR_TSP_POLICY_MISMATCH', { details: { expected, actual } })
    }
  }
}

function checkTime(info: TstInfo, now: Date): void {
  const { genTime } = info
  const accuracy = accuracyMs(info) ?? 0
  const distance = Math.abs(genTime.getTime() - now.getTime())
  if (accuracy > MAX_ACCURACY_MS || distance > TOLERANCE_MS + accuracy) {
    throw new SignerError('ERR_TSP_TIME_OUT_OF_RANGE', { details: { genTime: genTime.toISOString() } })
  }
}

/** What makes the rest of a token not worth looking at. */
const aboutForm: readonly TimestampFindingCode[] = [
  'TIMESTAMP_SIGNER_COUNT',
  'TIMESTAMP_SIGNED_ATTRIBUTES_MISSING',
  'TIMESTAMP_ATTRIBUTE_MALFORMED',
  'TIMESTAMP_CONTENT_TYPE',
  'TIMESTAMP_MESSAGE_DIGEST',
  'TIMESTAMP_CERTIFICATE_MISSING',
  'TIMESTAMP_ESS_MALFORMED',
  'TIMESTAMP_ESS_MISSING',
  'TIMESTAMP_ESS_REPEATED',
  'TIMESTAMP_CERTIFICATE_MISMATCH',
]

const refusals: Readonly<Record<TimestampFindingCode, SignerErrorCode>> = {
  TIMESTAMP_SIGNER_COUNT: 'ERR_TSP_SIGNER_COUNT',
  TIMESTAMP_SIGNED_ATTRIBUTES_MISSING: 'ERR_TSP_SIGNED_ATTRIBUTES_MISSING',
  TIMESTAMP_ATTRIBUTE_MALFORMED: 'ERR_TSP_MALFORMED',
  TIMESTAMP_CONTENT_TYPE: 'ERR_TSP_CONTENT_TYPE_ATTRIBUTE',
  TIMESTAMP_MESSAGE_DIGEST: 'ERR_TSP_MESSAGE_DIGEST',
  TIMESTAMP_ALGORITHM_UNSUPPORTED: 'ERR_TSP_SIGNATURE_INVALID',
  TIMESTAMP_DIGEST_MISMATCH: 'ERR_TSP_ALGORITHM_MISMATCH',
  TIMESTAMP_ALGORITHM_PROTECTION: 'ERR_TSP_ALGORITHM_MISMATCH',
  TIMESTAMP_RSA_EXPONENT: 'ERR_TSP_KEY_WEAK',
  TIMESTAMP_ESS_MISSING: 'ERR_TSP_ESS_MISSING',
  TIMESTAMP_ESS_MALFORMED: 'ERR_TSP_MALFORMED',
  TIMESTAMP_ESS_REPEATED: 'ERR_TSP_MALFORMED',
  TIMESTAMP_CERTIFICATE_MISSING: 'ERR_TSP_CERTIFICATE_MISSING',
  TIMESTAMP_CERTIFICATE_MISMATCH: 'ERR_TSP_CERTIFICATE_MISMATCH',
  TIMESTAMP_SIGNATURE_INVALID: 'ERR_TSP_SIGNATURE_INVALID',
  TIMESTAMP_EXTENSION_CRITICAL: 'ERR_TSP_EXTENSION',
  TIMESTAMP_IMPRINT_LENGTH: 'ERR_TSP_IMPRINT_MISMATCH',
  TIMESTAMP_TSA_NAME: 'ERR_TSP_TSA_NAME',
}

/** Throws for the first of `findings` whose code is among `codes`. */
function refuse(findings: readonly TimestampFinding[], ...codes: readonly string[]): void {
  const found = findings.find(({ code }) => codes.includes(code))
  if (found) throw new SignerError(refusals[found.code], { details: detailsOf(found) })
}

function detailsOf({ code, detail }: TimestampFinding): Record<string, string | number> {
  if (code === 'TIMESTAMP_SIGNER_COUNT') return { count: Number(detail) }
  if (code === 'TIMESTAMP_EXTENSION_CRITICAL') return { oid: detail ?? '?' }
  return code === 'TIMESTAMP_RSA_EXPONENT' ? { key: `RSA e=${detail}` } : {}
}

function checkStrength(signer: SignerInfo): void {
  let weak: string | null
  try {
    const algorithm = signer.signatureAlgorithm
    const digests = [signer.digest, ...('digest' in algorithm ? [algorithm.digest] : [])]
    weak = digests.some(isWeakDigest) ? algorithmName(algorithm) : null
  } catch (cause) {
    throw new SignerError('ERR_TSP_SIGNATURE_INVALID', { cause })
  }
  if (weak !== null) throw new SignerError('ERR_TSP_DIGEST_WEAK', { details: { algorithm: weak } })
}

/** No finding, and still not verified: a key that cannot be used. */
function checkIsIntact({ valueIntact }: TimestampReading): void {
  if (valueIntact !== true) throw new SignerError('ERR_TSP_SIGNATURE_INVALID')
}
