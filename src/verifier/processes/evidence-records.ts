import { contextAlgorithms, digestUse, weighAlgorithms } from '../checks/algorithm-constraints.ts'
import { Block, isPassed } from '../checks/block.ts'
import { type CaseFile, instant } from '../checks/case-file.ts'
import { weighFindings } from '../checks/format-checking.ts'
import type { ProofsOfExistence } from '../checks/proofs-of-existence.ts'
import type { EvidenceRecordFacts, TimestampFacts } from '../facts.ts'
import type { Conclusion } from '../judgement.ts'
import { validateTimestamp } from './timestamps.ts'

/**
 * EN 319 102-1 V1.4.1, 5.6.3.4, step 1, with RFC 4998, 5.3 (RFC 6283, 4.3): evidence records first of all. Each that is
 * valid proves that what it covers existed at the time of its first time-stamp.
 */
export function validateEvidenceRecords(
  file: CaseFile,
  proofs: ProofsOfExistence,
): { readonly records: Map<string, Conclusion>; readonly timestamps: Map<string, Conclusion> } {
  const records = new Map<string, Conclusion>()
  const timestamps = new Map<string, Conclusion>()
  const before = proofs.copy()
  for (const record of file.facts.evidenceRecords) {
    const conclusion = validateEvidenceRecord(file, record, before, timestamps)
    records.set(record.id, conclusion)
    const [first] = record.timestamps
    if (isPassed(conclusion) && first !== undefined) {
      proofs.add(record.covers, instant(file.timestamp(first).time))
    }
  }
  return { records, timestamps }
}

function validateEvidenceRecord(
  file: CaseFile,
  record: EvidenceRecordFacts,
  before: ProofsOfExistence,
  timestamps: Map<string, Conclusion>,
): Conclusion {
  const block = new Block('evidence-record-validation', '5.6.3.4', record.id)
  weighObjects(block, file, record)
  const tokens = record.timestamps.map(file.timestamp)
  if (tokens.length === 0) weighFindings(block, file, record.findings)
  if (tokens.length === 0) {
    block.fail({ sub: 'FORMAT_FAILURE', code: 'EVIDENCE_RECORD_WITHOUT_TIME', clause: 'RFC 4998, 5.3' })
  }
  for (const [index, token] of tokens.entries()) {
    // what a time-stamp renews is proven by the one that renews it, for this record alone (step 1 b, i)
    const proofs = before.copy()
    const next = tokens[index + 1]
    if (next) proofs.add(next.covers, instant(next.time))
    const conclusion = validateTimestamp(file, token, proofs)
    timestamps.set(token.id, conclusion)
    block.adopt(conclusion)
  }
  weighFindings(block, file, record.findings)
  weighChains(block, file, record, tokens, before.earliest(record.id))
  return block.conclude()
}

function weighObjects(block: Block, file: CaseFile, record: EvidenceRecordFacts): void {
  const { checks } = file.policy.evidenceRecord
  for (const { kind, found, intact } of record.digests) {
    block.weigh(found, checks.objectFound, () => ({
      sub: 'SIGNED_DATA_NOT_FOUND',
      code: 'DATA_NOT_FOUND',
      clause: 'RFC 4998, 5.3',
      details: { kind },
    }))
    block.weigh(!found || intact, checks.objectIntact, () => ({
      sub: 'HASH_FAILURE',
      code: 'DATA_CHANGED',
      clause: 'RFC 4998, 5.3',
      details: { kind },
    }))
  }
  block.weigh(
    record.digests.some(({ found }) => found),
    checks.anyObjectFound,
    () => ({ sub: 'SIGNED_DATA_NOT_FOUND', code: 'EVIDENCE_RECORD_WITHOUT_OBJECT', clause: 'RFC 4998, 5.3' }),
  )
}

/**
 * RFC 4998, 5.2 and 5.3: the digest of each chain could be relied on until the next chain began, that of the newest until
 * the record itself is proven to exist. A chain begins with the first time-stamp whose imprint is in its digest.
 */
function weighChains(
  block: Block,
  file: CaseFile,
  record: EvidenceRecordFacts,
  tokens: readonly TimestampFacts[],
  end: number,
): void {
  const policy = file.policy.evidenceRecord.algorithms ?? contextAlgorithms(file, 'timestamp')
  const begins = beginningsOf(record.chainDigests, tokens)
  for (const [chain, digest] of record.chainDigests.entries()) {
    const use = digestUse(policy, 'timestamp', 'hash-tree', digest)
    weighAlgorithms(block, [use], begins[chain + 1] ?? end)
  }
}

/** When each chain began; where that cannot be told, as late as it may have been. */
function beginningsOf(digests: readonly string[], tokens: readonly TimestampFacts[]): number[] {
  let next = 0
  return digests.map((digest, chain) => {
    const latest = tokens.length - (digests.length - chain)
    const isFirst = (token: TimestampFacts, index: number): boolean =>
      index >= next &&
      token.digests.some(({ kind, digest: name }) => kind === 'message-imprint' && name === digest)
    const found = tokens.findIndex(isFirst)
    const index = found === -1 ? Math.max(latest, next) : found
    next = index + 1
    const token = tokens[index]
    return token ? instant(token.time) : Number.POSITIVE_INFINITY
  })
}
