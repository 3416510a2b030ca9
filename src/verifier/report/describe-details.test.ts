import { describe, expect, test } from 'vitest'
import { describeDetails } from './describe-details.ts'
import { describeTime, localDay } from './local-time.ts'

describe('details of a reason', () => {
  test.each([
    ['why', 'keyCompromise', 'lộ khóa bí mật', 'the private key was compromised'],
    ['why', null, 'không nêu', 'not given'],
    ['why', 'HASH_FAILURE', 'HASH_FAILURE', 'HASH_FAILURE'],
    ['why', 'constructor', 'constructor', 'constructor'],
    ['detail', null, 'không rõ', 'unknown'],
    ['revokedAt', '2026-11-25T09:05:30.000Z', '16:05:30 ngày 25/11/2026', '2026-11-25 16:05:30 UTC+7'],
    ['certificate', 'keyCompromise', 'keyCompromise', 'keyCompromise'],
    ['count', 3, 3, 3],
  ])('%s %s', (name, value, vi, en) => {
    expect(describeDetails({ [name]: value })).toEqual({ vi: { [name]: vi }, en: { [name]: en } })
  })
})

describe('a time in Vietnam', () => {
  test('is seven hours ahead, the day with it', () => {
    expect(describeTime('2026-11-24T17:00:00Z')).toEqual({
      vi: '00:00 ngày 25/11/2026',
      en: '2026-11-25 00:00 UTC+7',
    })
    expect(localDay('2026-11-24T17:00:00Z')).toBe('25/11/2026')
  })

  test('of a certificate without end stays within its year', () => {
    expect(localDay('9999-12-31T23:59:59Z')).toBe('31/12/9999')
  })
})
