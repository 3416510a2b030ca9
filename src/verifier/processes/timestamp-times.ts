import type { Block } from '../checks/block.ts'
import { type CaseFile, instant, isoTime, signatureToken } from '../checks/case-file.ts'
import type { SignatureFacts, TimestampFacts } from '../facts.ts'
import { openToProofs } from '../indication.ts'
import { validateBasicTimestamp } from './timestamps.ts'

/** Before, on and after the signature, in the order in which they must have been made. */
const ranks: Readonly<Record<TimestampFacts['type'], number>> = {
  content: 0,
  signature: 1,
  document: 2,
  archive: 2,
  'evidence-record': 3,
}

/**
 * EN 319 102-1 V1.4.1, 5.5.4, step 4 e), with RFC 3161, 2.4.2: no time-stamp is older than what it must have come after: one
 * on the content before one on the signature, that before those on the archive, and whatever it covers before itself. Two
 * times that the accuracies of both leave open are in order.
 */
export function weighOrder(block: Block, file: CaseFile, signature: SignatureFacts): void {
  const { context } = signatureToken(signature)
  const timestamps = signature.timestamps.map(file.timestamp).filter((timestamp) => mayHold(file, timestamp))
  for (const [index, a] of timestamps.entries()) {
    for (const b of timestamps.slice(index + 1)) {
      const [earlier, later] = inOrder(file, a, b)
      if (!earlier || !later) continue
      const slack = (earlier.accuracyMs ?? 0) + (later.accuracyMs ?? 0)
      const holds = instant(earlier.time) <= instant(later.time) + slack
      block.weigh(holds, file.contextPolicy(context).checks.timestampsInOrder, () => ({
        sub: 'TIMESTAMP_ORDER_FAILURE',
        code: 'TIMESTAMPS_OUT_OF_ORDER',
        clause: '5.5.4',
        details: { earlier: isoTime(instant(earlier.time)), later: isoTime(instant(later.time)) },
      }))
    }
  }
}

/** Step 3 leaves out time-stamps that are not valid: else anybody could add one that puts the others out of order. */
const mayHold = (file: CaseFile, timestamp: TimestampFacts): boolean =>
  openToProofs.has(validateBasicTimestamp(file, timestamp).conclusion.subIndication)

/** Which of two must be the earlier; none where nothing says so. */
function inOrder(
  file: CaseFile,
  a: TimestampFacts,
  b: TimestampFacts,
): [TimestampFacts, TimestampFacts] | [] {
  if (file.covers(a.id).has(b.id)) return [b, a]
  if (file.covers(b.id).has(a.id)) return [a, b]
  if (ranks[a.type] === ranks[b.type]) return []
  return ranks[a.type] < ranks[b.type] ? [a, b] : [b, a]
}

/** 5.5.4, step 5: the claimed signing time is not too long before the proven one, where the policy sets a limit. */
export function weighDelay(block: Block, file: CaseFile, signature: SignatureFacts, best: number): void {
  const { context } = signatureToken(signature)
  const { timestampDelaySeconds } = file.contextPolicy(context)
  const { claimedTime } = signature
  if (timestampDelaySeconds === null) return
  if (claimedTime === null) {
    block.fail({ sub: 'SIG_CONSTRAINTS_FAILURE', code: 'SIGNING_TIME_ABSENT', clause: '5.5.4' })
    return
  }
  const claimed = instant(claimedTime)
  block.weigh(claimed + timestampDelaySeconds * 1000 > best, 'FAIL', () => ({
    sub: 'SIG_CONSTRAINTS_FAILURE',
    code: 'TIMESTAMP_TOO_LATE',
    clause: '5.5.4',
    details: { claimed: isoTime(claimed), proven: isoTime(best) },
  }))
}

/** By how much a signer's clock may differ from that of an authority. */
const CLOCK_SKEW_MS = 300_000

/** What the signer claims is a claim alone; one after the time that is proven cannot be true. */
export function weighClaim(block: Block, file: CaseFile, signature: SignatureFacts, best: number): void {
  const { context } = signatureToken(signature)
  const { claimedTime } = signature
  if (claimedTime === null) return
  const claimed = instant(claimedTime)
  block.weigh(
    claimed <= best + CLOCK_SKEW_MS,
    file.contextPolicy(context).checks.claimedBeforeProven,
    () => ({
      sub: 'SIG_CONSTRAINTS_FAILURE',
      code: 'SIGNING_TIME_AFTER_PROOF',
      clause: '5.5.4',
      details: { claimed: isoTime(claimed), proven: isoTime(best) },
    }),
  )
}
