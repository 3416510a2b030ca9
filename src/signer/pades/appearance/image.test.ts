import { describe, expect, it } from 'vitest'
import {
  IncrementalUpdate,
  isName,
  openPdf,
  type PdfDict,
  type PdfObject,
  type PdfRef,
  PdfStream,
} from '../../../formats/index.ts'
import { buildPdf } from '../../../formats/pdf/testing/build-pdf.ts'
import { buildJpeg, buildPng, exifSegment, type PngInput, pngChannels } from '../testing/build-image.ts'
import { readImage } from './image.ts'

const refusedWith = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) })

/** The image as a reader gets it back from the file. */
async function embed(
  bytes: Uint8Array,
): Promise<{ dict: PdfDict; data: Uint8Array; mask: Uint8Array | null }> {
  const image = await readImage(bytes)
  const file = buildPdf('table')
  const update = new IncrementalUpdate(openPdf(file), (n) => new Uint8Array(n))
  const ref = image.embed(update)
  const doc = openPdf(Buffer.concat([file, update.finish().bytes]))
  const stream = (object: PdfObject): PdfStream => {
    const found = doc.resolve(object)
    if (!(found instanceof PdfStream)) throw new Error('no stream')
    return found
  }
  const { dict } = stream(ref)
  const isJpeg = isName(dict.get('Filter'), 'DCTDecode')
  const mask = dict.get('SMask')
  return {
    dict,
    data: isJpeg ? stream(ref).raw : doc.decode(stream(ref)),
    mask: mask ? doc.decode(stream(mask as PdfRef)) : null,
  }
}

/** Bytes that repeat late. */
const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * 7) % 251)

const png = (colourType: number, more: Partial<PngInput> = {}): PngInput => ({
  width: 7,
  height: 10,
  colourType,
  pixels: noise(70 * pngChannels[colourType]!),
  filters: [0, 1, 2, 3, 4],
  ...more,
})

const channel = (pixels: Uint8Array, every: number, from: number, count: number): Uint8Array =>
  pixels.filter((_, i) => i % every >= from && i % every < from + count)

describe('a PNG image', () => {
  it.each([
    ['grey', 0, 'DeviceGray'],
    ['colour', 2, 'DeviceRGB'],
  ])('in %s keeps its samples, whatever the filters', async (_, colourType, space) => {
    const input = png(colourType)
    const { dict, data, mask } = await embed(buildPng(input))
    expect(Buffer.from(data)).toEqual(Buffer.from(input.pixels))
    expect(isName(dict.get('ColorSpace'), space)).toBe(true)
    expect([dict.get('Width'), dict.get('Height'), mask]).toEqual([7, 10, null])
  })

  it.each([
    ['grey', 4],
    ['colour', 6],
  ])('in %s with alpha is split into samples and a soft mask', async (_, colourType) => {
    const input = png(colourType)
    const every = pngChannels[colourType]!
    const { data, mask } = await embed(buildPng(input))
    expect(Buffer.from(data)).toEqual(Buffer.from(channel(input.pixels, every, 0, every - 1)))
    expect(Buffer.from(mask!)).toEqual(Buffer.from(channel(input.pixels, every, every - 1, 1)))
  })

  it('with a palette keeps it, and its transparency as a soft mask', async () => {
    const pixels = noise(70).map((value) => value % 3)
    const palette = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255])
    const plain = png(3, { pixels, chunks: [['PLTE', palette]] })
    expect(Buffer.from((await embed(buildPng(plain))).data)).toEqual(Buffer.from(pixels))
    const clear = png(3, {
      pixels,
      chunks: [
        ['PLTE', palette],
        ['tRNS', Uint8Array.from([0, 128])],
      ],
    })
    const { data, mask } = await embed(buildPng(clear))
    expect(Buffer.from(data)).toEqual(Buffer.from(pixels))
    expect(Buffer.from(mask!)).toEqual(Buffer.from(pixels.map((index) => [0, 128, 255][index]!)))
  })

  it('with one transparent colour says which', async () => {
    const { dict } = await embed(
      buildPng(png(2, { chunks: [['tRNS', Uint8Array.from([0, 1, 0, 2, 0, 3])]] })),
    )
    expect(dict.get('Mask')).toEqual([1, 1, 2, 2, 3, 3])
  })

  it.each([
    ['16 bits', png(0, { depth: 16 }), 'PNG, 16 bits'],
    ['one bit', png(0, { depth: 1 }), 'PNG, 1 bits'],
    ['interlacing', png(2, { interlace: 1 }), 'PNG, interlaced'],
    ['a critical chunk of its own', png(2, { chunks: [['ABCD', new Uint8Array(3)]] }), 'PNG chunk'],
  ])('with %s is refused', async (_, input, kind) => {
    await expect(readImage(buildPng(input))).rejects.toThrow(
      refusedWith('ERR_PADES_IMAGE_UNSUPPORTED', { kind }),
    )
  })

  it.each([
    ['without a palette where it needs one', png(3), 'PLTE'],
    ['with a palette cut short', png(3, { chunks: [['PLTE', new Uint8Array(4)]] }), 'PLTE'],
    ['with transparency twice', png(6, { chunks: [['tRNS', new Uint8Array(2)]] }), 'tRNS'],
    [
      'with rows missing',
      png(2, { pixels: noise(63), height: 10, data: Buffer.from('789c030000000001', 'hex') }),
      'IDAT',
    ],
    ['with data that are not packed', png(2, { data: noise(50) }), 'IDAT'],
    ['with an unknown filter', png(2, { filters: [5] }), 'filter'],
    ['of an unknown colour type', png(2, { colourType: 5, data: noise(9) }), 'IHDR'],
  ])('%s is refused', async (_, input, part) => {
    await expect(readImage(buildPng(input))).rejects.toThrow(refusedWith('ERR_PADES_IMAGE_DAMAGED', { part }))
  })

  it('with a wrong checksum is refused', async () => {
    const bytes = buildPng(png(2))
    bytes[bytes.length - 20]! ^= 1
    await expect(readImage(bytes)).rejects.toThrow(refusedWith('ERR_PADES_IMAGE_DAMAGED'))
  })

  it('cut short anywhere is refused', async () => {
    const bytes = buildPng(png(2))
    for (let length = 8; length < bytes.length; length += 11) {
      await expect(readImage(bytes.subarray(0, length))).rejects.toThrow(
        refusedWith('ERR_PADES_IMAGE_DAMAGED'),
      )
    }
  })

  it('of too many pixels is refused before anything is unpacked', async () => {
    const bytes = buildPng({
      width: 30_000,
      height: 30_000,
      colourType: 0,
      pixels: new Uint8Array(0),
      data: noise(9),
    })
    await expect(readImage(bytes)).rejects.toThrow(refusedWith('ERR_PADES_IMAGE_TOO_LARGE'))
  })

  it('that unpacks to more than its size is refused', async () => {
    const input = png(2)
    const bomb = buildPng({ ...input, height: 400, pixels: noise(400 * 21) })
    const lie = Buffer.from(bomb)
    const small = buildPng(input)
    small.copy(lie, 8, 8, 33)
    await expect(readImage(lie)).rejects.toThrow(refusedWith('ERR_PADES_IMAGE_DAMAGED', { part: 'IDAT' }))
  })

  it('without any pixel is refused', async () => {
    const bytes = buildPng({ width: 0, height: 5, colourType: 0, pixels: new Uint8Array(0) })
    await expect(readImage(bytes)).rejects.toThrow(refusedWith('ERR_PADES_IMAGE_DAMAGED', { part: 'size' }))
  })
})

