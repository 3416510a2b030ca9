import { bigint, text, uuid } from 'drizzle-orm/pg-core'
import type { Intent } from '../values.ts'
import { anky, instant } from './columns.ts'

export const intents = anky.table('intents', {
  id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  credential_id: uuid().notNull(),
  api_key_id: uuid().notNull(),
  request_id: text().notNull(),
  format: text().$type<Intent['format']>().notNull(),
  level: text().notNull(),
  document_sha256: text().notNull(),
  document_length: bigint({ mode: 'number' }).notNull(),
  state: text().$type<'running' | 'done' | 'void'>().notNull().default('running'),
  created_at: instant().notNull(),
  finished_at: instant(),
})
