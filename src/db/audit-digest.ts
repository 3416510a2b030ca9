import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { AuditEvent } from './values.ts'

/**
 * The digest an audit event must have: SHA-256, hex, over the canonical JSON (RFC 8785) of its other fields. The database
 * computes the same when the row is written; this lets anybody compute it again.
 */
export function auditDigest(event: Omit<AuditEvent, 'contentDigest'>): string {
  const { hospitalId, sequence, time, actor, action, object, outcome, requestId, content } = event
  const row = {
    hospitalId,
    sequence,
    time: time.toISOString(),
    actor,
    action,
    object,
    outcome,
    requestId,
    content,
  }
  return createHash('sha256').update(canonicalJson(row)).digest('hex')
}
