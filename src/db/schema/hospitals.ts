import { text, uuid } from 'drizzle-orm/pg-core'
import type { Role } from '../values.ts'
import { anky, instant } from './columns.ts'

export const hospitals = anky.table('hospitals', {
  id: uuid().primaryKey(),
  code: text().notNull(),
  name: text().notNull(),
  created_at: instant().notNull().defaultNow(),
})

export const persons = anky.table('persons', {
  id: uuid().primaryKey(),
  hospital_id: uuid().notNull(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  identifier: text(),
  created_at: instant().notNull().defaultNow(),
})
