import { isEqual, type TstInfo } from '../../formats/index.ts'
import type { TimestampDifference, TimestampRequested } from './types.ts'

/**
 * The first thing in which a time-stamp is not what was asked for: digest, imprint, nonce, policy (RFC 3161, 2.2 and 2.4.2);
 * null where it is. A nonce that was not asked for is no difference. Not checked: certReq, extensions, time.
 */
export function compareToRequest(info: TstInfo, asked: TimestampRequested): TimestampDifference | null {
  if (info.digest !== asked.digest) return { code: 'DIGEST', expected: asked.digest, actual: info.digest }
  if (!isEqual(info.imprint, asked.imprint)) return { code: 'IMPRINT' }
  if (asked.nonce !== null && info.nonce === null) return { code: 'NONCE_MISSING' }
  if (asked.nonce !== null && info.nonce !== asked.nonce) return { code: 'NONCE' }
  if (asked.policy !== null && info.policy !== asked.policy) {
    return { code: 'POLICY', expected: asked.policy, actual: info.policy }
  }
  return null
}

/** Half the width of the time that a token states, in milliseconds; null: it does not say (RFC 3161, 2.4.2). */
export const accuracyMs = ({ accuracy }: TstInfo): number | null =>
  accuracy && (accuracy.seconds ?? 0) * 1000 + (accuracy.millis ?? 0) + (accuracy.micros ?? 0) / 1000
