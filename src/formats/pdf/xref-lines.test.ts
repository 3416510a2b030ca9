import { describe, expect, test } from 'vitest'
import { openPdf } from './index.ts'
import { buildPdf } from './testing/build-pdf.ts'
import { ref, refused, text } from './testing/helpers.ts'

const table = buildPdf('table').toString('latin1')
const edited = (from: RegExp, to: string) => Buffer.from(table.replace(from, to), 'latin1')

describe('a cross-reference line that ends otherwise than in white space', () => {
  test.each([
    ['a letter', 'nZ\n'],
    ['a parenthesis', 'n)\n'],
    ['a letter for the line end', 'n Z'],
    ['a sign that belongs to the next number', 'n -'],
    ['a digit', 'n1\n'],
    ['a second type', 'nf\n'],
  ])('is refused: %s (other readers look for objects by themselves then)', (_, end) => {
    const bytes = edited(/(\d{10} 00000 )n \n/, `$1${end}`)
    expect(bytes).toHaveLength(table.length)
    expect(refused(bytes)).toBe('ERR_PDF_XREF_TABLE')
  })

  test('is refused on the last line too', () => {
    expect(refused(edited(/n \ntrailer/, 'nx\ntrailer'))).toBe('ERR_PDF_XREF_TABLE')
  })

  test.each(['n\r\n', 'n \r', 'n\n', 'n\r', 'n  \n'])('and is read where it ends in %j', (end) => {
    const bytes = edited(/n \n(?=[\s\S]*trailer)/g, end)
    const grown = (end.length - 3) * 5
    expect(bytes).toHaveLength(table.length + grown)
    expect(text(openPdf(bytes), 5)).toBe('five')
    expect(openPdf(bytes).get(ref(99))).toBeNull()
  })
})

describe('startxref', () => {
  test('with a comment before its number is refused', () => {
    expect(refused(edited(/startxref\n/, 'startxref\n%x\n'))).toBe('ERR_PDF_STARTXREF')
  })

  test.each([' ', '\r\n', '\n\n\t'])('with %j before its number is read', (space) => {
    expect(refused(edited(/startxref\n/, `startxref${space}`))).toBe('nothing')
  })
})
