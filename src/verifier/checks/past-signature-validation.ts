import { openToProofs } from '../indication.ts'
import type { Conclusion, SubIndication } from '../judgement.ts'
import {
  certificateAlgorithm,
  dataAlgorithms,
  valueAlgorithms,
  weighAlgorithms,
} from './algorithm-constraints.ts'
import { validateBasicRevocation } from './basic-validation.ts'
import { Block, isPassed } from './block.ts'
import {
  type CaseFile,
  instant,
  isoTime,
  nameOfCertificate,
  revocationToken,
  type Token,
} from './case-file.ts'
import { type PastCertificateValidation, validatePastCertificate } from './past-certificate-validation.ts'
import type { ProofsOfExistence } from './proofs-of-existence.ts'
import { acceptRevocationData } from './revocation-acceptance.ts'
import { weighFreshness } from './revocation-freshness.ts'
import { answersFor, isOnHold, revokedAt, type StatusAnswer } from './status-answers.ts'
import { belowAnchor, isTrustedAt, needsRevocationData, roleAt } from './trust-anchors.ts'
import { isWithin, validityDetails } from './validity.ts'

export interface PastSignatureValidation {
  readonly conclusion: Conclusion
  readonly past: PastCertificateValidation
}

/**
 * EN 319 102-1 V1.4.1, 5.6.2.4: whether proofs of existence turn `current`, the result at the time of validation: the
 * token existed by a time at which its path was good, inside the validity of all certificates below the anchor, with
 * revocation data whose signer's certificate existed while it was valid, and with algorithms that could be relied on when
 * each is proven to have existed.
 *
 * Read so: the last three are asked whatever `current` is, since one result hides the others.
 */
export function validatePastSignature(
  file: CaseFile,
  token: Token,
  current: Conclusion,
  proofs: ProofsOfExistence,
): PastSignatureValidation {
  const { facts, context } = token
  const block = new Block('past-signature-validation', '5.6.2.4', facts.id)
  const signer = file.certificate(facts.signingCertificate!)
  const policy = file.certificatePolicy(context, 'signingCertificate')
  const needsRevocation =
    !isTrustedAt(file, signer, context, 'signingCertificate', proofs.earliest(signer.id)) &&
    needsRevocationData(signer, policy)
  const proven = needsRevocation ? provenAnswers(file, token, proofs) : []
  const past = validatePastCertificate(file, token, proofs, proven.length > 0 ? proven : null)
  const best = proofs.earliest(facts.id)
  const isProven = isPassed(past.conclusion) && best <= past.controlTime
  if (!isProven) {
    remarkOn(block, past, best)
    block.return(current)
    return { conclusion: block.conclude(), past }
  }
  if (current.subIndication === 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE') {
    weighMaterial(block, file, token, past, proofs)
  }
  weighPeriods(block, file, token, past, current.subIndication, best)
  weighCurrent(block, file, token, past, current, proofs, best)
  weighMaterial(block, file, token, past, proofs)
  block.weigh(!needsRevocation || proven.length > 0, policy.checks.revocationSignerValid, () => ({
    sub: 'REVOCATION_OUT_OF_BOUNDS_NO_POE',
    code: 'REVOCATION_SIGNER_NOT_PROVEN',
    clause: '5.6.2.4.4',
    details: { certificate: nameOfCertificate(signer) },
  }))
  return { conclusion: block.conclude(), past }
}

/** Step 1: revocation data about the signing certificate whose signer is proven to have existed while it was valid. */
function provenAnswers(file: CaseFile, token: Token, proofs: ProofsOfExistence): StatusAnswer[] {
  const signer = file.certificate(token.facts.signingCertificate!)
  return answersFor(file, signer).filter((answer) => {
    const { revocation } = answer
    if (!openToProofs.has(validateBasicRevocation(file, revocation).conclusion.subIndication)) return false
    if (!isPassed(acceptRevocationData(file, signer, answer))) return false
    const issuer = file.certificate(revocation.signingCertificate!)
    return (
      isTrustedAt(file, issuer, 'revocation', 'signingCertificate', file.at) ||
      (proofs.existedWithin(issuer.id, instant(issuer.notBefore), instant(issuer.notAfter)) &&
        proofs.existedAt(revocation.id, instant(issuer.notAfter)))
    )
  })
}

