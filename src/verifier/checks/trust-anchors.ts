import type { PathProblem } from '../../trust/index.ts'
import type { CertificateFacts, PathFacts } from '../facts.ts'
import { pathMessages } from '../path-messages.ts'
import type { CertificatePolicy, CertificateRole, PathConstraint, PolicyContext } from '../policy.ts'
import { type CaseFile, instant } from './case-file.ts'

/** Whether it is an anchor that is still trusted at `at` (5.2.6.4, steps 1 and 3: sunset dates). */
export function isTrustedAt(
  file: CaseFile,
  certificate: CertificateFacts,
  context: PolicyContext,
  role: CertificateRole,
  at: number,
): boolean {
  if (!certificate.trusted) return false
  const { trustedUntil } = certificate
  if (trustedUntil === null || at < instant(trustedUntil)) return true
  return file.certificatePolicy(context, role).checks.trustSunset !== 'FAIL'
}

/** The certificates of a path that have to be judged: all below its anchor. */
export const belowAnchor = ({ certificates, anchored }: PathFacts): readonly string[] =>
  anchored ? certificates.slice(0, -1) : certificates

export const anchorOf = (file: CaseFile, { certificates, anchored }: PathFacts): CertificateFacts | null => {
  const last = certificates.at(-1)
  return anchored && last !== undefined ? file.certificate(last) : null
}

export const roleAt = (index: number): CertificateRole =>
  index === 0 ? 'signingCertificate' : 'caCertificate'

/** Facts hold no matters of time; what is none of the others is no path. */
export const constraintOf = ({ code }: PathProblem): PathConstraint =>
  Object.hasOwn(pathMessages, `PATH_${code}`) ? (code as PathConstraint) : 'NO_PATH'

/** A path to an anchor with no problem that fails. */
export const mayLeadTo = (file: CaseFile, path: PathFacts, context: PolicyContext): boolean =>
  path.anchored &&
  path.problems.every((problem) => {
    const certificate = file.certificateByDigest(problem.certificate)
    const role = roleAt(certificate?.id === path.certificates[0] ? 0 : 1)
    return file.certificatePolicy(context, role).pathProblems[constraintOf(problem)] !== 'FAIL'
  })

/** Whether revocation is asked for: not of what signed itself, nor where the policy lets it be. */
export function needsRevocationData(certificate: CertificateFacts, policy: CertificatePolicy): boolean {
  const { revocationNotNeeded } = policy
  if (certificate.selfSigned) return false
  if (certificate.ocspNoCheck && revocationNotNeeded.includes('ocspNoCheck')) return false
  return !(certificate.shortTerm && revocationNotNeeded.includes('shortTerm'))
}
