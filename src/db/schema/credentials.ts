import { boolean, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import type { Credential } from '../values.ts'
import { anky, instant } from './columns.ts'

export const credentials = anky.table('credentials', {
  id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  person_id: uuid(),
  holder: text().notNull(),
  kind: text().$type<Credential['kind']>().notNull(),
  algorithm: text().notNull(),
  key_provider: text().$type<Credential['keyProvider']>().notNull(),
  key_id: text().notNull(),
  /** DER as base64, end entity first. */
  chain: jsonb().$type<readonly string[]>().notNull(),
  disabled: boolean().notNull().default(false),
  created_at: instant().notNull().defaultNow(),
})
