import type { ReportText } from './schema.ts'

/** Vietnam has had one time zone since 1975. */
const OFFSET_MS = 7 * 3_600_000
/** "Without end" in certificates (RFC 5280, 4.1.2.5); no later time has four digits for its year. */
const LAST_MS = Date.parse('9999-12-31T23:59:59Z')

const localOf = (iso: string): { readonly date: string; readonly clock: string } => {
  const [date = '', clock = ''] = new Date(Math.min(Date.parse(iso) + OFFSET_MS, LAST_MS))
    .toISOString()
    .split('T')
  return { date, clock }
}

const inVietnamese = (date: string): string => date.split('-').reverse().join('/')

/** `25/11/2026`: the day in Vietnam at a time in ISO 8601. */
export const localDay = (iso: string): string => inVietnamese(localOf(iso).date)

/** `16:05 ngày 25/11/2026`, and the same for English readers, with the offset; to the minute, or to the second. */
export function describeTime(iso: string, precision: 'minute' | 'second' = 'minute'): ReportText {
  const { date, clock } = localOf(iso)
  const shown = clock.slice(0, precision === 'minute' ? 5 : 8)
  return { vi: `${shown} ngày ${inVietnamese(date)}`, en: `${date} ${shown} UTC+7` }
}
