import { asc, gt } from 'drizzle-orm'
import { canonicalJson } from '../canonical-json.ts'
import { DbError } from '../errors.ts'
import type { HospitalRepository } from '../ports.ts'
import { auditEvents } from '../schema/index.ts'
import type { Executor } from '../session.ts'
import type { AuditEntry, AuditEvent } from '../values.ts'
import type { HospitalContext } from './context.ts'

/** Writes an audit row in the transaction of what it tells; last, since it locks the hospital's sequence until the end. */
export async function insertAudit(
  tx: Executor,
  context: HospitalContext,
  entry: AuditEntry,
): Promise<AuditEvent> {
  const { actor, action, object, outcome, requestId, content } = entry
  for (const [field, text] of Object.entries({ actor, action, object, requestId }))
    if (text.includes('\0') || /\p{Surrogate}/u.test(text))
      throw new DbError('ERR_DB_VALUE_INVALID', { details: { field } })
  const time = context.now()
  const [row] = await tx
    .insert(auditEvents)
    .values({
      hospital_id: context.hospitalId,
      sequence: 0,
      time,
      actor,
      action,
      object,
      outcome,
      request_id: requestId,
      content: canonicalJson(content),
      content_digest: '',
    })
    .returning({ sequence: auditEvents.sequence, contentDigest: auditEvents.content_digest })
    .prepare('insert_audit_event')
    .execute()
  if (!row) throw new DbError('ERR_DB_FAILED', { details: { sqlState: 'no row' } })
  return { hospitalId: context.hospitalId, ...entry, time, ...row }
}

type Audit = Pick<HospitalRepository, 'appendAudit' | 'listAuditEvents'>

export function createAudit(context: HospitalContext): Audit {
  return {
    appendAudit: (entry) => context.transaction((tx) => insertAudit(tx, context, entry)),
    listAuditEvents: (after, limit) =>
      context.transaction(async (tx) => {
        const rows = await tx
          .select()
          .from(auditEvents)
          .where(gt(auditEvents.sequence, after))
          .orderBy(asc(auditEvents.sequence))
          .limit(limit)
        return rows.map((row) => ({
          hospitalId: row.hospital_id,
          sequence: row.sequence,
          time: row.time,
          actor: row.actor,
          action: row.action,
          object: row.object,
          outcome: row.outcome,
          requestId: row.request_id,
          content: JSON.parse(row.content) as Record<string, unknown>,
          contentDigest: row.content_digest,
        }))
      }),
  }
}
