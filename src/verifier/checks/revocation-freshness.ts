import type { CertificateFacts } from '../facts.ts'
import type { CertificateRole, PolicyContext } from '../policy.ts'
import type { Block } from './block.ts'
import { type CaseFile, instant, isoTime, nameOfCertificate } from './case-file.ts'
import type { StatusAnswer } from './status-answers.ts'

/**
 * EN 319 102-1 V1.4.1, 5.2.5: whether the revocation data is fresh at a time: issued after it less the longest age
 * allowed, which is what the policy says or else thisUpdate to nextUpdate. Data issued later than the time is fresh. Its
 * next issue is what may change a verdict: `TRY_LATER`.
 */
export function weighFreshness(
  block: Block,
  file: CaseFile,
  certificate: CertificateFacts,
  { revocation }: StatusAnswer,
  context: PolicyContext,
  role: CertificateRole,
  at: number,
): boolean {
  const { checks, freshness } = file.certificatePolicy(context, role)
  const details = {
    certificate: nameOfCertificate(certificate),
    thisUpdate: revocation.thisUpdate,
    nextUpdate: revocation.nextUpdate,
    at: isoTime(at),
  }
  if (freshness.maxAgeSeconds === null) {
    block.weigh(revocation.nextUpdate !== null, checks.nextUpdatePresent, () => ({
      sub: 'TRY_LATER',
      code: 'NEXT_UPDATE_ABSENT',
      clause: '5.2.5',
      details,
    }))
  }
  return block.weigh(isFreshAt(file, { revocation }, context, role, at), checks.revocationFresh, () => ({
    sub: 'TRY_LATER',
    code: 'REVOCATION_DATA_STALE',
    clause: '5.2.5',
    details,
  }))
}

export function isFreshAt(
  file: CaseFile,
  { revocation }: Pick<StatusAnswer, 'revocation'>,
  context: PolicyContext,
  role: CertificateRole,
  at: number,
): boolean {
  const { maxAgeSeconds } = file.certificatePolicy(context, role).freshness
  const { nextUpdate } = revocation
  const thisUpdate = instant(revocation.thisUpdate)
  if (thisUpdate >= at) return true
  if (maxAgeSeconds === null && nextUpdate === null) return false
  const age = maxAgeSeconds === null ? instant(nextUpdate!) - thisUpdate : maxAgeSeconds * 1000
  return thisUpdate > at - age
}
