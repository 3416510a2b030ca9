import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import { listFields, openPdf, PdfDict, PdfStream } from '../../formats/index.ts'
import { PdfBuilder } from '../../formats/pdf/testing/build-pdf.ts'
import { crop, differenceOf, extractText, inkOf, type Raster, render } from './testing/judges.ts'
import { signAs } from './testing/sign-pdf.ts'

const dpi = 150
const [pageWidth, pageHeight] = [200, 2600]

/** Twelve vowels with no mark and with each of the five tone marks, and đ; then all of them as capitals. */
const marks = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323']
const small = [
  ...[...'aăâeêioôơuưy'].flatMap((vowel) => marks.map((mark) => (vowel + mark).normalize('NFC'))),
  'đ',
]
const letters = [...small, ...small.map((letter) => letter.toUpperCase())]

const emptyPage = (): PdfBuilder =>
  new PdfBuilder()
    .object(1, '<</Type/Catalog/Pages 2 0 R>>')
    .object(2, `<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 ${pageWidth} ${pageHeight}]>>`)

/** Where the appearance begins its first line, in points of the page, and how far apart its lines are. */
interface Lines {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly leading: number
  readonly count: number
}

function readLines(bytes: Uint8Array): Lines {
  const doc = openPdf(bytes)
  const appearance = doc.resolve(listFields(doc)[0]!.dict.get('AP'))
  const form = appearance instanceof PdfDict ? doc.resolve(appearance.get('N')) : null
  if (!(form instanceof PdfStream)) throw new Error('no appearance')
  const content = Buffer.from(doc.decode(form)).toString('latin1')
  const number = (pattern: RegExp): number => Number(pattern.exec(content)![1])
  return {
    x: number(/([\d.]+) [\d.]+ Td/),
    y: number(/[\d.]+ ([\d.]+) Td/),
    size: number(/F1 ([\d.]+) Tf/),
    leading: number(/([\d.]+) TL/),
    count: content.match(/Tj/g)!.length,
  }
}

/**
 * The same letters from the whole font file, found by their names in simple fonts (ISO 32000-2, 9.6.5.4): neither the
 * subset nor the numbers of its glyphs are used.
 */
function buildReference(lines: Lines, first: number): Buffer {
  const font = readFileSync(
    createRequire(import.meta.url).resolve(
      '@expo-google-fonts/be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf',
    ),
  )
  const glyphName = (letter: string): string =>
    `uni${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
  const content = letters.map((_, i) => {
    const y = lines.y - (first + i) * lines.leading
    const code = (1 + i).toString(16).padStart(2, '0')
    return `BT /F1 ${lines.size} Tf 1 0 0 1 ${lines.x} ${y} Tm <${code}> Tj ET`
  })
  return emptyPage()
    .object(3, '<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>')
    .stream(4, '', content.join('\n'))
    .object(
      5,
      `<</Type/Font/Subtype/TrueType/BaseFont/BeVietnamPro-Regular/FirstChar 1/LastChar ${letters.length}/Widths[${letters.map(() => 600).join(' ')}]/FontDescriptor 6 0 R/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[1${letters.map((letter) => `/${glyphName(letter)}`).join('')}]>>>>`,
    )
    .object(
      6,
      '<</Type/FontDescriptor/FontName/BeVietnamPro-Regular/Flags 32/FontBBox[-130 -263 1165 1199]/ItalicAngle 0/Ascent 1000/Descent -265/CapHeight 740/StemV 80/FontFile2 7 0 R>>',
    )
    .stream(7, `/Length1 ${font.length}`, font)
    .table().bytes
}

describeWith([needs.pdftoppm], 'the letters of Vietnamese in a visible signature', () => {
  const document = emptyPage().object(3, '<</Type/Page/Parent 2 0 R>>').table().bytes
  const visible = { page: 1, x: 0, y: 0, width: pageWidth, height: pageHeight, text: letters.join('\n') }
  const signing = signAs('doctor-01', document, { visible, name: 'X' })

  it('are 146, each drawn as the whole font draws it, and each unlike all others', async () => {
    const signed = await signing
    const lines = readLines(signed)
    const first = lines.count - letters.length
    expect(letters).toHaveLength(146)
    const [ours, reference] = [render(signed, dpi), render(buildReference(lines, first), dpi)]
    const px = dpi / 72
    const cell = (raster: Raster, i: number): Raster =>
      crop(raster, {
        left: 0,
        top: Math.round((pageHeight - lines.y + (first + i - 0.95) * lines.leading) * px),
        width: Math.round(30 * px),
        height: Math.round(lines.leading * 1.2 * px),
      })
    const cells = letters.map((_, i) => cell(ours, i))
    letters.forEach((letter, i) => {
      expect(inkOf(cells[i]!), `${letter} is drawn`).toBeGreaterThan(8)
      expect(differenceOf(cells[i]!, cell(reference, i)), `${letter} as in the font`).toBeLessThan(1)
    })
    for (let i = 0; i < cells.length; i++) {
      for (let k = 0; k < i; k++) {
        expect(differenceOf(cells[i]!, cells[k]!), `${letters[i]} and ${letters[k]} differ`).toBeGreaterThan(
          1,
        )
      }
    }
  })

  it('are found again as text', async () => {
    const text = extractText(await signing)
    const found = text.split('\n').map((line) => line.trim())
    expect(found).toEqual(expect.arrayContaining(letters))
    expect(text).toContain('Ký bởi: X')
  })
})
