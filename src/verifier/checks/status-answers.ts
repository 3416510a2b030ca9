import type { CertificateFacts, RevocationFacts, StatusFacts } from '../facts.ts'
import { type CaseFile, instant } from './case-file.ts'

/** Revocation data with what it says of one certificate. */
export interface StatusAnswer {
  readonly revocation: RevocationFacts
  readonly status: StatusFacts
}

/** All that was found about a certificate, in the order of the facts. */
export const answersFor = (file: CaseFile, certificate: CertificateFacts): StatusAnswer[] =>
  certificate.statuses.map((status) => ({ revocation: file.revocation(status.revocation), status }))

/** When the certificate was revoked, by this answer; minus infinity where it does not say. */
export const revokedAt = ({ status }: StatusAnswer): number =>
  status.revokedAt === null ? Number.NEGATIVE_INFINITY : instant(status.revokedAt)

export const isOnHold = ({ status }: StatusAnswer): boolean =>
  status.status === 'revoked' && status.reason === 'certificateHold'

/** A revocation that nothing undoes, and that had happened at `at`. */
export const hadHappened = (answer: StatusAnswer, at: number): boolean =>
  isFinal(answer) && revokedAt(answer) <= at

const isFinal = (answer: StatusAnswer): boolean => answer.status.status === 'revoked' && !isOnHold(answer)

/**
 * A revocation for good before anything else, since no later word undoes it (RFC 5280, 3.3 and 5.3.1: only a hold is
 * lifted); else what was known to be correct last, thisUpdate (RFC 6960, 4.2.2.1); of two of the same moment, the one that
 * says revoked.
 */
export function latestOf(answers: readonly StatusAnswer[]): StatusAnswer | null {
  const final = answers.filter(isFinal)
  let latest: StatusAnswer | null = null
  for (const answer of final.length > 0 ? final : answers) {
    const age = latest ? instant(answer.revocation.thisUpdate) - instant(latest.revocation.thisUpdate) : 1
    if (age > 0 || (age === 0 && answer.status.status === 'revoked')) latest = answer
  }
  return latest
}
