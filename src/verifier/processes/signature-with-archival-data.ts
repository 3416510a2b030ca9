import { Block, isPassed } from '../checks/block.ts'
import { type CaseFile, isoTime, signatureToken } from '../checks/case-file.ts'
import { type PastSignatureValidation, validatePastSignature } from '../checks/past-signature-validation.ts'
import type { ProofsOfExistence } from '../checks/proofs-of-existence.ts'
import { acceptSignature } from '../checks/signature-acceptance.ts'
import type { SignatureFacts, TimestampFacts } from '../facts.ts'
import { openToArchivalData } from '../indication.ts'
import type { Conclusion } from '../judgement.ts'
import type { ValidationWithTime } from './signature-with-time.ts'
import { weighDelay } from './timestamp-times.ts'

export interface ValidationWithArchivalData {
  readonly conclusion: Conclusion
  readonly bestSignatureTime: number
  /** null: the past was not asked. */
  readonly past: PastSignatureValidation | null
}

/**
 * EN 319 102-1 V1.4.1, 5.6.3: a signature with archival data. `proofs` hold what valid evidence records and time-stamps
 * prove; `timestamps` are their results.
 */
export function validateWithArchivalData(
  file: CaseFile,
  facts: SignatureFacts,
  time: ValidationWithTime,
  proofs: ProofsOfExistence,
  timestamps: ReadonlyMap<string, Conclusion>,
): ValidationWithArchivalData {
  const token = signatureToken(facts)
  const block = new Block('signature-with-archival-data', '5.6.3', facts.id)
  const { subIndication } = time.conclusion
  const goesOn =
    openToArchivalData.has(subIndication) &&
    (hasArchivalData(file, facts) || subIndication === 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE')
  weighTimestamps(block, file, facts, timestamps)
  if (!goesOn) {
    block.return(time.conclusion)
    return { conclusion: block.conclude(), bestSignatureTime: time.bestSignatureTime, past: null }
  }
  proofs.add([facts.id], time.bestSignatureTime)
  const best = proofs.earliest(facts.id)
  if (isPassed(time.conclusion)) {
    block.remark(time.conclusion)
    return { conclusion: block.conclude(), bestSignatureTime: best, past: null }
  }
  block.remark(time.conclusion)
  const past = validatePastSignature(file, token, time.conclusion, proofs)
  block.adopt(past.conclusion)
  weighDelay(block, file, facts, best)
  block.adopt(acceptSignature(file, token, best))
  return { conclusion: block.conclude(), bestSignatureTime: best, past }
}

/** Step 3: whether anything makes the validation data last: an archive time-stamp, an evidence record. */
function hasArchivalData(file: CaseFile, facts: SignatureFacts): boolean {
  return (
    facts.evidenceRecords.length > 0 || facts.timestamps.some((id) => isArchival(file, file.timestamp(id)))
  )
}

/** A document time-stamp is one as far as it covers validation data or other time-stamps (EN 319 142-1, 5.4.3 and 5.5). */
function isArchival(file: CaseFile, { type, covers }: TimestampFacts): boolean {
  if (type === 'archive') return true
  if (type === 'content') return false
  if (covers.some((id) => file.isTimestamp(id) && file.timestamp(id).type !== 'content')) return true
  return type === 'document' && covers.some(file.isRevocation)
}

/** Steps 5 d): a time-stamp that is not valid proves nothing; the policy may make more of it. */
function weighTimestamps(
  block: Block,
  file: CaseFile,
  facts: SignatureFacts,
  timestamps: ReadonlyMap<string, Conclusion>,
): void {
  const { context } = signatureToken(facts)
  for (const id of facts.timestamps) {
    const conclusion = timestamps.get(id)
    if (!conclusion || conclusion.subIndication === null) continue
    const sub = conclusion.subIndication
    const { time, type } = file.timestamp(id)
    block.weigh(false, file.contextPolicy(context).checks.timestampsValid, () => ({
      sub,
      code: 'TIMESTAMP_NOT_VALID',
      clause: '5.6.3.4',
      details: { time: isoTime(Date.parse(time)), type, why: sub },
    }))
  }
}
