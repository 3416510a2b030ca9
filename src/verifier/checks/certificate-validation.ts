import type { CertificateFacts, PathFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import type { PolicyContext } from '../policy.ts'
import { certificateAlgorithm, weighAlgorithms } from './algorithm-constraints.ts'
import { Block, isPassed } from './block.ts'
import { type CaseFile, instant, nameOfCertificate, type Token } from './case-file.ts'
import {
  isSignerValid,
  weighFreshnessAtUse,
  weighRevocation,
  weighRevocationSigner,
  weighRevokedIssuers,
} from './certificate-revocation.ts'
import { weighConstraints } from './chain-constraints.ts'
import { type PathCertificate, pathCertificates } from './path-certificates.ts'
import type { StatusAnswer } from './status-answers.ts'
import { anchorOf, roleAt } from './trust-anchors.ts'
import { isWithin, validityDetails } from './validity.ts'

export interface CertificateValidation {
  readonly conclusion: Conclusion
  /** The path that was found best; null where there is none. */
  readonly path: PathFacts | null
  readonly certificates: readonly PathCertificate[]
}

const check = 'x509-certificate-validation'

/**
 * EN 319 102-1 V1.4.1, 5.2.6: the token's signing certificate at a time, by each of its paths until one passes. Where none
 * does, the result is that of the best: one that proofs of existence may still turn before one that they may not.
 *
 * Read so: what holds of a path whatever the time is asked of every certificate first, so that no matter of time can hide
 * it; and the validity period is asked of every certificate below the anchor, with the sub-indications that 5.2.6.4 has
 * for the signing certificate, so that a proof of existence inside all periods can still help (5.6.2.1.4, step 2 speaks of
 * a date within the intersection of all). The anchor itself is believed as it stands: no revocation, algorithm or dates.
 */
export function validateCertificate(file: CaseFile, token: Token): CertificateValidation {
  const { facts, context } = token
  const key = `x509 ${context} ${facts.id}`
  return file.once(key, () => {
    const signer = file.certificate(facts.signingCertificate!)
    if (signer.paths.length === 0) return noPath(file, signer, context)
    const results = signer.paths.map((path) => validatePath(file, path, token))
    return results.find(({ conclusion }) => isPassed(conclusion)) ?? best(results)
  })
}

const recoverable = /NO_POE|NOT_REVOKED|TRY_LATER/

function best(results: readonly CertificateValidation[]): CertificateValidation {
  const rank = ({ conclusion, path }: CertificateValidation): number => {
    if (!path?.anchored) return 0
    if (conclusion.subIndication === 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE') return 1
    return recoverable.test(conclusion.subIndication ?? '') ? 3 : 2
  }
  return results.reduce((a, b) => (rank(b) > rank(a) ? b : a))
}

function noPath(file: CaseFile, signer: CertificateFacts, context: PolicyContext): CertificateValidation {
  const block = new Block(check, '5.2.6', signer.id)
  weighPathFound(block, file, signer, context, false)
  return { conclusion: block.conclude(), path: null, certificates: [] }
}

function weighPathFound(
  block: Block,
  file: CaseFile,
  signer: CertificateFacts,
  context: PolicyContext,
  holds: boolean,
): void {
  block.weigh(holds, file.contextPolicy(context).checks.pathFound, () => ({
    sub: 'NO_CERTIFICATE_CHAIN_FOUND',
    code: 'PATH_NOT_FOUND',
    clause: '5.2.6.4',
    details: { certificate: nameOfCertificate(signer) },
  }))
}

function validatePath(file: CaseFile, path: PathFacts, token: Token): CertificateValidation {
  const { context } = token
  const signer = file.certificate(path.certificates[0]!)
  const block = new Block(check, '5.2.6', signer.id)
  weighPathFound(block, file, signer, context, path.anchored)
  const anchor = anchorOf(file, path)
  if (anchor) weighSunset(block, file, path, anchor, context)
  const certificates = pathCertificates(file, path, context)
  weighConstraints(block, file, path, certificates, context)
  weighRevokedIssuers(block, file, certificates, context)
  for (const item of certificates) weighCertificate(block, file, item, token)
  return { conclusion: block.conclude(), path, certificates }
}

/** 5.2.6.4, steps 1 a) and 3: the anchor is still trusted. */
function weighSunset(
  block: Block,
  file: CaseFile,
  path: PathFacts,
  anchor: CertificateFacts,
  context: PolicyContext,
): void {
  const role = roleAt(path.certificates.length - 1)
  block.weigh(
    anchor.trustedUntil === null || file.at < instant(anchor.trustedUntil),
    file.certificatePolicy(context, role).checks.trustSunset,
    () => ({
      sub: 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
      code: 'TRUST_ENDED',
      clause: '5.2.6.4',
      details: { certificate: nameOfCertificate(anchor), until: anchor.trustedUntil },
    }),
  )
}

function weighCertificate(block: Block, file: CaseFile, item: PathCertificate, token: Token): void {
  const { context } = token
  if (block.failed) return
  // a formality, on which no path depends: asked in its turn, and not of the past
  block.weigh(
    item.certificate.hasKeyIdentifier,
    file.certificatePolicy(context, item.role).checks.keyIdentifier,
    () => ({
      sub: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
      code: 'KEY_IDENTIFIER_ABSENT',
      clause: 'RFC 5280, 4.2.1.2',
      details: { certificate: nameOfCertificate(item.certificate) },
    }),
  )
  weighRevocation(block, file, item, context)
  weighAlgorithms(block, [certificateAlgorithm(file, item.certificate, context, item.role)], file.at)
  weighValidity(block, file, item, context)
  weighFreshnessAtUse(block, file, item, token)
  weighRevocationSigner(block, file, item, context)
}

/** 5.2.6.4: within the validity period; where not, whether it is known not to have been revoked. */
function weighValidity(block: Block, file: CaseFile, item: PathCertificate, context: PolicyContext): void {
  const { certificate, role, needsRevocation, answer } = item
  const { checks } = file.certificatePolicy(context, role)
  const signerStands = (from: StatusAnswer) =>
    checks.revocationSignerValid !== 'FAIL' || isSignerValid(file, from, file.at)
  const knownGood = !needsRevocation || (answer?.status.status === 'good' && signerStands(answer))
  block.weigh(isWithin(certificate, file.at), checks.validityPeriod, () => ({
    sub: knownGood ? 'OUT_OF_BOUNDS_NOT_REVOKED' : 'OUT_OF_BOUNDS_NO_POE',
    code: 'CERTIFICATE_OUT_OF_VALIDITY',
    clause: '5.2.6.4',
    details: validityDetails(certificate, file.at),
  }))
}
