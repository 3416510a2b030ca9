import type { Certificate, Crl } from '../formats/index.ts'
import {
  createStatusFinder,
  type PathProblem,
  type PathVerdict,
  type RevocationCheck,
  type RevocationData,
  type SerialIndex,
  type StatusAnswer,
  type StatusFinder,
  type TrustCache,
  validatePath,
} from '../trust/index.ts'
import { SignerError, type SignerErrorCode } from './errors.ts'
import { findWeakAlgorithm } from './issuer-strength.ts'
import { CODE_SIGNING, OCSP_SIGNING, SERVER_AUTH, TIME_STAMPING } from './oids.ts'
import { readSignerKey } from './signer-key.ts'

/** What is known of revocation, as it was read; nothing of it is trusted. */
export interface RevocationEvidence {
  readonly data: readonly RevocationData[]
  /** The index of a large CRL, where there is one. */
  readonly serialIndex?: (crl: Crl) => SerialIndex | null
}

export interface SignerRequest {
  /** The signer's certificate first, then what may stand between it and an anchor, in any order. */
  readonly chain: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  readonly at: Date
  /** Absent: revocation is not asked for. */
  readonly evidence?: RevocationEvidence
  readonly cache?: TrustCache
}

/** A signer who may sign, and what is known of the certificates behind. */
export interface SignerStanding {
  /** The signer's certificate first, the anchor last. */
  readonly path: readonly Certificate[]
  /** For each certificate of the path but the anchor; empty where revocation was not asked for. */
  readonly statuses: readonly CertificateStanding[]
  /** Paths of those who signed answers about them, whose own status decides and is not known. */
  readonly unknownSigners: readonly (readonly Certificate[])[]
}

export interface CertificateStanding {
  readonly certificate: Certificate
  readonly status: 'good' | 'unknown'
  /** What says so; null where it is unknown. */
  readonly answer: StatusAnswer | null
  /** Why what there was does not count. */
  readonly problems: readonly { readonly code: string; readonly clause: string }[]
}

/** How far the clocks of authorities may be ahead of ours, or behind. */
const SKEW_MS = 60_000
/** Who may do nothing but these signs no documents. */
const otherPurposes = new Set([SERVER_AUTH, CODE_SIGNING, TIME_STAMPING, OCSP_SIGNING])

/**
 * Whether the certificate may sign documents at `at`, before its key is used: inside its validity, for digitalSignature or
 * nonRepudiation where it names uses (RFC 5280, 4.2.1.3), not for servers, code, time-stamps or OCSP alone (4.2.1.12), no
 * CA, a strong key, with a valid path (6.1) by reliable algorithms, and nothing of it revoked or suspended as far as the
 * evidence tells. What is not known is told in the answer; what that means is the caller's rule.
 *
 * Throws `ERR_SIGNER_CHAIN_EMPTY`, `ERR_SIGNER_CERTIFICATE_…`, `ERR_SIGNER_ISSUER_…`, `ERR_SIGNER_KEY_WEAK`,
 * `ERR_SIGNER_KEY_UNSUPPORTED`.
 */
export function checkSigner(request: SignerRequest): SignerStanding {
  const [certificate, ...intermediates] = request.chain
  if (!certificate) throw new SignerError('ERR_SIGNER_CHAIN_EMPTY')
  const { at, evidence, cache } = request
  checkPurpose(certificate)
  const pool = { intermediates, anchors: request.anchors }
  const asked = { certificate, pool, at, ...(cache && { cache }) }
  const unknownSigners: (readonly Certificate[])[] = []
  const status = evidence ? createFinder(evidence, request, unknownSigners) : null
  // a path of which everything is known goes before one of which something is not
  const verdict =
    (status && accept(validatePath({ ...asked, revocation: revocationOf(status, 'unknown') }))) ??
    validatePath({ ...asked, ...(status && { revocation: revocationOf(status, 'passed-over') }) })
  const path = verdict.path.certificates
  if (!verdict.valid) throw refusalOf(verdict, certificate, status)
  readSignerKey(certificate)
  const weak = findWeakAlgorithm(path, at)
  if (weak !== null) throw new SignerError('ERR_SIGNER_ISSUER_WEAK', { details: { algorithm: weak } })
  const statuses = status ? path.slice(0, -1).map((_member, index) => standingOf(status, path, index)) : []
  return { path, statuses, unknownSigners }
}

const createFinder = (
  evidence: RevocationEvidence,
  { at, cache }: SignerRequest,
  unknownSigners: (readonly Certificate[])[],
): StatusFinder =>
  createStatusFinder({
    ...evidence,
    certificates: [],
    at,
    currency: { skewMs: SKEW_MS },
    ...(cache && { cache }),
    onUnknownSigner: (path) => unknownSigners.push(path),
  })

