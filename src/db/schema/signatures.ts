import { bigint, jsonb, text, uuid } from 'drizzle-orm/pg-core'
import type { SignatureRecord } from '../values.ts'
import { anky, bytea, instant } from './columns.ts'

export const signatures = anky.table('signatures', {
  id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  intent_id: uuid(),
  signing_request_id: uuid(),
  credential_id: uuid(),
  format: text().$type<SignatureRecord['format']>().notNull(),
  level: text().notNull(),
  algorithm: jsonb().$type<SignatureRecord['algorithm']>().notNull(),
  conformity: text().$type<SignatureRecord['conformity']>().notNull(),
  environment: text().$type<SignatureRecord['environment']>().notNull(),
  key_provider: text().$type<SignatureRecord['keyProvider']>().notNull(),
  document_sha256: text().notNull(),
  document_length: bigint({ mode: 'number' }).notNull(),
  result_sha256: text().notNull(),
  certificate_sha256: text().notNull(),
  warnings: jsonb().$type<readonly string[]>().notNull(),
  timestamp_time: instant(),
  created_at: instant().notNull(),
  cms: bytea().notNull(),
  revocation: jsonb().$type<NonNullable<SignatureRecord['revocation']>>(),
})
