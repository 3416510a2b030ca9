/** What is used of fontkit 2, which comes without types. */
declare module 'fontkit' {
  export interface FontkitGlyph {
    readonly id: number
    /** Font units. */
    readonly advanceWidth: number
    readonly bbox: {
      readonly minX: number
      readonly minY: number
      readonly maxX: number
      readonly maxY: number
    }
  }
  export interface FontkitSubset {
    /** The glyph's number in the subset. */
    includeGlyph(glyph: FontkitGlyph): number
    encode(): Uint8Array
  }
  export interface FontkitFont {
    readonly postscriptName: string
    readonly unitsPerEm: number
    readonly ascent: number
    readonly descent: number
    readonly capHeight: number
    readonly italicAngle: number
    readonly bbox: {
      readonly minX: number
      readonly minY: number
      readonly maxX: number
      readonly maxY: number
    }
    hasGlyphForCodePoint(codePoint: number): boolean
    glyphForCodePoint(codePoint: number): FontkitGlyph
    createSubset(): FontkitSubset
  }
  export function create(buffer: Uint8Array): FontkitFont
}
