import type { Certificate } from '../../formats/index.ts'
import { crlStatuses } from './crl-status.ts'
import { ocspStatus } from './ocsp-status.ts'
import type {
  CurrencyOptions,
  CurrencyProblemCode,
  RevocationData,
  RevocationProblem,
  StatusAnswer,
  StatusContext,
  StatusProblemCode,
} from './types.ts'

const HOUR_MS = 3_600_000

/** What each piece of `data` says of `certificate`, whatever the time, in the order of `data`. */
export function revocationAnswers(
  certificate: Certificate,
  issuer: Certificate,
  data: readonly RevocationData[],
  context: StatusContext,
): StatusAnswer[] {
  const crls = data.filter((item) => item.kind === 'crl')
  const fromCrls = new Map(
    crlStatuses(certificate, issuer, crls, context).map((answer, i) => [crls[i], answer]),
  )
  return data.map((item) =>
    item.kind === 'crl' ? fromCrls.get(item)! : ocspStatus(certificate, issuer, item, context),
  )
}

/**
 * Why an answer does not count at `at`, or null where it does: issued before, not yet to be replaced (RFC 5280, 6.3.3;
 * RFC 6960, 4.2.2.1), by a signer whose certificate had not expired, and, where it says "good" of a certificate that
 * had expired when it was issued, by an authority that keeps telling of those (X.509, 9.5.2.8; RFC 6960, 4.4.4).
 */
export function findCurrencyProblem(
  answer: StatusAnswer,
  certificate: Certificate,
  at: Date,
  { skewMs = 0, maxAgeMs = HOUR_MS, provenAt }: CurrencyOptions = {},
): RevocationProblem<CurrencyProblemCode> | null {
  const { source, thisUpdate, nextUpdate, signer, signerKind, coversExpiredSince, status } = answer
  const clause = source.kind === 'crl' ? 'RFC 5280, 6.3.3 (a)' : 'RFC 6960, 4.2.2.1'
  const time = at.getTime()
  if (thisUpdate.getTime() > time + skewMs) return { code: 'NOT_YET_ISSUED', clause }
  if (!nextUpdate) {
    if (time - thisUpdate.getTime() > maxAgeMs) return { code: 'NEXT_UPDATE_MISSING', clause }
  } else if (nextUpdate.getTime() + skewMs < time) return { code: 'STALE', clause }
  const judgedAt = provenAt && provenAt < at ? provenAt : at
  if (signer && signerKind !== 'issuer' && judgedAt > signer.notAfter) {
    return {
      code: 'SIGNER_EXPIRED',
      clause: source.kind === 'crl' ? 'RFC 5280, 6.3.3 (f)' : 'RFC 6960, 4.2.2.2',
    }
  }
  const { notAfter } = certificate
  const isCovered = coversExpiredSince !== null && coversExpiredSince <= notAfter
  return status.status === 'good' && notAfter < thisUpdate && !isCovered
    ? {
        code: 'EXPIRED_CERTIFICATE_NOT_COVERED',
        clause: source.kind === 'crl' ? 'X.509, 9.5.2.8' : 'RFC 6960, 4.4.4',
      }
    : null
}

export interface StatusRequest {
  readonly certificate: Certificate
  readonly answers: readonly StatusAnswer[]
  readonly at: Date
  /**
   * Whether one of the answer's `signers` has a path of its own, to the same anchor, that holds: asked for every signer but
   * the issuer, and without revocation where `signerNoCheck` is set.
   */
  readonly isTrusted: (answer: StatusAnswer) => boolean
  readonly options?: CurrencyOptions
}

export interface StatusVerdict {
  readonly status: 'good' | 'revoked' | 'undetermined'
  /** What decided; null where nothing did. */
  readonly answer: StatusAnswer | null
  /** Why each answer that did not count did not. */
  readonly problems: readonly RevocationProblem<StatusProblemCode>[]
}

/**
 * The status of a certificate at one moment. A revocation for good holds however old the answer that tells of it; else the
 * newest answer that counts decides, so that a hold may be lifted. Nothing that counts: undetermined.
 */
export function statusAt(request: StatusRequest): StatusVerdict {
  const { certificate, answers, at, isTrusted, options } = request
  const problems: RevocationProblem<StatusProblemCode>[] = []
  const usable: StatusAnswer[] = []
  for (const answer of answers) {
    if (answer.problems.length > 0) {
      problems.push(...answer.problems)
      continue
    }
    const currency = findCurrencyProblem(answer, certificate, at, options)
    const isFinal = isRevokedForGood(answer, at)
    if (currency && !isFinal) problems.push(currency)
    else if (answer.status.status === 'unknown') {
      problems.push({ code: 'STATUS_UNKNOWN', clause: 'RFC 6960, 2.2' })
    } else if (answer.signerKind !== 'issuer' && !isTrusted(answer)) {
      problems.push({ code: 'SIGNER_UNTRUSTED', clause: 'RFC 5280, 6.3.3 (f)' })
    } else if (isFinal) return { status: 'revoked', answer, problems }
    else usable.push(answer)
  }
  const newest = usable.reduce<StatusAnswer | null>((best, next) => (isNewer(next, best) ? next : best), null)
  if (newest) return { status: isRevokedAt(newest, at) ? 'revoked' : 'good', answer: newest, problems }
  const about = problems.filter(({ code }) => !irrelevant.has(code))
  if (about.length === 0) about.push({ code: 'NO_REVOCATION_DATA', clause: 'RFC 5280, 6.3' })
  return { status: 'undetermined', answer: null, problems: about }
}

/** What says of data that it is about something else. */
const irrelevant: ReadonlySet<StatusProblemCode> = new Set(['CRL_ISSUER', 'OCSP_OTHER_CERTIFICATE'])

const isRevokedAt = ({ status }: StatusAnswer, at: Date): boolean =>
  status.status === 'revoked' && status.at <= at

const isRevokedForGood = (answer: StatusAnswer, at: Date): boolean =>
  isRevokedAt(answer, at) && answer.status.status === 'revoked' && answer.status.reason !== 'certificateHold'

/** A delta CRL's answer goes before that of the CRL it continues; of two of the same time, the one that revokes. */
function isNewer(answer: StatusAnswer, than: StatusAnswer | null): boolean {
  if (!than) return true
  if (answer.others.includes(than.source as never)) return true
  if (than.others.includes(answer.source as never)) return false
  const difference = answer.thisUpdate.getTime() - than.thisUpdate.getTime()
  return difference === 0 ? answer.status.status === 'revoked' : difference > 0
}
