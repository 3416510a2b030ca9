import { describe, expect, it } from 'vitest'
import { findPage, openPdf, pageGeometry } from './index.ts'
import { PdfBuilder } from './testing/build-pdf.ts'
import { refusal } from './testing/helpers.ts'

/** The geometry of the one page whose dictionary, and its parent's, have these entries beside the needed ones. */
function geometryOf(page: string, pages = '') {
  const { bytes } = new PdfBuilder()
    .object(1, '<</Type/Catalog/Pages 2 0 R>>')
    .object(2, `<</Type/Pages/Count 1/Kids[3 0 R]${pages}>>`)
    .object(3, `<</Type/Page/Parent 2 0 R${page}>>`)
    .table()
  const doc = openPdf(bytes)
  return pageGeometry(doc, findPage(doc, 1), 1)
}

describe('the boxes of a page', () => {
  it('come from its parents where it has none, with any two opposite corners', () => {
    expect(geometryOf('', '/MediaBox[595 842 0 0]/Rotate -90')).toEqual({
      mediaBox: [0, 0, 595, 842],
      cropBox: [0, 0, 595, 842],
      rotate: 270,
    })
  })

  it('a /CropBox is cut to the /MediaBox, and passed over where nothing of it is left', () => {
    const media = '/MediaBox[0 0 100 100]'
    expect(geometryOf(`${media}/CropBox[50 50 200 200]`).cropBox).toEqual([50, 50, 100, 100])
    expect(geometryOf(`${media}/CropBox[200 200 300 300]`).cropBox).toEqual([0, 0, 100, 100])
  })

  it.each([
    ['none', ''],
    ['three numbers', '/MediaBox[0 0 595]'],
    ['names for numbers', '/MediaBox[0 0/A/B]'],
    ['no area', '/MediaBox[0 0 595 0]'],
    ['a reference to nothing', '/MediaBox 9 0 R'],
  ])('a /MediaBox that is %s: refused', (_what, page) => {
    expect(refusal(() => geometryOf(page))).toBe('ERR_PDF_PAGE_BOX')
  })

  it.each([
    ['45 degrees', '/Rotate 45'],
    ['a name', '/Rotate/Left'],
  ])('a rotation by %s counts as none', (_what, rotate) => {
    expect(geometryOf(`/MediaBox[0 0 10 10]${rotate}`).rotate).toBe(0)
  })
})
