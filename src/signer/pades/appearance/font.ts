import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FontkitFont, FontkitGlyph } from 'fontkit'
import { SignerError } from '../../errors.ts'

const fontFile = '@expo-google-fonts/be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf'

/** The font of visible signatures, with what measuring text needs. Sizes are in thousandths of the font size. */
export interface TextFont {
  readonly source: FontkitFont
  /** Throws `ERR_PADES_GLYPH_MISSING`. */
  glyphOf(codePoint: number): FontkitGlyph
  /** Width of a line. Throws `ERR_PADES_GLYPH_MISSING`. */
  measure(text: string): number
  /** From font units. */
  scale(units: number): number
}

let loading: Promise<TextFont> | null = null

/** The font and fontkit, loaded on first use and kept. */
export function loadTextFont(): Promise<TextFont> {
  loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

async function load(): Promise<TextFont> {
  const path = createRequire(import.meta.url).resolve(fontFile)
  const [fontkit, bytes] = await Promise.all([import('fontkit'), readFile(path)])
  return describeFont(fontkit.create(bytes))
}

function describeFont(source: FontkitFont): TextFont {
  const glyphs = new Map<number, FontkitGlyph>()
  const scale = (units: number): number => (units * 1000) / source.unitsPerEm
  const glyphOf = (codePoint: number): FontkitGlyph => {
    const known = glyphs.get(codePoint)
    if (known) return known
    // A mark that NFC left by itself would be drawn beside its letter, since marks are not positioned here.
    if (/\p{M}|\p{C}/u.test(String.fromCodePoint(codePoint)) || !source.hasGlyphForCodePoint(codePoint)) {
      throw new SignerError('ERR_PADES_GLYPH_MISSING', { details: { codePoint: formatCodePoint(codePoint) } })
    }
    const glyph = source.glyphForCodePoint(codePoint)
    glyphs.set(codePoint, glyph)
    return glyph
  }
  const measure = (text: string): number => {
    let width = 0
    for (const char of text) width += scale(glyphOf(char.codePointAt(0)!).advanceWidth)
    return width
  }
  return { source, glyphOf, measure, scale }
}

const formatCodePoint = (codePoint: number): string =>
  `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
