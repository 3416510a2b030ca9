import { type Certificate, type Crl, FormatError } from '../../formats/index.ts'
import type { CertificateStatus } from '../types.ts'
import { combineReasons } from './combine-reasons.ts'
import { findCrlSigners } from './crl-signer.ts'
import { applyDelta, fitsBase } from './delta.ts'
import { findScope } from './distribution-points.ts'
import { findEntry } from './find-entry.ts'
import type { JudgedCrl } from './judged-crl.ts'
import { reasonOf } from './reasons.ts'
import type { RevocationProblem, StatusAnswer, StatusContext } from './types.ts'

/**
 * What CRLs say of `certificate`, which `issuer` issued: one answer a CRL, in their order (RFC 5280, 6.3.3). A delta CRL's
 * is that of the best complete CRL it continues and its own together; a CRL for some reasons is completed by the newest
 * others from before it.
 *
 * Not checked: dates (`findCurrencyProblem`), the path and status of a signer other than `issuer`.
 */
export function crlStatuses(
  certificate: Certificate,
  issuer: Certificate,
  crls: readonly Crl[],
  context: StatusContext,
): StatusAnswer[] {
  const judged = crls.map((crl) => judgeCrl(certificate, issuer, crl, context))
  const complete = judged.filter(({ crl }) => crl.baseCrlNumber === null)
  const single = judged.map((own) =>
    own.crl.baseCrlNumber === null ? toAnswer(own, []) : continueBase(own, complete),
  )
  return combineReasons(single)
}

function judgeCrl(
  certificate: Certificate,
  issuer: Certificate,
  crl: Crl,
  context: StatusContext,
): JudgedCrl {
  const none = { crl, reasons: [], signers: [], isIssuer: false, entry: null }
  const scope = findScope(certificate, crl)
  if ('code' in scope) return { ...none, problems: [scope] }
  if (crl.unknownCritical.length > 0) {
    return { ...none, problems: [{ code: 'CRL_UNKNOWN_CRITICAL_EXTENSION', clause: 'RFC 5280, 5.2' }] }
  }
  if (crl.unknownCriticalEntry.length > 0) {
    return { ...none, problems: [{ code: 'CRL_UNKNOWN_CRITICAL_ENTRY_EXTENSION', clause: 'RFC 5280, 5.3' }] }
  }
  const { signers, isIssuer, problem } = findCrlSigners(crl, issuer, context)
  if (problem) return { ...none, problems: [problem] }
  try {
    const entry = findEntry(crl, certificate, context.serialIndex?.(crl) ?? null)
    return { crl, problems: [], reasons: scope, signers, isIssuer, entry }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { ...none, problems: [{ code: 'CRL_ENTRY_MALFORMED', clause: 'RFC 5280, 5.1.2.6' }] }
  }
}

/** RFC 5280, 5.2.4 and 6.3.3 (h) to (k). */
function continueBase(delta: JudgedCrl, complete: readonly JudgedCrl[]): StatusAnswer {
  if (delta.problems.length > 0) return toAnswer(delta, [])
  const [base] = complete
    .filter((candidate) => candidate.problems.length === 0 && fitsBase(delta, candidate))
    .sort((a, b) => b.crl.thisUpdate.getTime() - a.crl.thisUpdate.getTime())
  if (base) return toAnswer({ ...delta, entry: applyDelta(delta.entry, base.entry) }, [base.crl])
  const problems = [{ code: 'CRL_DELTA_WITHOUT_BASE', clause: 'RFC 5280, 5.2.4' }] as const
  return toAnswer({ ...delta, problems, entry: null }, [])
}

function toAnswer(judged: JudgedCrl, others: readonly Crl[]): StatusAnswer {
  const { crl, signers, isIssuer, reasons } = judged
  const { status, problem } = toStatus(judged)
  return {
    source: crl,
    others,
    status,
    problems: problem ? [problem] : judged.problems,
    signer: signers[0] ?? null,
    signers,
    signerKind: signers.length === 0 ? null : isIssuer ? 'issuer' : 'other',
    signerNoCheck: false,
    thisUpdate: crl.thisUpdate,
    nextUpdate: crl.nextUpdate,
    producedAt: crl.thisUpdate,
    coversExpiredSince: crl.expiredCertsOnCrl,
    certHashMatches: null,
    reasons,
  }
}

function toStatus({ problems, entry }: JudgedCrl): {
  status: CertificateStatus
  problem?: RevocationProblem
} {
  if (problems.length > 0) return { status: { status: 'unknown' } }
  if (!entry) return { status: { status: 'good' } }
  const reason = reasonOf(entry.reasonCode)
  if (reason === 'removeFromCRL') {
    // it takes an entry off a complete CRL, and has no business within one
    return {
      status: { status: 'unknown' },
      problem: { code: 'CRL_REMOVED_WITHOUT_DELTA', clause: 'RFC 5280, 5.3.1' },
    }
  }
  return {
    status: { status: 'revoked', at: entry.revocationDate, reason, invalidityDate: entry.invalidityDate },
  }
}
