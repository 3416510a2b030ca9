import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { describeWith, needs } from '../../../../test/support/requirements.ts'
import { PdfBuilder } from '../../../formats/pdf/testing/build-pdf.ts'
import { buildPng, type PngInput } from '../testing/build-image.ts'
import { crop, differenceOf, extractText, inkOf, type Raster, render, withFile } from '../testing/judges.ts'
import { signAs } from '../testing/sign-pdf.ts'

const dpi = 144
const px = dpi / 72

/** An empty page. */
const buildPage = (entries: string): Buffer =>
  new PdfBuilder()
    .object(1, '<</Type/Catalog/Pages 2 0 R>>')
    .object(2, '<</Type/Pages/Count 1/Kids[3 0 R]>>')
    .object(3, `<</Type/Page/Parent 2 0 R${entries}>>`)
    .table().bytes

const box = { page: 1, x: 30, y: 40, width: 150, height: 60, title: 'Trưởng khoa' }

/** The box of the signature as displayed, and what is drawn outside it. */
async function renderSigned(entries: string, visible: Parameters<typeof signAs>[2] = {}) {
  const signed = await signAs('doctor-01', buildPage(entries), {
    reason: 'Phê duyệt',
    visible: box,
    ...visible,
  })
  const page = render(signed, dpi)
  const inside = crop(page, {
    left: Math.round(box.x * px),
    top: page.height - Math.round((box.y + box.height) * px),
    width: box.width * px,
    height: box.height * px,
  })
  return { signed, page, inside, outside: inkOf(page) - inkOf(inside) }
}

describeWith([needs.pdftoppm], 'a visible signature as rendered', () => {
  const reference = renderSigned('/MediaBox[0 0 300 200]')

  it.each([
    ['turned by 90 degrees', '/MediaBox[0 0 200 300]/Rotate 90'],
    ['turned by 180 degrees', '/MediaBox[0 0 300 200]/Rotate 180'],
    ['turned by 270 degrees', '/MediaBox[0 0 200 300]/Rotate 270'],
    ['turned the other way', '/MediaBox[0 0 200 300]/Rotate -90'],
    ['with an origin elsewhere', '/MediaBox[-50 -70 250 130]'],
    ['turned, with an origin elsewhere', '/MediaBox[10 20 210 320]/Rotate 270'],
  ])('stands upright at the same place of a page %s', async (_, entries) => {
    const [upright, turned] = [await reference, await renderSigned(entries)]
    expect(upright.outside).toBe(0)
    expect(inkOf(upright.inside)).toBeGreaterThan(300)
    expect(turned.outside).toBe(0)
    // A turned raster puts grey edges elsewhere; another place or direction would double the ink.
    expect(differenceOf(turned.inside, upright.inside)).toBeLessThan(0.15 * inkOf(upright.inside))
  })

  it('stands within the crop box', async () => {
    const cropped = '/MediaBox[0 0 500 500]/CropBox[100 150 400 350]'
    const signed = await signAs('doctor-01', buildPage(cropped), { reason: 'Phê duyệt', visible: box })
    const file = withFile(signed, (path) =>
      execFileSync('pdftoppm', ['-cropbox', '-gray', '-r', `${dpi}`, path]),
    )
    const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.toString('latin1', 0, 64))!
    const page: Raster = {
      width: Number(header[1]),
      height: Number(header[2]),
      pixels: file.subarray(header[0].length),
    }
    expect([page.width, page.height]).toEqual([600, 400])
    expect(differenceOf(page, (await reference).page)).toBeLessThan(1)
  })

  it('can be read as text, line by line', async () => {
    const text = extractText((await reference).signed).replace(/\s+/g, ' ')
    for (const line of [
      'Ký bởi: BÁC SĨ THỬ NGHIỆM 01',
      'Chức danh: Trưởng khoa',
      'Thời gian: 14:30:00 25/11/2026 +07:00',
      'Lý do: Phê duyệt',
    ])
      expect(text).toContain(line)
  })

  it.each<[string, PngInput]>([
    ['grey', { width: 20, height: 20, colourType: 0, pixels: new Uint8Array(400) }],
    ['colour', { width: 20, height: 20, colourType: 2, pixels: new Uint8Array(1200), filters: [4] }],
    [
      'colour and alpha',
      {
        width: 20,
        height: 20,
        colourType: 6,
        pixels: Uint8Array.from({ length: 1600 }, (_, i) => (i % 4 === 3 ? 255 : 0)),
        filters: [1, 2, 3],
      },
    ],
  ])('shows a black image in %s at the left, in full height', async (_, png) => {
    const { inside, outside } = await renderSigned('/MediaBox[0 0 300 200]', {
      visible: { ...box, image: buildPng(png) },
    })
    const side = (box.height - 4) * px
    const square = crop(inside, { left: 2 * px, top: 2 * px, width: side, height: side })
    expect(outside).toBe(0)
    expect(inkOf(square)).toBeGreaterThan(0.99 * side * side)
  })

  it('does not show what an image has transparent', async () => {
    const { inside } = await renderSigned('/MediaBox[0 0 300 200]', {
      visible: {
        ...box,
        image: buildPng({ width: 20, height: 20, colourType: 6, pixels: new Uint8Array(1600) }),
      },
    })
    const side = (box.height - 4) * px
    expect(inkOf(crop(inside, { left: 0, top: 0, width: side, height: side }))).toBe(0)
  })

  it.each([
    ['baseline', []],
    ['progressive', ['-jpegopt', 'progressive=y']],
  ])('shows a %s JPEG image', async (_, options) => {
    // A black page, drawn by another program.
    const black = new PdfBuilder()
      .object(1, '<</Type/Catalog/Pages 2 0 R>>')
      .object(2, '<</Type/Pages/Count 1/Kids[3 0 R]>>')
      .object(3, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 40]/Contents 4 0 R>>')
      .stream(4, '', '0 g 0 0 40 40 re f')
      .table().bytes
    const image = withFile(black, (path) => execFileSync('pdftoppm', ['-jpeg', ...options, '-r', '72', path]))
    const { inside } = await renderSigned('/MediaBox[0 0 300 200]', { visible: { ...box, image } })
    const side = (box.height - 4) * px
    const square = crop(inside, { left: 2 * px, top: 2 * px, width: side, height: side })
    expect(inkOf(square)).toBeGreaterThan(0.97 * side * side)
  })
})