describe('a JPEG image', () => {
  it.each([
    ['baseline colour', { components: 3 }, 'DeviceRGB'],
    ['baseline grey', { components: 1 }, 'DeviceGray'],
    ['progressive', { marker: 0xc2 }, 'DeviceRGB'],
    ['upright by its Exif data', { before: exifSegment(1, 'MM') }, 'DeviceRGB'],
  ])('%s is embedded as it stands', async (_, options, space) => {
    const bytes = buildJpeg({ width: 300, height: 20, ...options })
    const { dict, data } = await embed(bytes)
    expect(Buffer.from(data)).toEqual(bytes)
    expect([dict.get('Width'), dict.get('Height')]).toEqual([300, 20])
    expect(isName(dict.get('ColorSpace'), space)).toBe(true)
  })

  it.each([
    ['lossless', { marker: 0xc3 }, 'JPEG SOF3'],
    ['arithmetic coding', { marker: 0xc9 }, 'JPEG SOF9'],
    ['12 bits', { precision: 12 }, 'JPEG, 12 bits'],
    ['four colours', { components: 4 }, 'JPEG, 4 components'],
    ['a turn by its Exif data', { before: exifSegment(6, 'II') }, 'JPEG, turned by Exif'],
    ['a turn, other byte order', { before: exifSegment(8, 'MM') }, 'JPEG, turned by Exif'],
  ])('with %s is refused', async (_, options, kind) => {
    await expect(readImage(buildJpeg(options))).rejects.toThrow(
      refusedWith('ERR_PADES_IMAGE_UNSUPPORTED', { kind }),
    )
  })

  it('of too many pixels is refused', async () => {
    await expect(readImage(buildJpeg({ width: 65_000, height: 65_000 }))).rejects.toThrow(
      refusedWith('ERR_PADES_IMAGE_TOO_LARGE'),
    )
  })

  it('cut short anywhere is refused', async () => {
    const bytes = buildJpeg()
    for (let length = 3; length < bytes.length; length++) {
      await expect(readImage(bytes.subarray(0, length))).rejects.toThrow(
        refusedWith('ERR_PADES_IMAGE_DAMAGED'),
      )
    }
  })
})

describe('other images', () => {
  it.each([
    ['GIF', Buffer.from('GIF89a', 'latin1')],
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('<svg/>', 'latin1')],
  ])('%s is refused', async (_, bytes) => {
    await expect(readImage(bytes)).rejects.toThrow(refusedWith('ERR_PADES_IMAGE_FORMAT'))
  })

  it('of more than 2 MiB are refused unread', async () => {
    await expect(readImage(Buffer.alloc(2 * 1024 * 1024 + 1))).rejects.toThrow(
      refusedWith('ERR_PADES_IMAGE_TOO_LARGE'),
    )
  })
})
