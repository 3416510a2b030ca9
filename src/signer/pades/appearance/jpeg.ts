import { name, PdfDict, PdfStream } from '../../../formats/index.ts'
import type { EmbeddableImage } from './embeddable-image.ts'
import { damagedImage, unsupportedImage } from './image-errors.ts'

export const isJpeg = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff

/** Markers without a segment: TEM, RST0 to RST7, and a fill byte is handled apart (ITU-T T.81, table B.1). */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

/** SOF0 to SOF15 but DHT, JPG and DAC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

interface Frame {
  readonly width: number
  readonly height: number
  readonly components: number
}

/** A JPEG file as it stands is what DCTDecode wants (ISO 32000-2, 7.4.8). */
export function readJpeg(
  bytes: Uint8Array,
  checkSize: (width: number, height: number) => void,
): EmbeddableImage {
  const { width, height, components } = readFrame(bytes, checkSize)
  return {
    width,
    height,
    embed: (update) =>
      update.add(
        new PdfStream(
          new PdfDict({
            Type: name('XObject'),
            Subtype: name('Image'),
            Width: width,
            Height: height,
            ColorSpace: name(components === 1 ? 'DeviceGray' : 'DeviceRGB'),
            BitsPerComponent: 8,
            Filter: name('DCTDecode'),
          }),
          bytes,
        ),
      ),
  }
}

/** The frame header before the first scan (ITU-T T.81, B.2.2). */
function readFrame(bytes: Uint8Array, checkSize: (width: number, height: number) => void): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let frame: Frame | null = null
  let at = 2
  for (;;) {
    if (bytes[at] !== 0xff) throw damagedImage('marker')
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === undefined || marker === 0xd9) throw damagedImage('scan')
    at += 2
    if (isBare(marker)) continue
    if (at + 2 > bytes.length) throw damagedImage('segment')
    const length = view.getUint16(at)
    if (length < 2 || at + length > bytes.length) throw damagedImage('segment')
    if (isFrame(marker)) {
      if (frame || length < 8) throw damagedImage('frame')
      frame = parseFrame(view, at, marker, checkSize)
    } else if (marker === 0xe1) checkOrientation(bytes.subarray(at + 2, at + length))
    else if (marker === 0xda) break
    at += length
  }
  if (!frame) throw damagedImage('frame')
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(Buffer.from([0xff, 0xd9])) < at)
    throw damagedImage('end')
  return frame
}

function parseFrame(
  view: DataView,
  at: number,
  marker: number,
  checkSize: (width: number, height: number) => void,
): Frame {
  if (marker > 0xc2) throw unsupportedImage(`JPEG SOF${marker - 0xc0}`)
  const precision = view.getUint8(at + 2)
  if (precision !== 8) throw unsupportedImage(`JPEG, ${precision} bits`)
  const [height, width] = [view.getUint16(at + 3), view.getUint16(at + 5)]
  checkSize(width, height)
  const components = view.getUint8(at + 7)
  if (components !== 1 && components !== 3) throw unsupportedImage(`JPEG, ${components} components`)
  return { width, height, components }
}

/** A photograph that only its Exif data turns upright would be drawn lying down: PDF knows no orientation. */
function checkOrientation(segment: Uint8Array): void {
  const data = Buffer.from(segment.buffer, segment.byteOffset, segment.length)
  if (data.toString('latin1', 0, 6) !== 'Exif\0\0' || data.length < 14) return
  const tiff = data.subarray(6)
  const isLittle = tiff.toString('latin1', 0, 2) === 'II'
  const read16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  if (directory + 2 > tiff.length) return
  const count = read16(directory)
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i
    if (entry + 12 > tiff.length) return
    if (read16(entry) !== 0x0112) continue
    if (read16(entry + 8) > 1) throw unsupportedImage('JPEG, turned by Exif')
    return
  }
}
