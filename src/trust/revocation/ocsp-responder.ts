import {
  type BasicOcspResponse,
  type Certificate,
  isNamedResponder,
  parseCertificate,
} from '../../formats/index.ts'
import { isSameName } from '../path/same-name.ts'
import { isSameSigner } from './crl-signer.ts'
import type { RevocationProblem, StatusContext } from './types.ts'
import { verifyValue } from './verify-value.ts'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5'
/** Certificates inside an answer that are looked at, and those of one name elsewhere that are tried. */
const MAX_EMBEDDED = 32
const MAX_TRIED = 32

export interface Responder {
  readonly signer: Certificate
  readonly kind: 'issuer' | 'delegated'
  readonly noCheck: boolean
}

/** Certificates that travel in answers, kept as long as those live. */
const embedded = new WeakMap<BasicOcspResponse, readonly Certificate[]>()

/** The certificates inside an answer; what cannot be read is none. */
export function embeddedCertificates(basic: BasicOcspResponse): readonly Certificate[] {
  let found = embedded.get(basic)
  if (!found) {
    found = basic.certificates.slice(0, MAX_EMBEDDED).flatMap((bytes) => {
      try {
        return [parseCertificate(bytes)]
      } catch {
        return []
      }
    })
    embedded.set(basic, found)
  }
  return found
}

/**
 * Who signed an OCSP answer, where the certificate's issuer did or authorised who did (RFC 6960, 4.2.2.2): the issuer's own
 * key, or a certificate for OCSPSigning that this very key signed, valid when the answer was produced.
 */
export function findResponder(
  basic: BasicOcspResponse,
  issuer: Certificate,
  context: StatusContext,
): Responder | RevocationProblem {
  const named = [issuer, ...embeddedCertificates(basic), ...context.certificates]
    .filter((certificate) => isNamedResponder(basic.responderId, certificate, isSameName))
    .filter((certificate, i, all) => all.findIndex(({ sha256 }) => sha256 === certificate.sha256) === i)
  let problem: RevocationProblem = { code: 'OCSP_RESPONDER_UNKNOWN', clause: 'RFC 6960, 4.2.2.3' }
  let authorized: RevocationProblem | null = null
  for (const candidate of named.slice(0, MAX_TRIED)) {
    const isIssuer = isSameSigner(candidate, issuer)
    const verdict = verifyValue(basic, candidate)
    if (verdict === 'unsupported') problem = { code: 'ALGORITHM_UNSUPPORTED', clause: 'RFC 6960, 3.2 (2)' }
    if (verdict === 'broken' && problem.code === 'OCSP_RESPONDER_UNKNOWN') {
      problem = { code: 'OCSP_SIGNATURE', clause: 'RFC 6960, 3.2 (2)' }
    }
    if (verdict !== 'intact') continue
    const refusal = isIssuer ? null : findDelegationProblem(candidate, basic, issuer)
    if (!refusal) {
      const noCheck = !isIssuer && candidate.extensions.some(({ oid }) => oid === OCSP_NO_CHECK)
      return { signer: candidate, kind: isIssuer ? 'issuer' : 'delegated', noCheck }
    }
    authorized ??= refusal
  }
  return authorized ?? problem
}

/** RFC 6960, 4.2.2.2: issued directly by the certificate's issuer, with the same key, for this purpose. */
function findDelegationProblem(
  responder: Certificate,
  { producedAt }: BasicOcspResponse,
  issuer: Certificate,
): RevocationProblem | null {
  const clause = 'RFC 6960, 4.2.2.2'
  if (!isSameName(responder.issuer, issuer.subject) || verifyValue(responder, issuer) !== 'intact') {
    return { code: 'OCSP_RESPONDER_UNAUTHORIZED', clause }
  }
  if (!responder.extKeyUsage?.includes(OCSP_SIGNING)) return { code: 'OCSP_RESPONDER_PURPOSE', clause }
  const { keyUsage, notBefore, notAfter } = responder
  if (keyUsage && !keyUsage.includes('digitalSignature') && !keyUsage.includes('nonRepudiation')) {
    return { code: 'OCSP_RESPONDER_KEY_USAGE', clause: 'RFC 5280, 4.2.1.3' }
  }
  return producedAt < notBefore || producedAt > notAfter
    ? { code: 'OCSP_RESPONDER_NOT_VALID', clause: 'RFC 6960, 4.2.2.2.1' }
    : null
}
