import { crc32, deflateSync } from 'node:zlib'

export interface PngInput {
  readonly width: number
  readonly height: number
  readonly colourType: number
  /** Bytes row by row. */
  readonly pixels: Uint8Array
  /** The filter of each row in turn; default none. */
  readonly filters?: readonly number[]
  readonly depth?: number
  readonly interlace?: number
  /** Further chunks before the data. */
  readonly chunks?: readonly (readonly [type: string, content: Uint8Array])[]
  /** Replaces what is packed. */
  readonly data?: Uint8Array
}

export const pngChannels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** A PNG file, whole or not. */
export function buildPng(input: PngInput): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(input.width, 0)
  header.writeUInt32BE(input.height, 4)
  header.set([input.depth ?? 8, input.colourType, 0, 0, input.interlace ?? 0], 8)
  const data = input.data ?? deflateSync(filterRows(input))
  const half = data.length >> 1
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...(input.chunks ?? []).map(([type, content]) => chunk(type, content)),
    chunk('IDAT', data.subarray(0, half)),
    chunk('IDAT', data.subarray(half)),
    chunk('IEND', new Uint8Array(0)),
  ])
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(content.length, 0)
  out.set(body, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** PNG, third edition, 9.2: what each filter takes from its neighbours. */
function filterRows({ width, height, colourType, pixels, filters = [0] }: PngInput): Buffer {
  const bpp = pngChannels[colourType]!
  const stride = width * bpp
  const at = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : pixels[y * stride + x]!)
  const out = Buffer.alloc((stride + 1) * height)
  for (let y = 0; y < height; y++) {
    const filter = filters[y % filters.length]!
    out[y * (stride + 1)] = filter
    for (let x = 0; x < stride; x++) {
      const [left, up, corner] = [at(x - bpp, y), at(x, y - 1), at(x - bpp, y - 1)]
      const sum = left + up - corner
      const nearest = [left, up, corner].reduce((best, value) =>
        Math.abs(sum - value) < Math.abs(sum - best) ? value : best,
      )
      const predicted = [0, left, up, (left + up) >> 1, nearest][filter] ?? 0
      out[y * (stride + 1) + 1 + x] = at(x, y) - predicted
    }
  }
  return out
}

/** The segments of a JPEG file up to its scan, whose data are made up. */
export function buildJpeg(
  options: {
    readonly marker?: number
    readonly precision?: number
    readonly width?: number
    readonly height?: number
    readonly components?: number
    readonly before?: Uint8Array
  } = {},
): Buffer {
  const { marker = 0xc0, precision = 8, width = 8, height = 8, components = 3, before } = options
  const frame = [
    0xff,
    marker,
    0,
    8 + 3 * components,
    precision,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    components,
    ...Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat(),
  ]
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    before ?? new Uint8Array(0),
    Buffer.from([...frame, 0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]),
  ])
}

/** An APP1 segment whose Exif data say how the picture is turned. */
export function exifSegment(orientation: number, order: 'II' | 'MM'): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write(order, 0, 'latin1')
  const u16 = (value: number, at: number) =>
    order === 'II' ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)
  const u32 = (value: number, at: number) =>
    order === 'II' ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)
  u16(42, 2)
  u32(8, 4)
  u16(1, 8)
  u16(0x0112, 10)
  u16(3, 12)
  u32(1, 14)
  u16(orientation, 18)
  const length = Buffer.from([0xff, 0xe1, 0, 2 + 6 + tiff.length])
  return Buffer.concat([length, Buffer.from('Exif\0\0', 'latin1'), tiff])
}
