import { fillMessage } from '../../formats/index.ts'
import type { Indication, Outcome, SubIndication } from '../judgement.ts'
import type { ReasonCode } from '../messages.ts'
import { describeTime } from './local-time.ts'
import {
  changedAfterSigning,
  heads,
  known,
  type Problem,
  passedFacts,
  problems,
  staleRevocation,
  suspended,
  unexplained,
} from './phrases.ts'
import type { ReportText, Verdict } from './schema.ts'

/** What a sentence is made of; times are ISO 8601. */
export interface Claim {
  readonly subject: 'signature' | 'timestamp' | 'evidence-record'
  /** Whose; null: not identified. */
  readonly who: string | null
  readonly issuer: string | null
  /** When it was made at the latest, where a time-stamp proves it, or is itself the subject. */
  readonly provenTime: string | null
  readonly claimedTime: string | null
  readonly indication: Indication | Outcome
  readonly subIndication: SubIndication | null
  readonly intact: boolean | null
  readonly trusted: boolean | null
  readonly revocationChecked: boolean
  readonly changedAfterSigning: boolean
  /** Codes of the reasons that fail it. */
  readonly failing: ReadonlySet<ReasonCode>
  readonly policy: string
}

/** A Vietnamese and an English sentence from three facts (intact, trusted, valid then), with signer, time and next step. */
export function describeClaim(claim: Claim): ReportText {
  const verdict = verdictOf(claim.indication)
  const details = detailsOf(claim)
  const fillBoth = ({ vi, en }: ReportText): ReportText => ({
    vi: fillMessage(vi, details.vi),
    en: fillMessage(en, details.en),
  })
  const { vi, en } = fillBoth(verdict === 'passed' ? passedPhrase(claim) : problemPhrase(claim))
  const head = heads[verdict]
  return {
    vi: `${head.vi} – ${details.vi.claim}: ${vi}.`,
    en: `${head.en} – ${details.en.claim}: ${en}.`,
  }
}

/** The verdict word of an indication. */
export const verdictOf = (indication: Indication | Outcome): Extract<Verdict, keyof typeof heads> =>
  indication === 'TOTAL-PASSED' || indication === 'PASSED'
    ? 'passed'
    : indication === 'TOTAL-FAILED' || indication === 'FAILED'
      ? 'failed'
      : 'indeterminate'

function passedPhrase(claim: Claim): ReportText {
  const time = claim.provenTime === null ? 'claimed' : 'stamped'
  return passedFacts[`${time}-${claim.revocationChecked}`]
}

function problemPhrase(claim: Claim): ReportText {
  const problem = problemOf(claim)
  const { why, next } = problem
  const lead = saysWhetherIntact.has(problem) ? { vi: '', en: '' } : known[`${claim.intact}-${claim.trusted}`]
  return { vi: `${lead.vi}${why.vi}; ${next.vi}`, en: `${lead.en}${why.en}; ${next.en}` }
}

/** These say themselves what became of the content. */
const saysWhetherIntact: ReadonlySet<Problem> = new Set([
  problems.HASH_FAILURE,
  problems.SIG_CRYPTO_FAILURE,
  changedAfterSigning,
])

/** What is said of a certificate whose revocation status is not known; EU DSS says the second, and so do we. */
const revocationOpen: ReadonlySet<SubIndication> = new Set(['TRY_LATER', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'])

function problemOf({ subIndication, ...claim }: Claim): Problem {
  if (subIndication === null) return unexplained
  if (subIndication === 'FORMAT_FAILURE' && claim.changedAfterSigning) return changedAfterSigning
  if (revocationOpen.has(subIndication)) {
    if (claim.failing.has('CERTIFICATE_ON_HOLD')) return suspended
    if (claim.failing.has('REVOCATION_DATA_STALE')) return staleRevocation
    if ([...claim.failing].some((code) => code.startsWith('REVOCATION_'))) return problems.TRY_LATER
  }
  return problems[subIndication]
}

const subjects = {
  signature: { vi: 'chữ ký', en: 'signature' },
  timestamp: { vi: 'dấu thời gian', en: 'time-stamp' },
  'evidence-record': { vi: 'hồ sơ chứng cứ', en: 'evidence record' },
} as const
const objects = {
  signature: { vi: 'tài liệu', en: 'the document' },
  timestamp: { vi: 'dữ liệu', en: 'the data' },
  'evidence-record': { vi: 'dữ liệu', en: 'the data' },
} as const

function detailsOf(claim: Claim) {
  const { subject, who, issuer, policy } = claim
  const subjectText = subjects[subject]
  const timeText = describeTimes(claim)
  const isRecord = subject === 'evidence-record'
  const vi = {
    claim: `${subjectText.vi}${isRecord ? '' : ` của ${who ?? 'người chưa xác định'}`}${timeText.vi}`,
    what: objects[subject].vi,
    who: who ?? 'người ký',
    issuer: issuer ?? 'chứng thư',
    policy,
  }
  const en = {
    claim: `${subjectText.en}${isRecord ? '' : ` of ${who ?? 'somebody not identified'}`}${timeText.en}`,
    what: objects[subject].en,
    who: who ?? 'the signer',
    issuer: issuer ?? 'the issuer',
    policy,
  }
  return { vi, en }
}

function describeTimes({ subject, provenTime, claimedTime }: Claim): ReportText {
  if (provenTime !== null && subject === 'signature') {
    const { vi, en } = describeTime(provenTime)
    return { vi: ` (có dấu thời gian lúc ${vi})`, en: ` (time-stamped ${en})` }
  }
  if (provenTime !== null) {
    const { vi, en } = describeTime(provenTime)
    return { vi: ` (lúc ${vi})`, en: ` (${en})` }
  }
  if (claimedTime !== null) {
    const { vi, en } = describeTime(claimedTime)
    return {
      vi: ` (người ký ghi lúc ${vi}, chưa có dấu thời gian được công nhận)`,
      en: ` (claims ${en}, no recognised time-stamp)`,
    }
  }
  return subject === 'signature' ? { vi: ' (không ghi giờ ký)', en: ' (no time given)' } : { vi: '', en: '' }
}
