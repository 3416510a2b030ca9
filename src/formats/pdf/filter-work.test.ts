import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openPdf, type PdfStream } from './index.ts'
import { basicObjects } from './testing/build-pdf.ts'
import { runInChild } from './testing/child.ts'
import { cpuOf, ref, refusal } from './testing/helpers.ts'

const mebibyte = 1024 * 1024
const packed = (data: Uint8Array) => deflateSync(data, { level: 1 })
const streamOf = (dict: string, data: Uint8Array) => basicObjects().stream(5, dict, data).table().bytes

/** Data as LZWDecode has it, nothing made shorter. */
function lzwOf(data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(data.length + (data.length >> 3) + (data.length >> 6) + 16)
  let [held, bits, length] = [0, 0, 0]
  const code = (value: number) => {
    held = (held << 9) | value
    for (bits += 9; bits >= 8; bits -= 8) out[length++] = held >> (bits - 8)
    held &= (1 << bits) - 1
  }
  data.forEach((byte, i) => {
    // Codes stay 9 bits wide.
    if (i % 250 === 0) code(256)
    code(byte)
  })
  code(257)
  out[length++] = held << (8 - bits)
  return out.subarray(0, length)
}

describe('steps that take long for each byte', () => {
  const stackedLzw = () => {
    let data: Uint8Array = Buffer.alloc(2 * mebibyte)
    for (let i = 0; i < 15; i++) data = lzwOf(data)
    return streamOf(`/Filter[/FlateDecode${'/LZWDecode'.repeat(15)}]`, packed(data))
  }
  const tiff = '/Predictor 2/BitsPerComponent 1/Columns 100000'
  test.each([
    [
      'bits one by one',
      () => streamOf(`/Filter/FlateDecode/DecodeParms<<${tiff}>>`, packed(Buffer.alloc(60 * mebibyte))),
    ],
    ['fifteen times LZW', stackedLzw],
    [
      'white space read as hexadecimal fifteen times',
      () => streamOf(`/Filter[/FlateDecode${'/AHx'.repeat(15)}]`, packed(Buffer.alloc(60 * mebibyte, '20'))),
    ],
  ])('%s: refused in 2 s of CPU', (_, build) => {
    const doc = openPdf(build())
    const decode = () => doc.decode(doc.get(ref(5)) as PdfStream)
    expect(cpuOf(() => expect(refusal(decode)).toBe('ERR_PDF_INFLATE_LIMIT'))).toBeLessThan(2000)
  })

  test('the same steps unpack what is not out of all proportion', () => {
    const data = Buffer.alloc(mebibyte, 'record')
    const lzw = openPdf(streamOf('/Filter[/FlateDecode/LZWDecode]', packed(lzwOf(data))))
    expect(Buffer.from(lzw.decode(lzw.get(ref(5)) as PdfStream)).equals(data)).toBe(true)
    const doc = openPdf(
      streamOf(`/Filter/FlateDecode/DecodeParms<<${tiff}>>`, packed(Buffer.alloc(mebibyte))),
    )
    expect(doc.decode(doc.get(ref(5)) as PdfStream)).toHaveLength(mebibyte)
  })
})

describe('memory', () => {
  test('a stream of 60 MiB is unpacked without being held twice', () => {
    const bytes = streamOf('/Filter/FlateDecode', packed(Buffer.alloc(60 * mebibyte, 'x')))
    const body = `
      const doc = pdf.openPdf(bytes)
      return doc.decode(doc.get(new pdf.PdfRef(5, 0))).every((byte) => byte === 120)`
    const { result, growthMiB } = runInChild(bytes, body)
    expect(result).toBe(true)
    expect(growthMiB).toBeLessThan(100)
  })
})