/** Why the past did not help, told beside the result that stays. */
function remarkOn(block: Block, { conclusion, controlTime }: PastCertificateValidation, best: number): void {
  block.remark({ reasons: conclusion.reasons.map((reason) => ({ ...reason, level: 'inform' as const })) })
  if (!isPassed(conclusion)) return
  block.weigh(false, 'INFORM', () => ({
    sub: 'NO_POE',
    code: 'NOT_PROVEN_IN_TIME',
    clause: '5.6.2.4.4',
    details: {
      proven: isoTime(best),
      needed: Number.isFinite(controlTime) ? isoTime(controlTime) : null,
    },
  }))
}

/** Step 3: the best signature time within the validity periods. */
function weighPeriods(
  block: Block,
  file: CaseFile,
  { context }: Token,
  { certificates, path }: PastCertificateValidation,
  current: SubIndication | null,
  best: number,
): void {
  const signer = file.certificate(path!.certificates[0]!)
  block.weigh(instant(signer.notBefore) <= best, 'FAIL', () => ({
    sub: 'NOT_YET_VALID',
    code: 'SIGNED_BEFORE_VALIDITY',
    clause: '5.6.2.4.4',
    details: validityDetails(signer, best),
  }))
  for (const { certificate, role } of certificates) {
    const level = file.certificatePolicy(context, role).checks.validityPeriod
    block.weigh(isWithin(certificate, best), level, () => ({
      sub: outOfBounds(current),
      code: 'CERTIFICATE_OUT_OF_VALIDITY',
      clause: '5.6.2.4.4',
      details: validityDetails(certificate, best),
    }))
  }
}

function outOfBounds(current: SubIndication | null): SubIndication {
  switch (current) {
    case 'OUT_OF_BOUNDS_NO_POE':
    case 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE':
      return 'OUT_OF_BOUNDS_NO_POE'
    default:
      return 'OUT_OF_BOUNDS_NOT_REVOKED'
  }
}

/** Steps 3 to 6: what the result at the time of validation asks for beyond that. */
function weighCurrent(
  block: Block,
  file: CaseFile,
  { context }: Token,
  { certificates }: PastCertificateValidation,
  current: Conclusion,
  proofs: ProofsOfExistence,
  best: number,
): void {
  switch (current.subIndication) {
    case 'REVOKED_CA_NO_POE': {
      const revocations = certificates.flatMap(({ role, answer }) =>
        role === 'caCertificate' && answer?.status.status === 'revoked' ? [revokedAt(answer)] : [],
      )
      const earliest = Math.min(...revocations, Number.POSITIVE_INFINITY)
      const [signer] = certificates
      const known =
        !signer?.needsRevocation ||
        (signer.answer !== null && proofs.existedAt(signer.answer.revocation.id, earliest))
      block.weigh(known, 'FAIL', () => ({
        sub: 'REVOKED_CA_NO_POE',
        code: 'REVOCATION_DATA_AFTER_CA_REVOKED',
        clause: '5.6.2.4.4',
      }))
      return
    }
    case 'TRY_LATER': {
      for (const { certificate, role, answer } of certificates) {
        if (answer && !isOnHold(answer)) weighFreshness(block, file, certificate, answer, context, role, best)
      }
      return
    }
    case 'SIG_CONSTRAINTS_FAILURE':
      block.return(current)
      return
    default:
      return
  }
}

/** Step 4: each algorithm could be relied on when what was made with it is proven to have existed. */
function weighMaterial(
  block: Block,
  file: CaseFile,
  token: Token,
  { certificates }: PastCertificateValidation,
  proofs: ProofsOfExistence,
): void {
  const { facts, context } = token
  const best = proofs.earliest(facts.id)
  weighAlgorithms(block, [...valueAlgorithms(file, token), ...dataAlgorithms(file, token)], best)
  const weighed = new Set<string>()
  for (const { certificate, role, answer } of certificates) {
    weighed.add(certificate.id)
    const use = certificateAlgorithm(file, certificate, context, role)
    weighAlgorithms(block, [use], proofs.earliest(certificate.id))
    if (!answer || weighed.has(answer.revocation.id)) continue
    const { revocation } = answer
    weighed.add(revocation.id)
    const revocationUses = valueAlgorithms(file, revocationToken(revocation))
    weighAlgorithms(block, revocationUses, proofs.earliest(revocation.id))
    const path = validateBasicRevocation(file, revocation).x509?.path
    for (const [index, id] of (path ? belowAnchor(path) : []).entries()) {
      if (weighed.has(id)) continue
      weighed.add(id)
      const issuer = file.certificate(id)
      const issuerUse = certificateAlgorithm(file, issuer, 'revocation', roleAt(index))
      weighAlgorithms(block, [issuerUse], proofs.earliest(id))
    }
  }
}
