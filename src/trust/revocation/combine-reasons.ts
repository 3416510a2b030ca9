import { allReasons, type Crl, type ReasonFlag } from '../../formats/index.ts'
import type { StatusAnswer } from './types.ts'

export const isComplete = (reasons: readonly ReasonFlag[]): boolean => reasons.length === allReasons.length

/**
 * CRLs for some reasons alone (RFC 5280, 6.3.3 (e) and (l)): one that tells of a revocation is believed; one that does not
 * says "good" only together with others that cover what it leaves out, each the newest
 * that was current when it was issued.
 */
export function combineReasons(answers: readonly StatusAnswer[]): StatusAnswer[] {
  const usable = answers
    .filter(({ problems }) => problems.length === 0)
    .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())
  return answers.map((answer) => {
    if (answer.problems.length > 0 || answer.status.status === 'revoked' || isComplete(answer.reasons)) {
      return answer
    }
    return complete(answer, usable)
  })
}

function complete(answer: StatusAnswer, usable: readonly StatusAnswer[]): StatusAnswer {
  const reasons = new Set(answer.reasons)
  const used: StatusAnswer[] = []
  for (const other of usable) {
    if (other === answer || !isCurrentAt(other, answer.thisUpdate)) continue
    if (other.reasons.every((reason) => reasons.has(reason))) continue
    used.push(other)
    for (const reason of other.reasons) reasons.add(reason)
  }
  const all = allReasons.filter((reason) => reasons.has(reason))
  if (!isComplete(all)) {
    const problems = [{ code: 'CRL_REASONS_INCOMPLETE', clause: 'RFC 5280, 6.3.3 (l)' }] as const
    return { ...answer, status: { status: 'unknown' }, problems }
  }
  const revoked = used.find(({ status }) => status.status === 'revoked')
  const together = [answer, ...used]
  return {
    ...answer,
    others: [...answer.others, ...used.flatMap((other) => [other.source as Crl, ...other.others])],
    status: revoked?.status ?? answer.status,
    reasons: all,
    thisUpdate: earliest(together.map(({ thisUpdate }) => thisUpdate))!,
    nextUpdate: together.some(({ nextUpdate }) => nextUpdate === null)
      ? null
      : earliest(together.map(({ nextUpdate }) => nextUpdate!))!,
  }
}

const isCurrentAt = ({ thisUpdate, nextUpdate }: StatusAnswer, at: Date): boolean =>
  thisUpdate <= at && (nextUpdate === null || nextUpdate >= at)

const earliest = (dates: readonly Date[]): Date | undefined =>
  dates.reduce<Date | undefined>((first, date) => (first && first <= date ? first : date), undefined)
