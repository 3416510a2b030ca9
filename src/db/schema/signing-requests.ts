import { text, uuid } from 'drizzle-orm/pg-core'
import { anky, bytea, instant } from './columns.ts'

export const signingRequests = anky.table('signing_requests', {
  id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  api_key_id: uuid().notNull(),
  prepared: text().notNull(),
  document_file: text().notNull(),
  content_type: text().notNull(),
  created_at: instant().notNull(),
  expires_at: instant().notNull(),
  completed_with: text(),
  appended: bytea(),
  signature_id: uuid(),
})
