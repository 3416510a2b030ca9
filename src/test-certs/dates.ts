import { TestCertsError } from './errors.ts'

/** A point in time told from the clock: '-30d', '+2y', '+90m' (minutes), '+12h', 'now'. */
export type RelativeDate = 'now' | `${'+' | '-'}${number}${'m' | 'h' | 'd' | 'y'}`

const pattern = /^([+-])(\d+)([mhdy])$/
const milliseconds = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * The date that `relative` names as seen from `now`, cut to whole seconds as certificates carry it; a year is a
 * calendar year. Throws `ERR_TEST_PKI_DATE`.
 */
export function resolveDate(relative: RelativeDate, now: Date): Date {
  const date = wholeSeconds(now)
  if (relative === 'now') return date
  const match = pattern.exec(relative)
  if (!match) throw new TestCertsError('ERR_TEST_PKI_DATE', { details: { value: relative } })
  const count = Number(match[1] + match[2]!)
  const unit = match[3] as 'm' | 'h' | 'd' | 'y'
  if (unit === 'y') date.setUTCFullYear(date.getUTCFullYear() + count)
  else date.setTime(date.getTime() + count * milliseconds[unit])
  return date
}

/** `date` without its milliseconds. */
export const wholeSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000)
