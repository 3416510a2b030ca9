import type { Certificate } from '../../formats/index.ts'
import type { PathProblem } from '../types.ts'
import { buildPaths } from './build-paths.ts'
import type { CertificatePath, PathRequest, PathVerdict, StatusAtTime } from './types.ts'
import { withWorkingKey, workingPublicKey } from './verify-issued.ts'

/**
 * Whether a certificate holds at one moment: all its paths are tried, best first, until one has no problem whatever the
 * time, is within every certificate's dates (the anchor's too), and has nothing revoked or unknown (RFC 5280, 6.1.3).
 *
 * Not checked: whether the revocation data that `revocation` goes by is current (that is its business), purposes.
 */
export function validatePath(request: PathRequest): PathVerdict {
  let best: PathVerdict | null = null
  for (const path of buildPaths(request.certificate, request.pool, request)) {
    const verdict = judgePath(path, request)
    if (verdict.valid) return verdict
    best ??= verdict
  }
  // buildPaths gives one path at least
  return best!
}

function judgePath(path: CertificatePath, { at, revocation }: PathRequest): PathVerdict {
  const problems = [
    ...path.problems,
    ...path.certificates.flatMap((certificate) => dateProblems(certificate, at)),
  ]
  const worthAsking = revocation && problems.length === 0
  const statuses = worthAsking ? askStatuses(path.certificates, revocation, at) : []
  problems.push(...statuses.flatMap((status, i) => statusProblems(path.certificates[i]!, status)))
  const valid = problems.length === 0
  const userConstrainedPolicySet = valid ? path.userConstrainedPolicySet : []
  return { valid, path, problems, statuses, userConstrainedPolicySet }
}

/**
 * Dates of a certificate at `at`. Dates count in whole seconds, both ends included (RFC 5280, 4.1.2.5): notAfter lasts until
 * its second is over.
 */
export function dateProblems(certificate: Certificate, at: Date): PathProblem[] {
  const second = Math.floor(at.getTime() / 1000) * 1000
  const problem = (code: 'EXPIRED' | 'NOT_YET_VALID', date: Date): PathProblem[] => [
    { code, clause: 'RFC 5280, 6.1.3 (a)(2)', certificate: certificate.sha256, detail: date.toISOString() },
  ]
  if (second < certificate.notBefore.getTime()) return problem('NOT_YET_VALID', certificate.notBefore)
  return second > certificate.notAfter.getTime() ? problem('EXPIRED', certificate.notAfter) : []
}

function askStatuses(
  certificates: readonly Certificate[],
  revocation: NonNullable<PathRequest['revocation']>,
  at: Date,
): readonly (StatusAtTime | null)[] {
  const path = withWorkingKeys(certificates)
  return path.slice(0, -1).map((_certificate, index) => revocation(path, index, at))
}

function withWorkingKeys(certificates: readonly Certificate[]): readonly Certificate[] {
  const path = [...certificates]
  for (let i = path.length - 2; i >= 0; i--) {
    path[i] = withWorkingKey(path[i]!, workingPublicKey(path[i]!, path[i + 1]!.publicKey))
  }
  return path
}

function statusProblems({ sha256 }: Certificate, status: StatusAtTime | null): PathProblem[] {
  if (status === null || status.status === 'good') return []
  const clause = 'RFC 5280, 6.1.3 (a)(3)'
  if (status.status === 'revoked') {
    return [{ code: 'REVOKED', clause, certificate: sha256, detail: status.reason }]
  }
  // a CRL of somebody else is no reason where there is another
  const telling = status.problems.filter(({ code }) => code !== 'CRL_ISSUER')
  const codes = [...new Set(telling.map(({ code }) => code))]
  const detail = codes.length > 0 ? codes.join(' ') : 'NO_REVOCATION_DATA'
  return [{ code: 'REVOCATION_UNKNOWN', clause: telling[0]?.clause ?? clause, certificate: sha256, detail }]
}
