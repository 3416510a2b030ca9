import { describe, expect, test } from 'vitest'
import type { FormatErrorCode } from '../errors.ts'
import { openPdf } from './index.ts'
import { basicObjects, buildPdf, PdfBuilder } from './testing/build-pdf.ts'
import { lenient, ref, refusal, refused } from './testing/helpers.ts'

describe('broken files, strict', () => {
  const whole = buildPdf('table').toString('latin1')
  const edit = (from: string | RegExp, to: string) => Buffer.from(whole.replace(from, to), 'latin1')
  const cases: readonly (readonly [string, FormatErrorCode, Uint8Array])[] = [
    ['no header', 'ERR_PDF_HEADER', edit('%PDF', '%PSF')],
    ['empty', 'ERR_PDF_HEADER', new Uint8Array(0)],
    [
      'a header behind the first kilobyte',
      'ERR_PDF_HEADER',
      Buffer.from(`${' '.repeat(1025)}${whole}`, 'latin1'),
    ],
    [
      'offsets that count bytes before the header',
      'ERR_PDF_XREF_NOT_FOUND',
      basicObjects(new PdfBuilder('junk\n%PDF-1.7\n')).table().bytes,
    ],
    ['no startxref', 'ERR_PDF_STARTXREF', edit('startxref', 'startxraf')],
    ['two numbers after startxref', 'ERR_PDF_STARTXREF', edit(/startxref\n(\d+)/, 'startxref\n$1\n$1')],
    ['no %%EOF', 'ERR_PDF_STARTXREF', edit('%%EOF\n', '')],
    ['truncated within the trailer', 'ERR_PDF_STARTXREF', Buffer.from(whole.slice(0, -40), 'latin1')],
    ['2 KB after %%EOF', 'ERR_PDF_STARTXREF', Buffer.from(whole + ' '.repeat(2000), 'latin1')],
    ['startxref beyond the end', 'ERR_PDF_XREF_NOT_FOUND', edit(/startxref\n\d+/, 'startxref\n99999')],
    ['startxref before a comment before xref', 'ERR_PDF_XREF_NOT_FOUND', edit('xref\n0', '%\nxref\n0')],
    [
      'startxref 40 spaces before xref',
      'ERR_PDF_XREF_NOT_FOUND',
      edit('xref\n0', `${' '.repeat(40)}xref\n0`),
    ],
    ['trailer without keyword', 'ERR_PDF_TRAILER', edit('trailer', 'tailer ')],
    ['trailer no dictionary', 'ERR_PDF_TRAILER', edit('<</Size', '[[/Size')],
    ['no /Size', 'ERR_PDF_TRAILER', edit('/Size 6', '/Sise 6')],
    ['/Size below the objects in use', 'ERR_PDF_XREF_SIZE', edit('/Size 6', '/Size 4')],
    ['/Prev -1', 'ERR_PDF_TRAILER', edit('/Size 6', '/Size 6/Prev -1')],
    ['/Prev no number', 'ERR_PDF_TRAILER', edit('/Size 6', '/Size 6/Prev(0)')],
    ['/Prev beyond the end', 'ERR_PDF_XREF_NOT_FOUND', edit('/Size 6', '/Size 6/Prev 99999')],
    ['no /Root', 'ERR_PDF_CATALOG', edit('/Root', '/Roof')],
    ['/Root no dictionary', 'ERR_PDF_CATALOG', edit('/Root 1 0', '/Root 5 0')],
    ['offsets padded with spaces', 'ERR_PDF_XREF_TABLE', edit(/\n0{8}/, '\n        ')],
    ['entry one byte off', 'ERR_PDF_OBJECT_HEADER', edit('0000000015 00000 n', '0000000016 00000 n')],
    ['entry at offset 0', 'ERR_PDF_XREF_ENTRY', edit('0000000015 00000 n', '0000000000 00000 n')],
    ['entry beyond the end', 'ERR_PDF_XREF_ENTRY', edit('0000000015 00000 n', '0000999999 00000 n')],
    [
      'entry of another generation',
      'ERR_PDF_OBJECT_HEADER',
      edit('0000000015 00000 n', '0000000015 00001 n'),
    ],
    ['table numbered one too high', 'ERR_PDF_XREF_SIZE', edit('xref\n0 6', 'xref\n1 6')],
    [
      'table and /Size one too high',
      'ERR_PDF_OBJECT_HEADER',
      Buffer.from(whole.replace('xref\n0 6', 'xref\n1 6').replace('/Size 6', '/Size 7'), 'latin1'),
    ],
    ['table with more lines than it has', 'ERR_PDF_XREF_TABLE', edit('xref\n0 6', 'xref\n0 7')],
    ['a catalogue without endobj', 'ERR_PDF_OBJECT_END', edit('endobj', 'endobi')],
    ['a catalogue with broken syntax', 'ERR_PDF_SYNTAX', edit('/Type/Catalog', '/Type)Catalog')],
  ]
  test.each(cases)('%s: %s', (_, code, bytes) => expect(refused(bytes)).toBe(code))

  test('a /Size that shrinks from one revision to the next is refused', () => {
    const bytes = basicObjects().object(9, 'null').table().object(5, 'null').table({ size: 6 }).bytes
    expect(refused(bytes)).toBe('ERR_PDF_XREF_SIZE')
    expect(lenient(bytes).forgiven).toContain('ERR_PDF_XREF_SIZE')
  })

  test('a stream whose /Length is wrong, missing, negative or no number is refused when read', () => {
    for (const length of ['4', '7', '-1', '(x)', '9999', '1 0 R', '99 0 R']) {
      const doc = openPdf(basicObjects().stream(5, '', 'BT ET', length).table().bytes)
      expect(refusal(() => doc.get(ref(5)))).toBe('ERR_PDF_STREAM_LENGTH')
    }
  })

  test('a stream keyword followed by CR alone is refused when read', () => {
    const bytes = basicObjects().object(5, '<</Length 1>>stream\rX\nendstream').table().bytes
    expect(refusal(() => openPdf(bytes).get(ref(5)))).toBe('ERR_PDF_STREAM_KEYWORD')
  })

  test.each([
    '/Type/ObjStm/N 2/First 4',
    '/Type/ObjStm/N 1/First 400',
    '/N 1/First 4',
    '/Type/ObjStm/First 4',
  ])('an object stream with %s is refused, and null when lenient', (dict) => {
    const build = basicObjects().entry(5, { type: 2, stream: 7, index: 0 })
    const bytes = build.stream(7, dict, '5 0 (five)').xrefStream(6).bytes
    expect(refusal(() => openPdf(bytes).get(ref(5)))).toBe('ERR_PDF_OBJECT_STREAM')
    expect(lenient(bytes).get(ref(5))).toBeNull()
  })

  test.each([
    ['another index', 1],
    ['an index beyond the members', 7],
  ])('a member at %s is refused, and null when lenient', (_, index) => {
    const build = basicObjects()
      .objectStream(7, { 5: '(five)', 8: '(eight)' })
      .entry(5, { type: 2, stream: 7, index })
    const bytes = build.xrefStream(6).bytes
    expect(refusal(() => openPdf(bytes).get(ref(5)))).toBe('ERR_PDF_OBJECT_STREAM_MEMBER')
    const doc = lenient(bytes)
    expect(doc.get(ref(5))).toBeNull()
    expect(doc.forgiven).toContain('ERR_PDF_OBJECT_STREAM_MEMBER')
  })

  test('an entry into an object stream that is free or itself compressed is refused', () => {
    const inNothing = basicObjects().entry(5, { type: 2, stream: 8, index: 0 }).xrefStream(6).bytes
    expect(refused(inNothing)).toBe('ERR_PDF_OBJECT_STREAM')
    const inItself = basicObjects().entry(7, { type: 2, stream: 7, index: 0 }).xrefStream(6).bytes
    expect(refused(inItself)).toBe('ERR_PDF_OBJECT_STREAM')
    expect(lenient(inItself).get(ref(7))).toBeNull()
  })
})
