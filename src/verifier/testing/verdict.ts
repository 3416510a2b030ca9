import type { Facts } from '../facts.ts'
import { judge } from '../judge.ts'
import type { Judgement, ProcessConclusion, SignatureJudgement } from '../judgement.ts'
import { builtInPolicies } from '../policies/index.ts'
import type { Policy } from '../policy.ts'
import { type FactsBuilder, time } from './facts-builder.ts'

export const judgeAt = (
  facts: FactsBuilder | Facts,
  at: string,
  policy: Policy = builtInPolicies.hospital,
): Judgement => judge('build' in facts ? facts.build() : facts, policy, new Date(time(at)))

/** The judgement of the one signature. */
export const signatureAt = (facts: FactsBuilder, at: string, policy?: Policy): SignatureJudgement =>
  judgeAt(facts, at, policy).signatures[0]!

/** `PASSED`, `INDETERMINATE NO_POE`… */
export const short = ({
  indication,
  subIndication,
}: Pick<ProcessConclusion, 'subIndication'> & { readonly indication: string }) =>
  subIndication === null ? indication : `${indication} ${subIndication}`

/** The verdict on the one signature. */
export const verdictAt = (facts: FactsBuilder, at: string, policy?: Policy): string =>
  short(signatureAt(facts, at, policy))

/** The verdict on the time-stamp or the evidence record of this id. */
export function tokenVerdictAt(facts: FactsBuilder, id: string, at: string): string {
  const { timestamps, evidenceRecords } = judgeAt(facts, at)
  return short([...timestamps, ...evidenceRecords].find((token) => token.id === id)!)
}
