import { type BasicValidation, runBlocks } from '../checks/basic-validation.ts'
import { Block, isPassed } from '../checks/block.ts'
import { type CaseFile, instant, timestampToken } from '../checks/case-file.ts'
import { validatePastSignature } from '../checks/past-signature-validation.ts'
import type { ProofsOfExistence } from '../checks/proofs-of-existence.ts'
import { acceptSignature } from '../checks/signature-acceptance.ts'
import type { TimestampFacts } from '../facts.ts'
import { openToProofs } from '../indication.ts'
import type { Conclusion } from '../judgement.ts'

/** EN 319 102-1 V1.4.1, 5.4: a time-stamp token at the time of validation. */
export const validateBasicTimestamp = (file: CaseFile, facts: TimestampFacts): BasicValidation =>
  file.once(`basic ${facts.id}`, () => runBlocks(file, timestampToken(facts)))

/**
 * EN 319 102-1 V1.4.1, 5.6.3.4, step 5: a time-stamp with what newer ones prove: by itself at the time of validation, or
 * else in the past, its algorithms then asked at the time it is proven to have existed.
 */
export function validateTimestamp(
  file: CaseFile,
  facts: TimestampFacts,
  proofs: ProofsOfExistence,
): Conclusion {
  const token = timestampToken(facts)
  const block = new Block('timestamp-validation', '5.6.3.4', facts.id)
  const basic = validateBasicTimestamp(file, facts).conclusion
  if (isPassed(basic) || !openToProofs.has(basic.subIndication)) {
    block.return(basic)
    return block.conclude()
  }
  block.remark(basic)
  block.adopt(validatePastSignature(file, token, basic, proofs).conclusion)
  block.adopt(acceptSignature(file, token, proofs.earliest(facts.id)))
  return block.conclude()
}

/**
 * 5.6.3.4, step 5, and 5.6.2.3: all time-stamps outside evidence records, the newest first; each that is valid proves that
 * what it covers existed at its time. Of two of the same time, the one that covers the other goes first.
 */
export function validateTimestamps(file: CaseFile, proofs: ProofsOfExistence): Map<string, Conclusion> {
  const conclusions = new Map<string, Conclusion>()
  const timestamps = file.facts.timestamps.filter(({ type }) => type !== 'evidence-record')
  for (const timestamp of newestFirst(file, timestamps)) {
    const conclusion = validateTimestamp(file, timestamp, proofs)
    conclusions.set(timestamp.id, conclusion)
    if (isPassed(conclusion)) proofs.add(timestamp.covers, instant(timestamp.time))
  }
  return conclusions
}

function newestFirst(file: CaseFile, timestamps: readonly TimestampFacts[]): TimestampFacts[] {
  return [...timestamps].sort((a, b) => {
    const age = instant(b.time) - instant(a.time)
    if (age !== 0) return age
    if (file.covers(a.id).has(b.id)) return -1
    return file.covers(b.id).has(a.id) ? 1 : 0
  })
}
