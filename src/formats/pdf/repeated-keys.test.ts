import { describe, expect, test } from 'vitest'
import { openPdf, PdfDict } from './index.ts'
import { basicObjects, PdfBuilder } from './testing/build-pdf.ts'
import { lenient, ref, refusal, refused } from './testing/helpers.ts'

const page = '/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]'
const pageOf = (entries: string) => basicObjects().object(3, `<<${page}${entries}>>`).table().bytes

describe('a key that a dictionary has twice', () => {
  test.each([
    ['with two references', '/Contents 4 0 R/Contents 5 0 R'],
    ['once written with an escape', '/Contents 4 0 R/#43ontents 5 0 R'],
    ['with two names', '/Tabs/S/Tabs/R'],
    ['with two strings', '/A(one)/A(two)'],
    ['with two numbers', '/Rotate 0/Rotate 90'],
    ['with arrays of two lengths', '/A[1 2]/A[1 2 3]'],
    ['with dictionaries that differ', '/A<</B 1/C<</D 2>>>>/A<</B 1/C<</D 3>>>>'],
    ['with values of two kinds', '/A 1/A null'],
    ['deep within the object', '/A[<</B[<</C 1/C 2>>]>>]'],
  ])('%s is refused, since programs choose differently; leniently the last one counts', (_, entries) => {
    const bytes = pageOf(entries)
    expect(refusal(() => openPdf(bytes).get(ref(3)))).toBe('ERR_PDF_REPEATED_KEY')
    const doc = lenient(bytes)
    expect(doc.get(ref(3))).toBeInstanceOf(PdfDict)
    expect(doc.forgiven).toContain('ERR_PDF_REPEATED_KEY')
  })

  test('with one value is read', () => {
    const twice = '/Contents 4 0 R/Rotate 90.0/A<</B[(x)/N<</C null>>]>>'
    const doc = openPdf(pageOf(twice + twice.replace('(x)', '<78>').replace('90.0', '90')))
    expect((doc.get(ref(3)) as PdfDict).get('Rotate')).toBe(90)
  })

  test('is refused in an object stream, in a trailer and in a cross-reference stream', () => {
    const inStream = new PdfBuilder()
      .objectStream(7, { 1: '<</Pages 2 0 R/Pages 3 0 R>>' })
      .xrefStream(6).bytes
    expect(refused(inStream)).toBe('ERR_PDF_REPEATED_KEY')
    expect(refused(basicObjects().table({ trailer: '/Root 1 0 R/Root 4 0 R' }).bytes)).toBe(
      'ERR_PDF_REPEATED_KEY',
    )
    expect(refused(basicObjects().xrefStream(6, { trailer: '/Root 1 0 R/Root 4 0 R' }).bytes)).toBe(
      'ERR_PDF_REPEATED_KEY',
    )
  })
})
