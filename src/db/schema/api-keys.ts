import { boolean, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import type { Role } from '../values.ts'
import { anky, instant } from './columns.ts'

export const apiKeys = anky.table('api_keys', {
  id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  person_id: uuid(),
  label: text().notNull(),
  role: text().$type<Role>().notNull(),
  sha256: text().notNull(),
  scopes: jsonb().$type<readonly string[]>().notNull(),
  all_credentials: boolean().notNull(),
  revoked_at: instant(),
  created_at: instant().notNull().defaultNow(),
})

export const apiKeyCredentials = anky.table('api_key_credentials', {
  hospital_id: uuid().notNull(),
  api_key_id: uuid().notNull(),
  credential_id: uuid().notNull(),
})
