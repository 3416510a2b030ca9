import { describe, expect, it } from 'vitest'
import { formatDisplayTime, formatPdfDate } from './pdf-date.ts'

describe('the time of a signature', () => {
  it('stands in /M with the offset of Vietnam', () => {
    expect(formatPdfDate(new Date('2026-11-25T07:30:05.999Z'))).toBe("D:20261125143005+07'00'")
  })

  it('is shown day first', () => {
    expect(formatDisplayTime(new Date('2026-11-25T07:30:05.999Z'))).toBe('14:30:05 25/11/2026 +07:00')
  })

  it('crosses midnight, month and year with the offset', () => {
    expect(formatPdfDate(new Date('2026-12-31T17:00:00Z'))).toBe("D:20270101000000+07'00'")
    expect(formatDisplayTime(new Date('2024-02-28T17:00:00Z'))).toBe('00:00:00 29/02/2024 +07:00')
  })
})
