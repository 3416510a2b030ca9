import type { Certificate } from '../formats/index.ts'
import { findPathProblem } from './certificate-path.ts'
import { SignerError } from './errors.ts'
import { CODE_SIGNING, OCSP_SIGNING, SERVER_AUTH, TIME_STAMPING } from './oids.ts'
import { readSignerKey } from './signer-key.ts'

/** Who may do nothing but these signs no documents. */
const otherPurposes = new Set([SERVER_AUTH, CODE_SIGNING, TIME_STAMPING, OCSP_SIGNING])

/**
 * Whether the certificate may sign documents now, before its key is used: inside its validity, for digitalSignature or
 * nonRepudiation where it names uses (RFC 5280, 4.2.1.3), not for servers, code, time-stamps or OCSP alone (4.2.1.12), no
 * CA, a strong key, and by signatures under one of `issuers` over valid CAs. `chain` has the end entity first, then what
 * may stand between.
 *
 * Throws `ERR_SIGNER_CHAIN_EMPTY`, `ERR_SIGNER_CERTIFICATE_…`, `ERR_SIGNER_ISSUER_…`, `ERR_SIGNER_KEY_WEAK`,
 * `ERR_SIGNER_KEY_UNSUPPORTED`. Not checked: revocation, policies, name constraints, other extensions.
 */
export function checkSigner(chain: readonly Certificate[], issuers: readonly Certificate[], now: Date): void {
  const [certificate, ...intermediates] = chain
  if (!certificate) throw new SignerError('ERR_SIGNER_CHAIN_EMPTY')
  const { notBefore, notAfter, basicConstraints, keyUsage, extKeyUsage } = certificate
  if (basicConstraints?.ca) throw new SignerError('ERR_SIGNER_CERTIFICATE_IS_CA')
  if (now < notBefore) {
    throw new SignerError('ERR_SIGNER_CERTIFICATE_NOT_YET_VALID', { details: dated({ notBefore }) })
  }
  if (now > notAfter)
    throw new SignerError('ERR_SIGNER_CERTIFICATE_EXPIRED', { details: dated({ notAfter }) })
  if (keyUsage && !keyUsage.includes('digitalSignature') && !keyUsage.includes('nonRepudiation')) {
    throw new SignerError('ERR_SIGNER_CERTIFICATE_KEY_USAGE')
  }
  if (extKeyUsage?.every((purpose) => otherPurposes.has(purpose)))
    throw new SignerError('ERR_SIGNER_CERTIFICATE_KEY_USAGE')
  readSignerKey(certificate)
  checkPath(certificate, intermediates, issuers, now)
}

function checkPath(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
  now: Date,
): void {
  const problem = findPathProblem({ certificate, intermediates, anchors, at: now })
  switch (problem?.kind) {
    case undefined:
      return
    case 'none':
      throw new SignerError('ERR_SIGNER_CERTIFICATE_UNTRUSTED')
    case 'not-ca':
      throw new SignerError('ERR_SIGNER_ISSUER_NOT_CA')
    case 'weak':
      throw new SignerError('ERR_SIGNER_ISSUER_WEAK', { details: { algorithm: problem.algorithm } })
    case 'expired': {
      const { notAfter } = problem.certificate
      throw new SignerError('ERR_SIGNER_ISSUER_EXPIRED', { details: dated({ notAfter }) })
    }
    case 'not-yet-valid': {
      const { notBefore } = problem.certificate
      throw new SignerError('ERR_SIGNER_ISSUER_NOT_YET_VALID', { details: dated({ notBefore }) })
    }
  }
}

const dated = (dates: Record<string, Date>): Record<string, string> =>
  Object.fromEntries(Object.entries(dates).map(([name, date]) => [name, date.toISOString()]))
