import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { PdfDocument } from './document.ts'
import { listSignatures, openPdf, type PdfStream } from './index.ts'
import { defaultPdfLimits } from './limits.ts'
import { basicObjects } from './testing/build-pdf.ts'
import { ref, refusal, refused } from './testing/helpers.ts'

const bomb = (megabytes = 200): Buffer => deflateSync(Buffer.alloc(megabytes * 1024 * 1024), { level: 1 })

describe('limits of structure', () => {
  const nested = (depth: number, open: string, close: string) =>
    openPdf(
      basicObjects()
        .object(5, open.repeat(depth) + close.repeat(depth))
        .table().bytes,
    )

  test('64 levels are read; 66 and a million are refused', () => {
    expect(nested(64, '[', ']').get(ref(5))).toHaveLength(1)
    for (const depth of [66, 1_000_000]) {
      expect(refusal(() => nested(depth, '[', ']').get(ref(5)))).toBe('ERR_PDF_DEPTH')
      expect(refusal(() => nested(depth, '<</A', '>>').get(ref(5)))).toBe('ERR_PDF_DEPTH')
    }
  })

  test('1,024 revisions are read, one more is refused', () => {
    const build = basicObjects().table()
    for (let i = 1; i < 1024; i++) build.object(5, 'null').table()
    expect(openPdf(build.bytes).revisions).toHaveLength(1024)
    expect(refused(build.object(5, 'null').table().bytes)).toBe('ERR_PDF_REVISION_LIMIT')
  })

  test('a /Prev loop is refused, in one step or two', () => {
    const build = basicObjects()
    expect(refused(build.table({ prev: build.length }).bytes)).toBe('ERR_PDF_XREF_LOOP')
    const two = basicObjects().table({ prev: 1_000_000_000 })
    const first = two.lastSection
    const second = two.object(5, 'null').table({ prev: first })
    const loop = second.bytes
      .toString('latin1')
      .replace('1000000000', String(second.lastSection).padStart(10, '0'))
    expect(refused(Buffer.from(loop, 'latin1'))).toBe('ERR_PDF_XREF_LOOP')
    expect(refused(Buffer.from(loop, 'latin1'), { mode: 'lenient' })).toBe('ERR_PDF_XREF_LOOP')
  })

  test('object number 8,388,607 is read, a higher one or /Size is refused', () => {
    expect(openPdf(basicObjects().object(8_388_607, 'null').table().bytes).size).toBe(8_388_608)
    const over = 'ERR_PDF_OBJECT_NUMBER_LIMIT'
    expect(refused(basicObjects().object(8_388_608, 'null').table().bytes)).toBe(over)
    expect(refused(basicObjects().table({ size: 2_147_483_647 }).bytes)).toBe(over)
    expect(refused(basicObjects().table({ size: 2_147_483_647 }).bytes, { mode: 'lenient' })).toBe(over)
  })

  const xrefWith = (dict: string, data = 'x') => {
    const build = basicObjects()
    const at = build.length
    return build.stream(6, `/Type/XRef/Root 1 0 R${dict}`, data).raw(`startxref\n${at}\n%%EOF\n`).bytes
  }
  test.each([
    ['/Size 7/W[1 4 2]/Index[0 8000000]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W[1 4 2]/Index[0 9007199254740991]', 'ERR_PDF_OBJECT_NUMBER_LIMIT'],
    ['/Size 7/W[1 4 2]/Index[-1 1]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W[1 4 2]/Index[0 1 0 1]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 8000000/W[1 4 2]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W[1 4000000000 2]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W[0 0 0]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W[1 -4 2]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W[1 4]', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W 7', 'ERR_PDF_XREF_STREAM'],
    ['/Size 7/W[1 4 2]/Filter/DCTDecode', 'ERR_PDF_FILTER_UNSUPPORTED'],
    ['/Size 7/W[1 4 2]/Filter 7', 'ERR_PDF_FILTER_PARAMETERS'],
  ] as const)('a cross-reference stream with %s: %s', (dict, code) => {
    expect(refused(xrefWith(dict))).toBe(code)
    expect(refused(xrefWith(dict), { mode: 'lenient' })).toBe(code)
  })

  test('a cross-reference stream that is no packed data is refused; lenient reading finds it too short', () => {
    const bytes = xrefWith('/Size 7/W[1 4 2]/Filter/FlateDecode')
    expect(refused(bytes)).toBe('ERR_PDF_FILTER_DATA')
    expect(refused(bytes, { mode: 'lenient' })).toBe('ERR_PDF_XREF_STREAM')
  })

  test('a filter of a cross-reference stream that is a reference counts as none, since nothing can be read yet', () => {
    const packed = deflateSync(Buffer.alloc(49)).toString('latin1')
    for (const dict of ['/Filter 5 0 R', '/Filter/FlateDecode/DecodeParms 5 0 R', '/Filter[5 0 R]']) {
      for (const mode of ['strict', 'lenient'] as const) {
        const code = refused(xrefWith(`/Size 7/W[1 4 2]${dict}`, packed), { mode })
        expect([
          'ERR_PDF_XREF_STREAM',
          'ERR_PDF_FILTER_PARAMETERS',
          'ERR_PDF_CATALOG',
          'ERR_PDF_XREF_ENTRY',
        ]).toContain(code)
      }
    }
  })

  test('a predictor with a huge /Columns is refused and takes no memory', () => {
    const dict = '/Size 7/W[1 4 2]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 2000000000>>'
    const before = process.memoryUsage().arrayBuffers
    expect(refused(xrefWith(dict, deflateSync(Buffer.alloc(49)).toString('latin1')))).toBe(
      'ERR_PDF_FILTER_PARAMETERS',
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
  })

  test('one stream above the limit is refused; so are several that are too much together', () => {
    const limits = { ...defaultPdfLimits, maxInflateStream: 2_000_000, maxInflateDocument: 3_000_000 }
    const packed = deflateSync(Buffer.alloc(1_500_000))
    const build = basicObjects()
      .stream(5, '/Filter/FlateDecode', packed)
      .stream(6, '/Filter/FlateDecode', packed)
    build
      .stream(7, '/Filter/FlateDecode', packed)
      .stream(8, '/Filter/FlateDecode', deflateSync(Buffer.alloc(2_000_001)))
    const decode = (doc: PdfDocument, num: number) => doc.decode(doc.get(ref(num)) as PdfStream)
    const doc = openPdf(build.table().bytes, { limits })
    expect(refusal(() => decode(doc, 8))).toBe('ERR_PDF_INFLATE_LIMIT')
    expect(decode(doc, 5)).toHaveLength(1_500_000)
    expect(decode(doc, 5)).toHaveLength(1_500_000)
    expect(decode(doc, 6)).toHaveLength(1_500_000)
    expect(refusal(() => decode(doc, 7))).toBe('ERR_PDF_INFLATE_LIMIT')
  })

  test('unpacking the same stream again and again ends at the limit too', () => {
    const limits = { ...defaultPdfLimits, maxInflateStream: 2_000_000, maxInflateDocument: 2_000_000 }
    const build = basicObjects().stream(5, '/Filter/FlateDecode', deflateSync(Buffer.alloc(1_900_000)))
    const doc = openPdf(build.table().bytes, { limits })
    const often = () => {
      for (let i = 0; i < 10; i++) doc.decode(doc.get(ref(5)) as PdfStream)
    }
    expect(refusal(often)).toBe('ERR_PDF_INFLATE_LIMIT')
  })

  test('filters stacked upon one another are held to the same limit', () => {
    const stacked = deflateSync(bomb(80))
    const build = basicObjects().stream(5, '/Filter[/FlateDecode/FlateDecode]', stacked)
    const doc = openPdf(build.table().bytes)
    expect(refusal(() => doc.decode(doc.get(ref(5)) as PdfStream))).toBe('ERR_PDF_INFLATE_LIMIT')
  })

  test('references in a circle, and a chain of forty, are refused', () => {
    const build = basicObjects().object(5, '6 0 R').object(6, '5 0 R')
    for (let i = 10; i < 50; i++) build.object(i, `${i + 1} 0 R`)
    const doc = openPdf(build.object(50, '1').table().bytes)
    expect(refusal(() => doc.resolve(ref(5)))).toBe('ERR_PDF_REFERENCE_CYCLE')
    expect(refusal(() => doc.resolve(ref(10)))).toBe('ERR_PDF_REFERENCE_CYCLE')
    expect(doc.resolve(ref(45))).toBe(1)
  })

  test('a stream whose /Length is itself, or leads on from stream to stream, is refused', () => {
    const build = basicObjects().stream(5, '', 'x', '5 0 R')
    for (let i = 10; i < 5000; i++) build.stream(i, '', 'x', `${i + 1} 0 R`)
    const doc = openPdf(build.table().bytes)
    expect(refusal(() => doc.get(ref(5)))).toBe('ERR_PDF_REFERENCE_CYCLE')
    expect(refusal(() => doc.get(ref(10)))).toBe('ERR_PDF_REFERENCE_CYCLE')
    expect(refusal(() => openPdf(build.bytes, { mode: 'lenient' }).get(ref(10)))).toBe(
      'ERR_PDF_REFERENCE_CYCLE',
    )
  })

  test('256 signatures are listed, 257 refused', () => {
    expect(listSignatures(openPdf(withSignatures(256)))).toHaveLength(256)
    expect(refusal(() => listSignatures(openPdf(withSignatures(257))))).toBe('ERR_PDF_SIGNATURE_LIMIT')
  })
})

function withSignatures(count: number): Buffer {
  const build = basicObjects().object(9, '<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>')
  const refs = Array.from({ length: count }, (_, i) => `${100 + i} 0 R`)
  build.object(1, `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${refs.join(' ')}]>>>>`)
  for (let i = 0; i < count; i++) build.object(100 + i, `<</FT/Sig/T(${i})/V 9 0 R>>`)
  return build.table().bytes
}
