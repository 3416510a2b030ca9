import { describe, expect, it } from 'vitest'
import { loadTextFont } from './font.ts'
import { fitText } from './layout.ts'

const font = await loadTextFont()
const paragraphs = ['Ký bởi: BÁC SĨ THỬ NGHIỆM 01', 'Lý do: Phê duyệt kết quả xét nghiệm của người bệnh']

describe('text in a box', () => {
  it('stands at the largest size where there is room', () => {
    expect(fitText(font, paragraphs, 500, 100)).toEqual({
      lines: paragraphs,
      size: 12,
      leading: expect.closeTo(15.6),
    })
  })

  it('is wrapped before it is made smaller', () => {
    const block = fitText(font, paragraphs, 180, 80)
    expect(block.size).toBe(12)
    expect(block.lines.length).toBeGreaterThan(2)
    expect(block.lines.join(' ')).toBe(paragraphs.join(' '))
    for (const line of block.lines) expect((font.measure(line) * block.size) / 1000).toBeLessThanOrEqual(180)
  })

  it('is made smaller until it fits', () => {
    const block = fitText(font, paragraphs, 100, 30)
    expect(block.size).toBeLessThan(12)
    expect(block.lines.length * block.leading).toBeLessThanOrEqual(30)
  })

  it('keeps empty lines', () => {
    expect(fitText(font, ['a', '', 'b'], 100, 100).lines).toEqual(['a', '', 'b'])
  })

  it('is refused where 4 points are too high', () => {
    expect(() => fitText(font, paragraphs, 400, 10)).toThrow(
      expect.objectContaining({ code: 'ERR_PADES_TEXT_DOES_NOT_FIT' }),
    )
  })

  it('is refused where a word is wider than the box at 4 points', () => {
    expect(() => fitText(font, ['x'.repeat(60)], 50, 400)).toThrow(
      expect.objectContaining({ code: 'ERR_PADES_TEXT_DOES_NOT_FIT' }),
    )
  })

  it('is refused in a box without width', () => {
    expect(() => fitText(font, ['a'], -1, 400)).toThrow(
      expect.objectContaining({ code: 'ERR_PADES_TEXT_DOES_NOT_FIT' }),
    )
  })
})

describe('a letter without a glyph', () => {
  it.each([
    ['of another script', '漢', 'U+6F22'],
    ['beyond the basic plane', '😀', 'U+1F600'],
    ['that is a control character', '\t', 'U+0009'],
    ['that is a mark by itself', 'x\u0323', 'U+0323'],
    ['that is half a surrogate pair', '\ud83d', 'U+D83D'],
  ])('%s is named by its number, not shown', (_, text, codePoint) => {
    expect(() => font.measure(text)).toThrow(
      expect.objectContaining({ code: 'ERR_PADES_GLYPH_MISSING', details: { codePoint } }),
    )
  })
})
