import { boolean, integer, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import type { StoredAnswer } from '../values.ts'
import { anky, bytea, instant } from './columns.ts'

export const idempotentRequests = anky.table('idempotent_requests', {
  hospital_id: uuid().notNull(),
  api_key_id: uuid().notNull(),
  key: text().notNull(),
  fingerprint: text().notNull(),
  intent_id: uuid(),
  started_at: instant().notNull(),
  expires_at: instant().notNull(),
  answer_status: integer(),
  answer_headers: jsonb().$type<StoredAnswer['headers']>(),
  answer_body: bytea(),
  answer_prefixed_by_document: boolean(),
})
