import { type Certificate, isEqual } from '../formats/index.ts'
import { checkTimestampCertificate, createTrustCache, validatePath } from '../trust/index.ts'
import { SignerError } from './errors.ts'
import { findWeakAlgorithm } from './issuer-strength.ts'
import { weakKeyName } from './strength.ts'

/** The same few issuers are asked for with every time-stamp. */
const cache = createTrustCache()

/**
 * Whether a certificate may sign time-stamps at `at`: extKeyUsage critical and timeStamping alone (RFC 3161, 2.3), valid,
 * a strong key, and one of `trusted` or under one of them (RFC 5280, 6.1) by strong signatures.
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
  if (trusted.some((anchor) => anchor === certificate || isEqual(anchor.der, certificate.der))) return
  const pool = { intermediates: others, anchors: trusted }
  const { valid, path } = validatePath({ certificate, pool, at, cache })
  if (!valid || findWeakAlgorithm(path.certificates, at) !== null) throw new SignerError('ERR_TSP_UNTRUSTED')
}

function checkPurpose(certificate: Certificate): void {
  const [problem] = checkTimestampCertificate(certificate)
  if (!problem) return
  if (problem.code === 'KEY_USAGE') throw new SignerError('ERR_TSP_CERTIFICATE_KEY_USAGE')
  switch (problem.detail) {
    case 'mixed':
      throw new SignerError('ERR_TSP_EKU_MIXED')
    case 'not-critical':
      throw new SignerError('ERR_TSP_EKU_NOT_CRITICAL')
    default:
      throw new SignerError('ERR_TSP_EKU_MISSING')
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
