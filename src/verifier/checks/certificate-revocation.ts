import type { PolicyContext } from '../policy.ts'
import { weighAlgorithms } from './algorithm-constraints.ts'
import type { Block } from './block.ts'
import { type CaseFile, nameOfCertificate, type Token } from './case-file.ts'
import type { PathCertificate } from './path-certificates.ts'
import { acceptRevocationData } from './revocation-acceptance.ts'
import { revocationAlgorithms } from './revocation-algorithms.ts'
import { weighFreshness } from './revocation-freshness.ts'
import { answersFor, isOnHold, revokedAt, type StatusAnswer } from './status-answers.ts'
import { isTrustedAt } from './trust-anchors.ts'
import { isWithin, validityDetails } from './validity.ts'

/** 5.2.6.4, step 4: the certificate's status, known, and not revoked or on hold at the time of validation. */
export function weighRevocation(
  block: Block,
  file: CaseFile,
  item: PathCertificate,
  context: PolicyContext,
): void {
  if (!item.needsRevocation) return
  weighRevocationData(block, file, item, context)
  if (!item.answer) return
  weighRevoked(block, file, item, context)
  weighAlgorithms(block, revocationAlgorithms(file, item.answer.revocation), file.at)
}

/**
 * 5.2.6.4: the status is fresh. Asked after the validity period: of a certificate that has expired no fresher data may
 * ever come, so `TRY_LATER` would be no advice.
 */
export function weighFreshnessAtUse(block: Block, file: CaseFile, item: PathCertificate, token: Token): void {
  const { certificate, role, needsRevocation, answer } = item
  if (!needsRevocation || !answer) return
  const { context, usedAt } = token
  const { freshness } = file.certificatePolicy(context, role)
  const at = freshness.at === 'use' && usedAt !== null ? Math.min(usedAt, file.at) : file.at
  weighFreshness(block, file, certificate, answer, context, role, at)
}

/** Revoked, or on hold, at the time of validation. */
function weighRevoked(
  block: Block,
  file: CaseFile,
  { certificate, role, answer }: PathCertificate,
  context: PolicyContext,
): void {
  if (answer?.status.status !== 'revoked') return
  const { checks } = file.certificatePolicy(context, role)
  const holds = revokedAt(answer) > file.at
  const details = {
    certificate: nameOfCertificate(certificate),
    revokedAt: answer.status.revokedAt,
    why: answer.status.reason,
  }
  block.weigh(holds || isOnHold(answer), checks.notRevoked, () => ({
    sub: role === 'signingCertificate' ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE',
    code: 'CERTIFICATE_REVOKED',
    clause: '5.2.6.4',
    details,
  }))
  block.weigh(holds || !isOnHold(answer), checks.notOnHold, () => ({
    sub: 'TRY_LATER',
    code: 'CERTIFICATE_ON_HOLD',
    clause: '5.2.6.4',
    details,
  }))
}

/** A revoked CA is told first where it is why nothing counts that is said of the signing certificate. */
export function weighRevokedIssuers(
  block: Block,
  file: CaseFile,
  [signer, ...issuers]: readonly PathCertificate[],
  context: PolicyContext,
): void {
  if (!signer?.needsRevocation || signer.answer || signer.certificate.statuses.length === 0) return
  for (const issuer of issuers) {
    if (issuer.answer && !isOnHold(issuer.answer)) weighRevoked(block, file, issuer, context)
  }
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

export function isSignerValid(file: CaseFile, { revocation }: StatusAnswer, at: number): boolean {
  if (revocation.signingCertificate === null) return false
  const signer = file.certificate(revocation.signingCertificate)
  return isTrustedAt(file, signer, 'revocation', 'signingCertificate', at) || isWithin(signer, at)
}
