import {
  type IncrementalUpdate,
  name,
  type PageGeometry,
  PdfDict,
  type PdfObject,
  type PdfRef,
  PdfStream,
} from '../../../formats/index.ts'
import { FontSubset } from './embed-font.ts'
import type { EmbeddableImage } from './embeddable-image.ts'
import { loadTextFont, type TextFont } from './font.ts'
import { readImage } from './image.ts'
import { fitText, type TextBlock } from './layout.ts'

export interface AppearanceContent {
  /** In NFC, one line each where there is room. */
  readonly paragraphs: readonly string[]
  readonly image: Uint8Array | undefined
}

export interface Appearance {
  /** Writes the form XObject with its font and image. */
  embed(update: IncrementalUpdate): PdfRef
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Points between the edge and what is drawn, and between image and text. */
const margin = 2
/** The largest share of the box that the image takes. */
const imageShare = 0.4

/**
 * Lays out what a visible signature shows in a box of `width` by `height` points: the image at the left of a wide box
 * or the top of a high one, beside it the text as large as fits, both centred upright.
 *
 * Throws `ERR_PADES_TEXT_DOES_NOT_FIT`, `ERR_PADES_GLYPH_MISSING` and what `readImage` throws.
 */
export async function layOutAppearance(
  content: AppearanceContent,
  size: { readonly width: number; readonly height: number },
  rotate: PageGeometry['rotate'],
): Promise<Appearance> {
  const font = await loadTextFont()
  const image = content.image ? await readImage(content.image) : null
  const inner: Box = {
    x: margin,
    y: margin,
    width: size.width - 2 * margin,
    height: size.height - 2 * margin,
  }
  const { imageBox, textBox } = image ? divide(inner, image) : { imageBox: null, textBox: inner }
  const block = fitText(font, content.paragraphs, textBox.width, textBox.height)
  const subset = new FontSubset(font)
  const operators = [
    ...(imageBox ? drawImage(imageBox) : []),
    ...drawText(font, subset, block, textBox),
  ].join('\n')
  return {
    embed: (update) => {
      const resources: Record<string, PdfObject> = { Font: new PdfDict({ F1: subset.embed(update) }) }
      if (image) resources['XObject'] = new PdfDict({ Im1: image.embed(update) })
      const dict = new PdfDict({
        Type: name('XObject'),
        Subtype: name('Form'),
        BBox: [0, 0, round(size.width), round(size.height)],
        Matrix: uprightMatrix[rotate],
        Resources: new PdfDict(resources),
      })
      return update.add(new PdfStream(dict, Buffer.from(operators, 'latin1')))
    },
  }
}

/**
 * Turns the box against the page's rotation; viewers fit the turned box into the widget's rectangle themselves
 * (ISO 32000-2, 12.5.5, algorithm 8).
 */
const uprightMatrix: Readonly<Record<PageGeometry['rotate'], readonly number[]>> = {
  0: [1, 0, 0, 1, 0, 0],
  90: [0, 1, -1, 0, 0, 0],
  180: [-1, 0, 0, -1, 0, 0],
  270: [0, -1, 1, 0, 0, 0],
}

function divide(inner: Box, image: EmbeddableImage): { imageBox: Box; textBox: Box } {
  const isWide = inner.width >= inner.height
  const room = {
    width: isWide ? inner.width * imageShare : inner.width,
    height: isWide ? inner.height : inner.height * imageShare,
  }
  const scale = Math.min(room.width / image.width, room.height / image.height)
  const [width, height] = [image.width * scale, image.height * scale]
  if (isWide) {
    const textX = inner.x + width + margin
    return {
      imageBox: { x: inner.x, y: inner.y + (inner.height - height) / 2, width, height },
      textBox: { ...inner, x: textX, width: inner.x + inner.width - textX },
    }
  }
  return {
    imageBox: {
      x: inner.x + (inner.width - width) / 2,
      y: inner.y + inner.height - height,
      width,
      height,
    },
    textBox: { ...inner, height: inner.height - height - margin },
  }
}

const drawImage = ({ x, y, width, height }: Box): string[] => [
  `q ${round(width)} 0 0 ${round(height)} ${round(x)} ${round(y)} cm /Im1 Do Q`,
]

function drawText(font: TextFont, subset: FontSubset, block: TextBlock, box: Box): string[] {
  const { lines, size, leading } = block
  const used = lines.length * leading
  // Within a line's height, ascenders and descenders stand centred.
  const [ascent, descent] = [font.scale(font.source.ascent), font.scale(-font.source.descent)]
  const baseline = (leading - ((ascent + descent) * size) / 1000) / 2 + (ascent * size) / 1000
  const top = box.y + box.height - (box.height - used) / 2
  return [
    'q',
    'BT',
    '0 g',
    `/F1 ${round(size)} Tf`,
    `${round(leading)} TL`,
    `${round(box.x)} ${round(top - baseline)} Td`,
    ...lines.map((line) => `<${Buffer.from(subset.encode(line)).toString('hex')}> Tj T*`),
    'ET',
    'Q',
  ]
}

const round = (value: number): number => Math.round(value * 1000) / 1000
