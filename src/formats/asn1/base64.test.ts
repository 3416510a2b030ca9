import { describe, expect, it } from 'vitest'
import { isBase64 } from './base64.ts'

describe('base64', () => {
  it.each(['', 'AAAA', 'AAA=', 'AA==', '+/09azAZ'])('%j is', (text) => expect(isBase64(text)).toBe(true))

  it.each([
    ['cut off', 'AAA'],
    ['with too much padding', 'A==='],
    ['padding alone', '===='],
    ['padding inside', 'AA==AAAA'],
    ['with a line break', 'AAAA\nAAA'],
    ['with a line break behind', 'AAA\n'],
    ['of the alphabet for URLs', 'AA-_'],
    ['with letters beyond ASCII', 'ĐAAA'],
  ])('text %s is not', (_what, text) => expect(isBase64(text)).toBe(false))

  it('of many megabytes is looked at like any other', () => {
    const text = 'QUJD'.repeat(3_000_000)
    expect(isBase64(text)).toBe(true)
    expect(isBase64(`${text}*AAA`)).toBe(false)
  })
})
