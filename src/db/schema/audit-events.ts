import { bigint, text, uuid } from 'drizzle-orm/pg-core'
import type { AuditEntry } from '../values.ts'
import { anky, instant } from './columns.ts'

/** `sequence` and `content_digest` are given by a trigger, whatever is inserted. */
export const auditEvents = anky.table('audit_events', {
  hospital_id: uuid().notNull(),
  sequence: bigint({ mode: 'number' }).notNull(),
  time: instant().notNull(),
  actor: text().notNull(),
  action: text().notNull(),
  object: text().notNull(),
  outcome: text().$type<AuditEntry['outcome']>().notNull(),
  request_id: text().notNull(),
  content: text().notNull(),
  content_digest: text().notNull(),
})
