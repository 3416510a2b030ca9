import { describe, expect, it } from 'vitest'
import { type RelativeDate, resolveDate } from './dates.ts'

const now = new Date('2026-03-15T10:20:30.456Z')

describe('resolveDate', () => {
  it.each([
    ['now', '2026-03-15T10:20:30.000Z'],
    ['-30d', '2026-02-13T10:20:30.000Z'],
    ['+2y', '2028-03-15T10:20:30.000Z'],
    ['+90m', '2026-03-15T11:50:30.000Z'],
    ['-12h', '2026-03-14T22:20:30.000Z'],
  ] as const)('%s is %s', (relative, expected) => {
    expect(resolveDate(relative, now).toISOString()).toBe(expected)
  })

  it.each(['', '30d', '+d', '+1w', '+1.5d', '2026-01-01'])("'%s' is refused", (value) => {
    expect(() => resolveDate(value as RelativeDate, now)).toThrow(
      expect.objectContaining({ code: 'ERR_TEST_PKI_DATE' }),
    )
  })
})
