import {
  certificateAlgorithm,
  dataAlgorithms,
  valueAlgorithms,
  weighAlgorithms,
} from '../checks/algorithm-constraints.ts'
import { validateBasicRevocation } from '../checks/basic-validation.ts'
import { Block, isPassed } from '../checks/block.ts'
import { type CaseFile, instant, nameOfCertificate, signatureToken, type Token } from '../checks/case-file.ts'
import { weighRevocationData, weighRevocationSigner } from '../checks/certificate-revocation.ts'
import type { PathCertificate } from '../checks/path-certificates.ts'
import { acceptRevocationData } from '../checks/revocation-acceptance.ts'
import { revocationAlgorithms } from '../checks/revocation-algorithms.ts'
import { weighFreshness } from '../checks/revocation-freshness.ts'
import { weighAttributes } from '../checks/signature-acceptance.ts'
import { answersFor, isOnHold, latestOf, revokedAt, type StatusAnswer } from '../checks/status-answers.ts'
import { isWithin, validityDetails } from '../checks/validity.ts'
import type { SignatureFacts, TimestampFacts } from '../facts.ts'
import { openToProofs, openToTime } from '../indication.ts'
import type { Conclusion } from '../judgement.ts'
import { validateBasicSignature } from './basic-signature.ts'
import { weighClaim, weighDelay, weighOrder } from './timestamp-times.ts'
import { validateBasicTimestamp } from './timestamps.ts'

export interface ValidationWithTime {
  readonly conclusion: Conclusion
  /** The earliest time at which a valid time-stamp proves the signature. */
  readonly bestSignatureTime: number
}

/**
 * EN 319 102-1 V1.4.1, 5.5: a signature with time-stamps and long-term validation data.
 *
 * Read so: revocation, validity periods, freshness, the signers of revocation data and algorithms are asked at the best signature time for every certificate below the
 * anchor, whatever the basic validation returned (step 4 names the cases in which one of them matters): its first result
 * hides the others.
 */
export function validateWithTime(file: CaseFile, facts: SignatureFacts): ValidationWithTime {
  const token = signatureToken(facts)
  const block = new Block('signature-with-time', '5.5', facts.id)
  const basic = validateBasicSignature(file, facts)
  const { conclusion, x509 } = basic
  if (!openToTime.has(conclusion.subIndication) || !x509?.path) {
    block.return(conclusion)
    return { conclusion: block.conclude(), bestSignatureTime: file.at }
  }
  block.remark(conclusion)
  const certificates = x509.certificates.map((item) => withProvenAnswer(file, item))
  if (conclusion.subIndication === 'REVOKED_CA_NO_POE' && certificates[0]?.answer === null) {
    // what is known of the signing certificate came after its CA was revoked
    block.return(conclusion)
  }
  for (const item of certificates) {
    if (item.needsRevocation) weighAnswer(block, file, item, token)
  }
  const timestamps = validTimestamps(file, facts)
  const best = Math.min(file.at, ...timestamps.map(({ time }) => instant(time)))
  const weighStatus = () => {
    weighRevocationTimes(block, file, certificates, token, best)
    if (conclusion.subIndication === 'TRY_LATER') weighAnswersAtTime(block, file, certificates, token, best)
    weighValidity(block, file, certificates, token, best, conclusion)
    for (const item of certificates) weighRevocationSigner(block, file, item, token.context)
  }
  const isAlgorithm = conclusion.subIndication === 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  if (!isAlgorithm) weighStatus()
  weighAlgorithms(block, valueAlgorithms(file, token), best)
  if (timestamps.length > 0) {
    weighOrder(block, file, facts)
    weighDelay(block, file, facts, best)
  }
  weighAnswersAtTime(block, file, certificates, token, best)
  weighAlgorithms(block, dataAlgorithms(file, token), best)
  weighAttributes(block, file, token)
  weighClaim(block, file, facts, best)
  weighChainAlgorithms(block, file, certificates, token)
  if (isAlgorithm) weighStatus()
  return { conclusion: block.conclude(), bestSignatureTime: best }
}

/** Step 3: time-stamps of the signature whose imprint is that of the signature, and that are valid now. */
const validTimestamps = (file: CaseFile, { id, timestamps }: SignatureFacts): TimestampFacts[] =>
  timestamps
    .map(file.timestamp)
    .filter(({ type }) => type === 'signature' || type === 'document')
    .filter((timestamp) => file.covers(timestamp.id).has(id))
    .filter((timestamp) => isPassed(validateBasicTimestamp(file, timestamp).conclusion))

/** The newest data whose own signer stands, now or as far as proofs of existence may show. */
function withProvenAnswer(file: CaseFile, item: PathCertificate): PathCertificate {
  const { certificate, answer } = item
  if (!answer || stands(file, answer)) return item
  const others = answersFor(file, certificate).filter(
    (other) => isPassed(acceptRevocationData(file, certificate, other)) && stands(file, other),
  )
  return { ...item, answer: latestOf(others) }
}

const stands = (file: CaseFile, { revocation }: StatusAnswer): boolean =>
  openToProofs.has(validateBasicRevocation(file, revocation).conclusion.subIndication)

