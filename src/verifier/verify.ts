import { AnkyError } from '../formats/index.ts'
import type { TrustCache } from '../trust/index.ts'
import { collectFacts, type EvidenceRequest, missingEvidence } from './collect/index.ts'
import { VerifierError } from './errors.ts'
import type { Facts } from './facts.ts'
import type { CollectInput } from './input.ts'
import { judge } from './judge.ts'
import type { Judgement } from './judgement.ts'
import type { Policy } from './policy.ts'
import { policyDigest } from './policy-digest.ts'
import { buildReport, contextDigest, unreadableReport, type VerificationReport } from './report/index.ts'

/** What a verdict is asked with. `cache` changes how long it takes, and never what it says. */
export interface VerifyInput extends CollectInput {
  readonly at: Date
  readonly policy: Policy
  readonly cache?: TrustCache
}

/** A report, and what could be fetched for another one that says more. */
export interface JudgedFile {
  readonly report: VerificationReport
  readonly missing: readonly EvidenceRequest[]
}

/**
 * Facts, judgement and report of a file. What cannot be read is `unreadable`, with the code of its cause: nothing about the
 * file makes this throw.
 */
export const verify = (input: VerifyInput): VerificationReport => judgeFile(input, false).report

/** As `verify`; `online`: with what the facts lack. */
export function judgeFile(input: VerifyInput, online: boolean): JudgedFile {
  const context = contextDigest(input)
  try {
    const facts = collectFacts({ ...input, gatheredAt: latest(input.at, input.gatheredAt) }, input.cache)
    if (facts.file.kind === 'unknown') throw new VerifierError('ERR_VERIFIER_FORMAT_UNKNOWN')
    const judgement = judge(facts, input.policy, input.at)
    return {
      report: buildReport(facts, judgement, context),
      missing: online ? missingEvidence(facts, isStale(facts, judgement)) : [],
    }
  } catch (error) {
    return { report: unreadableReport(unjudged(input, context), asAnkyError(error)), missing: [] }
  }
}

/** Data may be younger than the time asked about, where that is past; the present it may not be younger than. */
const latest = (at: Date, present: Date = at): Date => (present > at ? present : at)

/**
 * Whether newer revocation data may change the verdict: some is too old for it, or was too old for the present and counts
 * only for the proven time, while the signing certificate's CA still tells of it. What a file brings along may have been
 * chosen by whoever signed after a revocation.
 */
function isStale({ certificates }: Facts, { at, signatures, timestamps }: Judgement): boolean {
  const isAlive = (id: string | undefined): boolean =>
    certificates.some((certificate) => certificate.id === id && certificate.notAfter >= at)
  return (
    signatures.some(({ basic, path }) => basic.subIndication === 'TRY_LATER' && isAlive(path?.[0])) ||
    [...signatures, ...timestamps].some(({ reasons }) =>
      reasons.some(({ code }) => code === 'REVOCATION_DATA_STALE'),
    )
  )
}

const unjudged = ({ file, policy, at }: VerifyInput, context: string) => ({
  file: file.name,
  policy: { name: policy.name, digest: policyDigest(policy) },
  context,
  at: at.toISOString(),
})

/** The kind of a defect, never its message: that may quote the document. */
const asAnkyError = (error: unknown): AnkyError =>
  error instanceof AnkyError
    ? error
    : new VerifierError('ERR_VERIFIER_UNEXPECTED', {
        details: { what: error instanceof Error ? error.name : 'unknown' },
        cause: error,
      })
