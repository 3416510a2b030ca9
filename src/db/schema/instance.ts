import { boolean, text } from 'drizzle-orm/pg-core'
import { anky, instant } from './columns.ts'

export const instance = anky.table('instance', {
  only_row: boolean().primaryKey().default(true),
  instance_id: text().notNull(),
  bound_at: instant().notNull().defaultNow(),
})
