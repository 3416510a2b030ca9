import { describe, expect, it } from 'vitest'
import { readAppendedDictionary } from './appended-dictionary.ts'
import { isName } from './objects.ts'

const base = 1000
const dictionary = '<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00ff> >>'

/** An incremental update with one object and its table; `shift` is how far its offset is off. */
function update(object = `7 0 obj\n${dictionary}\nendobj\n`, shift = 0): { bytes: Buffer; at: number } {
  const offset = String(base + 1 + shift).padStart(10, '0')
  const xref = `xref\n7 1\n${offset} 00000 n \ntrailer\n<< /Size 8 /Root 1 0 R /Prev 9 >>\n`
  const end = `startxref\n${base + 1 + object.length}\n%%EOF\n`
  const bytes = Buffer.from(`\n${object}${xref}${end}`, 'latin1')
  return { bytes, at: bytes.indexOf('<00ff>') }
}

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('readAppendedDictionary', () => {
  it('finds a dictionary and its values in the update alone', () => {
    const { bytes, at } = update()
    const found = readAppendedDictionary(bytes, base, at)
    expect(isName(found?.dict.get('Type'), 'Sig')).toBe(true)
    expect(found?.spans.get('Contents')).toEqual({ start: at, end: at + 6 })
  })

  it.each([
    ['no object begins before the position', () => readAppendedDictionary(update().bytes, base, 0)],
    [
      'the position lies behind the object',
      () => readAppendedDictionary(update().bytes, base, update().bytes.indexOf('trailer')),
    ],
    [
      'the entry points beside the object',
      () => readAppendedDictionary(update(undefined, 20).bytes, base, update().at),
    ],
    [
      'the object has another number',
      () => readAppendedDictionary(update(`8 0 obj\n${dictionary}\nendobj\n`).bytes, base, update().at),
    ],
    [
      'the object is no dictionary',
      () => readAppendedDictionary(update('7 0 obj\n[<00ff>]\nendobj\n').bytes, base, 10),
    ],
  ])('gives nothing where %s', (_situation, read) => expect(read()).toBeNull())

  it.each([
    ['there is no startxref', () => readAppendedDictionary(Buffer.from('x'), base, 0), 'ERR_PDF_STARTXREF'],
    [
      'startxref points before the update',
      () => readAppendedDictionary(update().bytes, base + 5000, 0),
      'ERR_PDF_XREF_NOT_FOUND',
    ],
    [
      'startxref points behind it',
      () => readAppendedDictionary(update().bytes, 0, 0),
      'ERR_PDF_XREF_NOT_FOUND',
    ],
    [
      'the object does not end',
      () => readAppendedDictionary(update(`7 0 obj\n${dictionary}\n`).bytes, base, update().at),
      'ERR_PDF_OBJECT_END',
    ],
  ])('is refused where %s', (_situation, read, code) => expect(codeOf(read)).toBe(code))
})
