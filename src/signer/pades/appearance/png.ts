import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { crc32, deflate, inflate } from 'node:zlib'
import {
  type IncrementalUpdate,
  isEqual,
  name,
  PdfDict,
  type PdfObject,
  type PdfRef,
  PdfStream,
  PdfString,
} from '../../../formats/index.ts'
import type { EmbeddableImage } from './embeddable-image.ts'
import { damagedImage, unsupportedImage } from './image-errors.ts'
import { undoFilter } from './png-filter.ts'

const signature = Buffer.from('89504e470d0a1a0a', 'hex')
const pack = promisify(deflate)
const unpack = promisify(inflate)

export const isPng = (bytes: Uint8Array): boolean => isEqual(bytes.subarray(0, 8), signature)

/** Colour types by number, with how many bytes a pixel has (PNG, third edition, table 7). */
const colourTypes: Readonly<Record<number, { channels: number; alpha: boolean }>> = {
  0: { channels: 1, alpha: false },
  2: { channels: 3, alpha: false },
  3: { channels: 1, alpha: false },
  4: { channels: 2, alpha: true },
  6: { channels: 4, alpha: true },
}

interface Header {
  readonly width: number
  readonly height: number
  readonly colourType: number
  readonly channels: number
  readonly alpha: boolean
}

interface Chunks {
  readonly header: Header
  readonly palette: Uint8Array | null
  readonly transparency: Uint8Array | null
  readonly data: Uint8Array
}

/** Transparency becomes a soft mask; other data stays packed as it is (ISO 32000-2, 7.4.4.4 has PNG's predictors). */
export async function readPng(
  bytes: Uint8Array,
  checkSize: (width: number, height: number) => void,
): Promise<EmbeddableImage> {
  const chunks = readChunks(bytes, checkSize)
  const { header, palette, transparency, data } = chunks
  const rows = await unpackRows(header, data)
  const base: Record<string, PdfObject> = {
    Type: name('XObject'),
    Subtype: name('Image'),
    Width: header.width,
    Height: header.height,
    BitsPerComponent: 8,
    Filter: name('FlateDecode'),
  }
  const hasMask = header.alpha || (header.colourType === 3 && transparency !== null)
  if (!hasMask) {
    const dict = new PdfDict({
      ...base,
      ColorSpace: colourSpace(header, palette),
      DecodeParms: new PdfDict({
        Predictor: 15,
        Colors: header.channels,
        BitsPerComponent: 8,
        Columns: header.width,
      }),
      ...(transparency && { Mask: colourKey(header, transparency) }),
    })
    return { ...header, embed: (update) => update.add(new PdfStream(dict, data)) }
  }
  const pixels = await undoFilter(rows, header.width * header.channels, header.channels)
  const [colour, alpha] = await split(header, pixels, transparency)
  const [packedColour, packedAlpha] = await Promise.all([pack(colour), pack(alpha)])
  const embed = (update: IncrementalUpdate): PdfRef => {
    const mask = update.add(
      new PdfStream(new PdfDict({ ...base, ColorSpace: name('DeviceGray') }), packedAlpha),
    )
    const dict = new PdfDict({ ...base, ColorSpace: colourSpace(header, palette), SMask: mask })
    return update.add(new PdfStream(dict, packedColour))
  }
  return { ...header, embed }
}

