import { describe, expect, test } from 'vitest'
import { PdfDict } from './objects.ts'
import { openPdf } from './reader.ts'
import { basicObjects, buildPdf, kinds, PdfBuilder } from './testing/build-pdf.ts'
import { cpuOf, ref, refusal, text } from './testing/helpers.ts'

const rebuilt = (bytes: Uint8Array) => openPdf(bytes, { rebuild: true })
/** With a `startxref` that leads nowhere. */
const lost = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/startxref\n\d+/g, 'startxref\n99999'), 'latin1')

test.each(kinds)('a file written as %s is read without what it says of places', (kind) => {
  const doc = rebuilt(lost(buildPdf(kind)))
  expect(text(doc, 5)).toBe('five')
  expect(doc.resolve(doc.catalog.get('Pages'))).toBeInstanceOf(PdfDict)
  expect(doc.mode).toBe('lenient')
  expect(doc.revisions).toHaveLength(1)
})

test('of an object that is defined twice the last one counts, in an object stream too', () => {
  const pdf = basicObjects().object(5, '(old)').table().object(5, '(new)').table()
  expect(text(rebuilt(lost(pdf.bytes)), 5)).toBe('new')
  const packed = basicObjects().object(5, '(old)').objectStream(7, { 5: '(packed)' }).xrefStream(8)
  expect(text(rebuilt(lost(packed.bytes)), 5)).toBe('packed')
  const later = new PdfBuilder().objectStream(7, { 5: '(packed)' })
  expect(text(rebuilt(lost(basicObjects(later).object(5, '(later)').xrefStream(8).bytes)), 5)).toBe('later')
})

describe('what is refused', () => {
  test('a file without a catalog', () => {
    expect(refusal(() => rebuilt(Buffer.from('%PDF-1.7\n5 0 obj\n(five)\nendobj\n')))).toBe(
      'ERR_PDF_XREF_NOT_FOUND',
    )
  })
  test('object numbers beyond the limit', () => {
    const pdf = basicObjects().table().raw('8388608 0 obj\n1\nendobj\n').bytes
    expect(refusal(() => rebuilt(pdf))).toBe('ERR_PDF_OBJECT_NUMBER_LIMIT')
  })
})

test('words that look like objects but are none are passed over', () => {
  const pdf = basicObjects().object(5, '(five)').table().raw('obj 0 obj endobj xobj 12 obj 1 2obj\n').bytes
  expect(rebuilt(pdf).size).toBe(6)
  expect(rebuilt(pdf).get(ref(12))).toBeNull()
})

test.each([
  ['headers', '5 0 obj\n'],
  ['trailers', 'trailer<<'],
  ['object streams', '5 0 obj<</Type/ObjStm/N 9/First 9/Length 0>>stream\n'],
  ['digits', '1234567890 1234567890 '],
])('a megabyte of %s is read or refused in little time', (_, piece) => {
  const pdf = Buffer.concat([
    basicObjects().table().bytes,
    Buffer.from(piece.repeat(1_000_000 / piece.length)),
  ])
  expect(cpuOf(() => refusal(() => rebuilt(pdf)))).toBeLessThan(2000)
})
