import { customType, pgSchema, timestamp } from 'drizzle-orm/pg-core'

/** The schema that holds every table of ours. */
export const anky = pgSchema('anky')

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
})

export const instant = () => timestamp({ withTimezone: true, mode: 'date' })
