import type { CertificateFacts, PathFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import type { PolicyContext } from '../policy.ts'
import { certificateAlgorithm, weighAlgorithms } from './algorithm-constraints.ts'
import { Block, isPassed } from './block.ts'
import { type CaseFile, instant, isoTime, nameOfCertificate, type Token } from './case-file.ts'
import { weighConstraints } from './chain-constraints.ts'
import { type PathCertificate, pathCertificates } from './path-certificates.ts'
import {
  acceptRevocationData,
  answersFor,
  isOnHold,
  revokedAt,
  type StatusAnswer,
} from './revocation-acceptance.ts'
import { revocationAlgorithms } from './revocation-algorithms.ts'
import { weighFreshness } from './revocation-freshness.ts'
import { anchorOf, isTrustedAt, roleAt } from './trust-anchors.ts'

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
  weighRevocation(block, file, item, token)
  weighAlgorithms(block, [certificateAlgorithm(file, item.certificate, context, item.role)], file.at)
  weighValidity(block, file, item, context)
  weighRevocationSigner(block, file, item, context)
}

/** 5.2.6.4, step 4: the certificate's status, known, fresh, and not revoked or on hold at the time of validation. */
function weighRevocation(block: Block, file: CaseFile, item: PathCertificate, token: Token): void {
  const { certificate, role, needsRevocation, answer } = item
  const { context, usedAt } = token
  if (!needsRevocation) return
  weighRevocationData(block, file, item, context)
  if (!answer) return
  const { checks, freshness } = file.certificatePolicy(context, role)
  const isRevoked = answer.status.status === 'revoked' && revokedAt(answer) <= file.at
  const details = {
    certificate: nameOfCertificate(certificate),
    revokedAt: answer.status.revokedAt,
    why: answer.status.reason,
  }
  block.weigh(!isRevoked || isOnHold(answer), checks.notRevoked, () => ({
    sub: role === 'signingCertificate' ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE',
    code: 'CERTIFICATE_REVOKED',
    clause: '5.2.6.4',
    details,
  }))
  block.weigh(!(isRevoked && isOnHold(answer)), checks.notOnHold, () => ({
    sub: 'TRY_LATER',
    code: 'CERTIFICATE_ON_HOLD',
    clause: '5.2.6.4',
    details,
  }))
  const at = freshness.at === 'use' && usedAt !== null ? Math.min(usedAt, file.at) : file.at
  weighFreshness(block, file, certificate, answer, context, role, at)
  weighAlgorithms(block, revocationAlgorithms(file, answer.revocation), file.at)
}

/** Whether there is revocation data, and whether any of it counts. */
export function weighRevocationData(
  block: Block,
  file: CaseFile,
  { certificate, role, answer }: PathCertificate,
  context: PolicyContext,
): boolean {
  const { checks } = file.certificatePolicy(context, role)
  const present = certificate.statuses.length > 0
  const failure = (code: 'REVOCATION_DATA_ABSENT' | 'REVOCATION_DATA_UNACCEPTABLE') => () => ({
    sub: 'CERTIFICATE_CHAIN_GENERAL_FAILURE' as const,
    code,
    clause: '5.2.6.4',
    details: { certificate: nameOfCertificate(certificate) },
  })
  block.weigh(present, checks.revocationDataPresent, failure('REVOCATION_DATA_ABSENT'))
  if (present && answer === null) {
    for (const refused of answersFor(file, certificate)) {
      // why each was refused, as remarks: the failure itself is that none is left
      const { reasons } = acceptRevocationData(file, certificate, refused)
      block.remark({ reasons: reasons.map((reason) => ({ ...reason, level: 'inform' as const })) })
    }
    block.weigh(false, checks.revocationDataAcceptable, failure('REVOCATION_DATA_UNACCEPTABLE'))
  }
  return !block.failed
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

/** 5.2.6.4: the certificate of the revocation data's signer is within its validity, or proofs of existence are needed. */
export function weighRevocationSigner(
  block: Block,
  file: CaseFile,
  { certificate, role, answer }: PathCertificate,
  context: PolicyContext,
): void {
  if (!answer || role !== 'signingCertificate') return
  const signer = file.certificate(answer.revocation.signingCertificate!)
  block.weigh(
    isSignerValid(file, answer, file.at),
    file.certificatePolicy(context, role).checks.revocationSignerValid,
    () => ({
      sub: 'REVOCATION_OUT_OF_BOUNDS_NO_POE',
      code: 'REVOCATION_SIGNER_OUT_OF_VALIDITY',
      clause: '5.2.6.4',
      details: { ...validityDetails(signer, file.at), about: nameOfCertificate(certificate) },
    }),
  )
}

function isSignerValid(file: CaseFile, { revocation }: StatusAnswer, at: number): boolean {
  if (revocation.signingCertificate === null) return false
  const signer = file.certificate(revocation.signingCertificate)
  return isTrustedAt(file, signer, 'revocation', 'signingCertificate', at) || isWithin(signer, at)
}

/** Both ends included (RFC 5280, 4.1.2.5). */
export const isWithin = ({ notBefore, notAfter }: CertificateFacts, at: number): boolean =>
  instant(notBefore) <= at && at <= instant(notAfter)

export const validityDetails = (certificate: CertificateFacts, at: number) => ({
  certificate: nameOfCertificate(certificate),
  notBefore: certificate.notBefore,
  notAfter: certificate.notAfter,
  at: isoTime(at),
})