/** Chunks up to IEND, with their checksums (PNG, 5.3). */
function readChunks(bytes: Uint8Array, checkSize: (width: number, height: number) => void): Chunks {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let header: Header | null = null
  let palette: Uint8Array | null = null
  let transparency: Uint8Array | null = null
  const parts: Uint8Array[] = []
  for (let at = signature.length; ; ) {
    if (at + 12 > data.length) throw damagedImage('end')
    const length = data.readUInt32BE(at)
    const end = at + 12 + length
    if (end > data.length) throw damagedImage('chunk')
    const type = data.toString('latin1', at + 4, at + 8)
    const content = data.subarray(at + 8, at + 8 + length)
    if (crc32(data.subarray(at + 4, at + 8 + length)) !== data.readUInt32BE(end - 4))
      throw damagedImage('checksum')
    if (!header) {
      if (type !== 'IHDR' || length !== 13) throw damagedImage('IHDR')
      header = readHeader(content, checkSize)
    } else if (type === 'PLTE') palette = content
    else if (type === 'tRNS') transparency = content
    else if (type === 'IDAT') parts.push(content)
    else if (type === 'IEND') break
    // A critical chunk that is not known (5.4).
    else if ((data[at + 4]! & 0x20) === 0) throw unsupportedImage('PNG chunk')
    at = end
  }
  if (parts.length === 0) throw damagedImage('IDAT')
  checkPalette(header, palette, transparency)
  return { header, palette, transparency, data: Buffer.concat(parts) }
}

function readHeader(content: Buffer, checkSize: (width: number, height: number) => void): Header {
  const [width, height] = [content.readUInt32BE(0), content.readUInt32BE(4)]
  checkSize(width, height)
  const [depth, colourType, compression, filter, interlace] = content.subarray(8)
  if (depth !== 8) throw unsupportedImage(`PNG, ${depth} bits`)
  if (interlace !== 0) throw unsupportedImage('PNG, interlaced')
  const kind = colourTypes[colourType!]
  if (!kind || compression !== 0 || filter !== 0) throw damagedImage('IHDR')
  return { width, height, colourType: colourType!, ...kind }
}

function checkPalette(header: Header, palette: Uint8Array | null, transparency: Uint8Array | null): void {
  if (header.colourType === 3) {
    const isPalette = palette && palette.length > 0 && palette.length <= 768 && palette.length % 3 === 0
    if (!isPalette) throw damagedImage('PLTE')
    if (transparency && transparency.length > palette.length / 3) throw damagedImage('tRNS')
  } else if (transparency && (header.alpha || transparency.length !== 2 * header.channels))
    throw damagedImage('tRNS')
}

/** All rows, each behind its filter's number. */
async function unpackRows(header: Header, data: Uint8Array): Promise<Uint8Array> {
  const stride = header.width * header.channels + 1
  const expected = stride * header.height
  let rows: Buffer
  try {
    rows = await unpack(data, { maxOutputLength: expected })
  } catch (cause) {
    throw damagedImage('IDAT', cause)
  }
  if (rows.length !== expected) throw damagedImage('IDAT')
  for (let at = 0; at < expected; at += stride) if (rows[at]! > 4) throw damagedImage('filter')
  return rows
}

function colourSpace({ channels, colourType }: Header, palette: Uint8Array | null): PdfObject {
  if (colourType === 3 && palette) {
    return [name('Indexed'), name('DeviceRGB'), palette.length / 3 - 1, new PdfString(palette, true)]
  }
  return name(channels >= 3 ? 'DeviceRGB' : 'DeviceGray')
}

/** The one colour that is transparent, in a 16-bit number each channel, as a range each (ISO 32000-2, 8.9.6.4). */
function colourKey({ channels }: Header, transparency: Uint8Array): PdfObject {
  return Array.from({ length: channels }, (_, i) => transparency[2 * i + 1]!).flatMap((value) => [
    value,
    value,
  ])
}

/** Colour and alpha apart. */
async function split(
  { width, height, channels, alpha }: Header,
  pixels: Uint8Array,
  transparency: Uint8Array | null,
): Promise<[Uint8Array, Uint8Array]> {
  const count = width * height
  const mask = new Uint8Array(count)
  if (!alpha) {
    for (let i = 0; i < count; i++) mask[i] = transparency?.[pixels[i]!] ?? 255
    return [pixels, mask]
  }
  const own = channels - 1
  const colour = new Uint8Array(count * own)
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < own; c++) colour[i * own + c] = pixels[i * channels + c]!
    mask[i] = pixels[i * channels + own]!
    if (i % 0x80000 === 0x7ffff) await setImmediate()
  }
  return [colour, mask]
}
