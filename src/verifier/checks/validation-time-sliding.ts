import type { PathFacts, RevocationFacts } from '../facts.ts'
import { openToProofs } from '../indication.ts'
import type { Conclusion } from '../judgement.ts'
import {
  type AlgorithmUse,
  certificateAlgorithm,
  reliableUntilAll,
  valueAlgorithms,
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
import type { PathCertificate } from './path-certificates.ts'
import type { ProofsOfExistence } from './proofs-of-existence.ts'
import { acceptRevocationData } from './revocation-acceptance.ts'
import { isFreshAt } from './revocation-freshness.ts'
import { answersFor, latestOf, revokedAt, type StatusAnswer } from './status-answers.ts'
import { anchorOf, belowAnchor, isTrustedAt, needsRevocationData, roleAt } from './trust-anchors.ts'

export interface TimeSliding {
  readonly conclusion: Conclusion
  /** The latest time at which the path can be proven to have been good. */
  readonly controlTime: number
  /** The path's certificates with the revocation data it was proven with. */
  readonly certificates: readonly PathCertificate[]
}

/**
 * EN 319 102-1 V1.4.1, 5.6.2.2: the latest time at which the path can be proven to have been good: from the anchor down,
 * each certificate by revocation data that is proven to have existed by the time reached so far. A revocation, data that
 * is not fresh, and the end of an algorithm each move that time back.
 *
 * Read so: revocation data that is fresh at the time at which the token itself is proven to exist has said all that is
 * asked of it, however long ago its next issue was due; it does not move the time. `signerAnswers` narrows the data about
 * the signing certificate (5.6.2.4.4, step 1); null: all of it.
 */
export function slideValidationTime(
  file: CaseFile,
  token: Token,
  path: PathFacts,
  proofs: ProofsOfExistence,
  signerAnswers: readonly StatusAnswer[] | null,
): TimeSliding {
  const { context, facts } = token
  const block = new Block('validation-time-sliding', '5.6.2.2', facts.id)
  const provenAt = proofs.earliest(facts.id)
  const sunset = anchorOf(file, path)?.trustedUntil ?? null
  let controlTime = sunset === null ? file.at : Math.min(file.at, instant(sunset))
  const certificates: PathCertificate[] = []
  for (const [index, id] of [...belowAnchor(path).entries()].reverse()) {
    const certificate = file.certificate(id)
    const role = roleAt(index)
    const policy = file.certificatePolicy(context, role)
    const needsRevocation = needsRevocationData(certificate, policy)
    const uses: AlgorithmUse[] = [certificateAlgorithm(file, certificate, context, role)]
    let answer: StatusAnswer | null = null
    if (needsRevocation) {
      const candidates = (index === 0 ? signerAnswers : null) ?? answersFor(file, certificate)
      const limit = controlTime
      answer = latestOf(
        candidates.filter(
          (candidate) =>
            isPassed(acceptRevocationData(file, certificate, candidate)) &&
            isProvenBy(file, candidate, limit, proofs) &&
            proofs.existedAt(id, limit),
        ),
      )
      const goesOn = block.weigh(answer !== null, policy.checks.pastRevocationData, () => ({
        sub: 'NO_POE',
        code: 'PAST_REVOCATION_DATA_ABSENT',
        clause: '5.6.2.2.4',
        details: {
          certificate: nameOfCertificate(certificate),
          // an algorithm above that was never reliable leaves no time at all
          time: Number.isFinite(limit) ? isoTime(limit) : null,
        },
      }))
      if (!goesOn) break
    }
    if (answer) {
      const { revocation, status } = answer
      uses.push(...valueAlgorithms(file, revocationToken(revocation)))
      const isFresh = [controlTime, provenAt].some((time) => isFreshAt(file, answer, context, role, time))
      if (status.status === 'revoked') controlTime = Math.min(controlTime, revokedAt(answer))
      else if (!isFresh && policy.checks.revocationFresh === 'FAIL') {
        controlTime = Math.min(controlTime, instant(revocation.thisUpdate))
      }
    }
    controlTime = Math.min(controlTime, reliableUntilAll(uses))
    certificates.unshift({ certificate, role, needsRevocation, answer })
  }
  return { conclusion: block.conclude(), controlTime, certificates }
}

/** Issued before the time, known to have existed by then, and not refuted by what is known of its signer now. */
const isProvenBy = (
  file: CaseFile,
  { revocation }: StatusAnswer,
  time: number,
  proofs: ProofsOfExistence,
): boolean =>
  instant(revocation.thisUpdate) < time &&
  proofs.existedAt(revocation.id, time) &&
  isFromSignersTime(file, revocation, proofs) &&
  openToProofs.has(validateBasicRevocation(file, revocation).conclusion.subIndication)

/** Its signer's certificate had not expired when it is proven to have existed: nobody keeps the key of one that has. */
function isFromSignersTime(file: CaseFile, revocation: RevocationFacts, proofs: ProofsOfExistence): boolean {
  if (revocation.signingCertificate === null) return false
  const signer = file.certificate(revocation.signingCertificate)
  return (
    isTrustedAt(file, signer, 'revocation', 'signingCertificate', file.at) ||
    proofs.existedAt(revocation.id, instant(signer.notAfter))
  )
}