const accept = (verdict: PathVerdict): PathVerdict | null => (verdict.valid ? verdict : null)

function checkPurpose({ basicConstraints, keyUsage, extKeyUsage }: Certificate): void {
  if (basicConstraints?.ca) throw new SignerError('ERR_SIGNER_CERTIFICATE_IS_CA')
  const signs = !keyUsage || keyUsage.includes('digitalSignature') || keyUsage.includes('nonRepudiation')
  if (!signs || extKeyUsage?.every((purpose) => otherPurposes.has(purpose)))
    throw new SignerError('ERR_SIGNER_CERTIFICATE_KEY_USAGE')
}

/** As path validation asks for it; what is not known counts as `unknown` says. */
const revocationOf =
  (status: StatusFinder, unknown: 'unknown' | 'passed-over'): RevocationCheck =>
  (path, index) => {
    const found = status(path, index)
    const revocation = revocationIn(found.answer)
    if (revocation)
      return { status: 'revoked', revokedAt: revocation.at, reason: revocation.reason, problems: [] }
    if (found.status === 'good') return { status: 'good', revokedAt: null, reason: null, problems: [] }
    return unknown === 'passed-over'
      ? null
      : { status: 'unknown', revokedAt: null, reason: null, problems: found.problems }
  }

/** One that an authority has announced for later stops us already. */
const revocationIn = (answer: StatusAnswer | null) =>
  answer?.status.status === 'revoked' ? answer.status : null

function standingOf(status: StatusFinder, path: readonly Certificate[], index: number): CertificateStanding {
  const certificate = path[index]!
  const { answer, problems } = status(path, index)
  return { certificate, status: answer ? 'good' : 'unknown', answer, problems }
}

/** Of several problems the one that the signer can do something about. */
function refusalOf(
  { path, problems }: PathVerdict,
  signer: Certificate,
  status: StatusFinder | null,
): SignerError {
  const own = problems.find(({ code, certificate }) => isDated(code) && certificate === signer.sha256)
  if (own) return dated(own, 'CERTIFICATE', signer)
  const structural = problems.find(({ code }) => !isDated(code) && code !== 'REVOKED')
  if (structural) {
    const code = notAnIssuer.has(structural.code)
      ? 'ERR_SIGNER_ISSUER_NOT_CA'
      : 'ERR_SIGNER_CERTIFICATE_UNTRUSTED'
    return new SignerError(code, { details: { problem: structural.code, clause: structural.clause } })
  }
  const [first] = problems
  const index = path.certificates.findIndex(({ sha256 }) => sha256 === first?.certificate)
  const certificate = path.certificates[index]
  if (!first || !certificate) return new SignerError('ERR_SIGNER_CERTIFICATE_UNTRUSTED')
  const whose = index === 0 ? 'CERTIFICATE' : 'ISSUER'
  if (first.code !== 'REVOKED') return dated(first, whose, certificate)
  return revoked(status?.(path.certificates, index).answer ?? null, whose)
}

const notAnIssuer: ReadonlySet<string> = new Set([
  'NOT_A_CA',
  'CERTIFICATE_VERSION',
  'PATH_LENGTH',
  'KEY_USAGE',
])

const isDated = (code: PathProblem['code']): boolean => code === 'EXPIRED' || code === 'NOT_YET_VALID'

function dated(
  { code }: PathProblem,
  whose: 'CERTIFICATE' | 'ISSUER',
  { notBefore, notAfter }: Certificate,
): SignerError {
  const expired = code === 'EXPIRED'
  return new SignerError(`ERR_SIGNER_${whose}_${expired ? 'EXPIRED' : 'NOT_YET_VALID'}`, {
    details: expired ? { notAfter: notAfter.toISOString() } : { notBefore: notBefore.toISOString() },
  })
}

function revoked(answer: StatusAnswer | null, whose: 'CERTIFICATE' | 'ISSUER'): SignerError {
  const revocation = revocationIn(answer)
  const reason = revocation?.reason ?? 'unspecified'
  const code: SignerErrorCode = `ERR_SIGNER_${whose}_${reason === 'certificateHold' ? 'SUSPENDED' : 'REVOKED'}`
  return new SignerError(code, {
    details: {
      revokedAt: revocation?.at.toISOString() ?? null,
      reason,
      evidenceKind: answer?.source.kind ?? null,
      evidenceSha256: answer?.source.sha256 ?? null,
    },
  })
}
