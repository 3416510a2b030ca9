import { text, uuid } from 'drizzle-orm/pg-core'
import { anky, instant } from './columns.ts'

export const activations = anky.table('activations', {
  id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  credential_id: uuid().notNull(),
  token_sha256: text().notNull(),
  created_at: instant().notNull(),
  expires_at: instant().notNull(),
})

export const activationDocuments = anky.table('activation_documents', {
  activation_id: uuid().notNull(),
  document_sha256: text().notNull(),
  hospital_id: uuid().notNull(),
  used_at: instant(),
})