function weighAnswer(block: Block, file: CaseFile, item: PathCertificate, { context }: Token): void {
  const { certificate, role, answer } = item
  const accepted = answersFor(file, certificate).some((other) =>
    isPassed(acceptRevocationData(file, certificate, other)),
  )
  if (answer || !accepted) {
    weighRevocationData(block, file, item, context)
    return
  }
  block.weigh(false, file.certificatePolicy(context, role).checks.revocationDataAcceptable, () => ({
    sub: 'TRY_LATER',
    code: 'REVOCATION_DATA_UNACCEPTABLE',
    clause: '5.5.4',
    details: { certificate: nameOfCertificate(certificate) },
  }))
}

/**
 * Step 4 a) and b): revoked after the best signature time, or the signature is not proven to be older. Read so: what a CA
 * that was revoked says of those below counts, as in 5.6.2.4.4, only where it is proven to be older than that.
 */
function weighRevocationTimes(
  block: Block,
  file: CaseFile,
  certificates: readonly PathCertificate[],
  { context }: Token,
  best: number,
): void {
  const level = file.contextPolicy(context).checks.revokedAfterUse
  for (const [index, { certificate, role, answer }] of certificates.entries()) {
    if (answer?.status.status !== 'revoked' || isOnHold(answer)) continue
    block.weigh(revokedAt(answer) > best, level, () => ({
      sub: role === 'signingCertificate' ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE',
      code: 'CERTIFICATE_REVOKED',
      clause: '5.5.4',
      details: {
        certificate: nameOfCertificate(certificate),
        revokedAt: answer.status.revokedAt,
        why: answer.status.reason,
      },
    }))
    for (const { answer: below } of certificates.slice(0, index)) {
      block.weigh(!below || isProvenBefore(file, below, revokedAt(answer)), level, () => ({
        sub: 'REVOKED_CA_NO_POE',
        code: 'REVOCATION_DATA_AFTER_CA_REVOKED',
        clause: '5.6.2.4.4',
      }))
    }
  }
}

/** Whether a valid time-stamp shows that the data is older: who has a CA's key may date what it says as he likes. */
const isProvenBefore = (file: CaseFile, { revocation }: StatusAnswer, time: number): boolean =>
  file.facts.timestamps.some(
    (timestamp) =>
      instant(timestamp.time) <= time &&
      file.covers(timestamp.id).has(revocation.id) &&
      isPassed(validateBasicTimestamp(file, timestamp).conclusion),
  )

/** Step 4 a), b) and d): not before the signing certificate, and within the validity periods. */
function weighValidity(
  block: Block,
  file: CaseFile,
  certificates: readonly PathCertificate[],
  { context, facts }: Token,
  best: number,
  basic: Conclusion,
): void {
  const signer = file.certificate(facts.signingCertificate!)
  block.weigh(instant(signer.notBefore) <= best, 'FAIL', () => ({
    sub: 'NOT_YET_VALID',
    code: 'SIGNED_BEFORE_VALIDITY',
    clause: '5.5.4',
    details: validityDetails(signer, best),
  }))
  if (basic.subIndication === 'OUT_OF_BOUNDS_NO_POE') block.return(basic)
  for (const { certificate, role } of certificates) {
    const level =
      role === 'signingCertificate'
        ? file.contextPolicy(context).checks.usedBeforeExpiry
        : file.certificatePolicy(context, role).checks.validityPeriod
    block.weigh(isWithin(certificate, best), level, () => ({
      sub: 'OUT_OF_BOUNDS_NOT_REVOKED',
      code: 'CERTIFICATE_OUT_OF_VALIDITY',
      clause: '5.5.4',
      details: validityDetails(certificate, best),
    }))
  }
}

/** Steps 6 and 7: not on hold at the best signature time, by data that is fresh then. */
function weighAnswersAtTime(
  block: Block,
  file: CaseFile,
  certificates: readonly PathCertificate[],
  { context }: Token,
  best: number,
): void {
  for (const { certificate, role, answer } of certificates) {
    if (!answer) continue
    if (!isOnHold(answer)) {
      weighFreshness(block, file, certificate, answer, context, role, best)
      continue
    }
    block.weigh(revokedAt(answer) > best, file.certificatePolicy(context, role).checks.notOnHold, () => ({
      sub: 'TRY_LATER',
      code: 'CERTIFICATE_ON_HOLD',
      clause: '5.5.4',
      details: {
        certificate: nameOfCertificate(certificate),
        revokedAt: answer.status.revokedAt,
        why: answer.status.reason,
      },
    }))
  }
}

/** Step 10: certificates and revocation data at the time of validation. */
function weighChainAlgorithms(
  block: Block,
  file: CaseFile,
  certificates: readonly PathCertificate[],
  { context }: Token,
): void {
  for (const { certificate, role, answer } of certificates) {
    weighAlgorithms(block, [certificateAlgorithm(file, certificate, context, role)], file.at)
    if (answer) weighAlgorithms(block, revocationAlgorithms(file, answer.revocation), file.at)
  }
}
