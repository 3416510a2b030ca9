import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { FontkitGlyph } from 'fontkit'
import {
  type IncrementalUpdate,
  name,
  PdfDict,
  type PdfObject,
  type PdfRef,
  PdfStream,
  PdfString,
} from '../../../formats/index.ts'
import type { TextFont } from './font.ts'

/** Glyphs that a text uses, numbered as they will be in the embedded font. */
export class FontSubset {
  readonly #font: TextFont
  readonly #subset
  readonly #used = new Map<number, { codePoint: number; glyph: FontkitGlyph }>()

  constructor(font: TextFont) {
    this.#font = font
    this.#subset = font.source.createSubset()
  }

  /** The bytes of a string that shows `text` with this font. Throws `ERR_PADES_GLYPH_MISSING`. */
  encode(text: string): Uint8Array {
    const codes: number[] = []
    for (const char of text) {
      const codePoint = char.codePointAt(0)!
      const glyph = this.#font.glyphOf(codePoint)
      const code = this.#subset.includeGlyph(glyph)
      if (!this.#used.has(code)) this.#used.set(code, { codePoint, glyph })
      codes.push(code >> 8, code & 0xff)
    }
    return Uint8Array.from(codes)
  }

  /** Writes a composite font with these glyphs only (ISO 32000-2, 9.7); nothing may be encoded afterwards. */
  embed(update: IncrementalUpdate): PdfRef {
    const { source, scale } = this.#font
    const program = this.#subset.encode()
    const baseFont = name(`${subsetTag(program)}+${source.postscriptName}`)
    const { minX, minY, maxX, maxY } = source.bbox
    const file = update.add(compress(program, { Length1: program.length }))
    const descriptor = update.add(
      new PdfDict({
        Type: name('FontDescriptor'),
        FontName: baseFont,
        // Symbolic: the glyphs are found by number.
        Flags: 4,
        FontBBox: [minX, minY, maxX, maxY].map((value) => Math.round(scale(value))),
        ItalicAngle: source.italicAngle,
        Ascent: Math.round(scale(source.ascent)),
        Descent: Math.round(scale(source.descent)),
        CapHeight: Math.round(scale(source.capHeight)),
        StemV: 80,
        FontFile2: file,
      }),
    )
    const descendant = update.add(
      new PdfDict({
        Type: name('Font'),
        Subtype: name('CIDFontType2'),
        BaseFont: baseFont,
        CIDSystemInfo: new PdfDict({
          Registry: new PdfString(Buffer.from('Adobe')),
          Ordering: new PdfString(Buffer.from('Identity')),
          Supplement: 0,
        }),
        FontDescriptor: descriptor,
        DW: 0,
        W: this.#widths(),
        CIDToGIDMap: name('Identity'),
      }),
    )
    return update.add(
      new PdfDict({
        Type: name('Font'),
        Subtype: name('Type0'),
        BaseFont: baseFont,
        Encoding: name('Identity-H'),
        DescendantFonts: [descendant],
        ToUnicode: update.add(compress(Buffer.from(this.#toUnicode(), 'latin1'))),
      }),
    )
  }

  #widths(): PdfObject[] {
    return [...this.#used]
      .sort(([a], [b]) => a - b)
      .flatMap(([code, { glyph }]) => [code, [Math.round(this.#font.scale(glyph.advanceWidth))]])
  }

  /** ISO 32000-2, 9.10.3. */
  #toUnicode(): string {
    const rows = [...this.#used].map(([code, { codePoint }]) => `<${hex(code)}> <${utf16(codePoint)}>`)
    const blocks: string[] = []
    // A block has at most 100 rows.
    for (let i = 0; i < rows.length; i += 100) {
      const block = rows.slice(i, i + 100)
      blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`)
    }
    return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${blocks.join('')}endcmap
CMapName currentdict /CMap defineresource pop
end
end
`
  }
}

const compress = (data: Uint8Array, entries: Readonly<Record<string, PdfObject>> = {}): PdfStream =>
  new PdfStream(new PdfDict({ ...entries, Filter: name('FlateDecode') }), deflateSync(data))

const hex = (value: number): string => value.toString(16).padStart(4, '0')

const utf16 = (codePoint: number): string =>
  Buffer.from(String.fromCodePoint(codePoint), 'utf16le').swap16().toString('hex')

/** Six letters that tell subsets apart (ISO 32000-2, 9.9.2). */
function subsetTag(program: Uint8Array): string {
  const digest = createHash('sha256').update(program).digest()
  return String.fromCharCode(...digest.subarray(0, 6).map((byte) => 65 + (byte % 26)))
}
