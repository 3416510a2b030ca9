import { integer, text, uuid } from 'drizzle-orm/pg-core'
import { anky, instant } from './columns.ts'

export const pinStates = anky.table('pin_states', {
  credential_id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  hash: text().notNull(),
  failures: integer().notNull().default(0),
  locked_at: instant(),
})

export const pinUnlockApprovals = anky.table('pin_unlock_approvals', {
  credential_id: uuid().notNull(),
  role: text().$type<'administrator' | 'approver'>().notNull(),
  hospital_id: uuid().notNull(),
  api_key_id: uuid().notNull(),
  person_id: uuid().notNull(),
  approved_at: instant().notNull(),
})
