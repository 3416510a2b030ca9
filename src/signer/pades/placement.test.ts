import { describe, expect, it } from 'vitest'
import { findPage, openPdf } from '../../formats/index.ts'
import { PdfBuilder } from '../../formats/pdf/testing/build-pdf.ts'
import type { VisibleSignature } from '../types.ts'
import { placeRectangle } from './placement.ts'

/** Places a rectangle on a page of 200 by 300 units with these further entries. */
function place(page: string, rectangle: Omit<VisibleSignature, 'page'>) {
  const bytes = new PdfBuilder()
    .object(1, '<</Type/Catalog/Pages 2 0 R>>')
    .object(2, '<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 200 300]>>')
    .object(3, `<</Type/Page/Parent 2 0 R${page}>>`)
    .table().bytes
  const doc = openPdf(bytes)
  return placeRectangle(doc, findPage(doc, 1), { page: 1, ...rectangle })
}

const box = { x: 10, y: 20, width: 50, height: 30 }

describe('a rectangle of the page as displayed', () => {
  it.each([
    ['', [10, 20, 60, 50], 0],
    ['/Rotate 90', [150, 10, 180, 60], 90],
    ['/Rotate 180', [140, 250, 190, 280], 180],
    ['/Rotate 270', [20, 240, 50, 290], 270],
    ['/Rotate -90', [20, 240, 50, 290], 270],
    ['/CropBox[30 40 150 200]', [40, 60, 90, 90], 0],
    ['/CropBox[30 40 150 200]/Rotate 90', [100, 50, 130, 100], 90],
    ['/MediaBox[-100 -100 100 200]', [-90, -80, -40, -50], 0],
    ['/UserUnit 2', [5, 10, 30, 25], 0],
    ['/UserUnit 2/Rotate 180', [170, 275, 195, 290], 180],
  ])('lies with %s at %j of user space', (page, rectangle, rotate) => {
    expect(place(page, box)).toEqual({ rectangle, rotate })
  })

  it('may fill the page, give or take a rounding error', () => {
    expect(place('', { x: 0, y: 0, width: 200.005, height: 300 }).rectangle).toEqual([0, 0, 200.005, 300])
  })

  it('may be as large as the user unit makes the page', () => {
    expect(place('/UserUnit 3', { x: 0, y: 0, width: 600, height: 900 }).rectangle).toEqual([0, 0, 200, 300])
  })

  it.each([
    ['starts left of the page', { ...box, x: -1 }, ''],
    ['starts below the page', { ...box, y: -1 }, ''],
    ['ends right of the page', { ...box, width: 191 }, ''],
    ['ends above the page', { ...box, height: 281 }, ''],
    ['fits the page only before it is turned', { ...box, height: 250 }, '/Rotate 90'],
    ['fits the media box but not the crop box', { ...box, width: 150 }, '/CropBox[30 40 150 200]'],
    ['has no width', { ...box, width: 0 }, ''],
    ['has a negative height', { ...box, height: -5 }, ''],
    ['is no number', { ...box, x: Number.NaN }, ''],
    ['is endless', { ...box, width: Number.POSITIVE_INFINITY }, ''],
  ])('is refused where it %s', (_, rectangle, page) => {
    expect(() => place(page, rectangle)).toThrow(expect.objectContaining({ code: 'ERR_PADES_RECTANGLE' }))
  })
})
