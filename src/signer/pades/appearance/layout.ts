import { SignerError } from '../../errors.ts'
import type { TextFont } from './font.ts'

export interface TextBlock {
  readonly lines: readonly string[]
  /** Points. */
  readonly size: number
  /** From one baseline to the next, in points. */
  readonly leading: number
}

/** Points. */
const largestSize = 12
const smallestSize = 4
const step = 0.25

/** Vietnamese letters carry two marks, so that lines stand further apart than Latin ones. */
const leadingFactor = 1.3

/**
 * The largest size at which the paragraphs, wrapped between words, fit into a box of `width` by `height` points.
 *
 * Throws `ERR_PADES_TEXT_DOES_NOT_FIT` where even 4 points are too large or a word is longer than a line, and
 * `ERR_PADES_GLYPH_MISSING`.
 */
export function fitText(
  font: TextFont,
  paragraphs: readonly string[],
  width: number,
  height: number,
): TextBlock {
  const measured = paragraphs.map((paragraph) => measureWords(font, paragraph))
  for (let size = largestSize; size >= smallestSize; size -= step) {
    const leading = size * leadingFactor
    const lines = wrapAll(measured, font.measure(' '), (width * 1000) / size)
    if (lines && lines.length * leading <= height) return { lines, size, leading }
  }
  throw new SignerError('ERR_PADES_TEXT_DOES_NOT_FIT', { details: { size: smallestSize } })
}

interface Word {
  readonly text: string
  readonly width: number
}

const measureWords = (font: TextFont, paragraph: string): Word[] =>
  paragraph
    .split(' ')
    .filter((text) => text !== '')
    .map((text) => ({ text, width: font.measure(text) }))

/** Null where a word is wider than a line. */
function wrapAll(paragraphs: readonly (readonly Word[])[], space: number, width: number): string[] | null {
  const lines: string[] = []
  for (const words of paragraphs) {
    let line = ''
    let used = 0
    for (const word of words) {
      if (word.width > width) return null
      if (line !== '' && used + space + word.width > width) {
        lines.push(line)
        line = ''
      }
      used = line === '' ? word.width : used + space + word.width
      line = line === '' ? word.text : `${line} ${word.text}`
    }
    lines.push(line)
  }
  return lines
}
