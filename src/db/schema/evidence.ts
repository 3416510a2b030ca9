import { text, uuid } from 'drizzle-orm/pg-core'
import type { EvidenceKey } from '../../trust/index.ts'
import { anky, bytea, instant } from './columns.ts'

export const evidence = anky.table('evidence', {
  sha256: text().primaryKey(),
  kind: text().$type<EvidenceKey['kind']>().notNull(),
  bytes: bytea().notNull(),
  seen_at: instant().notNull(),
})

export const evidencePlaces = anky.table('evidence_places', {
  kind: text().$type<EvidenceKey['kind']>().notNull(),
  url: text().notNull(),
  id: text().notNull(),
  sha256: text().notNull(),
  fetched_at: instant().notNull(),
  this_update: instant(),
  next_update: instant(),
})

export const serialIndexes = anky.table('serial_indexes', {
  crl_sha256: text().primaryKey(),
  bytes: bytea().notNull(),
  stored_at: instant().notNull(),
})

export const signatureEvidence = anky.table('signature_evidence', {
  hospital_id: uuid().notNull(),
  signature_id: uuid().notNull(),
  evidence_sha256: text().notNull(),
})
