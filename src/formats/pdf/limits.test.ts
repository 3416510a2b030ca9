import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { PdfDocument } from './document.ts'
import { countPages, findPage, listFields, openPdf, type PdfStream } from './index.ts'
import { basicObjects, buildPdf, PdfBuilder } from './testing/build-pdf.ts'
import { cpuOf, lenient, ref, refusal, refused } from './testing/helpers.ts'

const mebibyte = 1024 * 1024
const packed = (mebibytes: number) => deflateSync(Buffer.alloc(mebibytes * mebibyte), { level: 1 })
const decode = (doc: PdfDocument, num: number) => doc.decode(doc.get(ref(num)) as PdfStream)

describe('unpacking', () => {
  test('a stream of 64 MiB is unpacked, one byte more is refused', () => {
    const more = deflateSync(Buffer.alloc(64 * mebibyte + 1), { level: 1 })
    const build = basicObjects().stream(5, '/Filter/FlateDecode', packed(64))
    const doc = openPdf(build.stream(6, '/Filter/FlateDecode', more).table().bytes)
    expect(decode(doc, 5)).toHaveLength(64 * mebibyte)
    expect(refusal(() => decode(doc, 6))).toBe('ERR_PDF_INFLATE_LIMIT')
  })

  test('128 MiB of a document are unpacked, what goes beyond is refused', () => {
    const build = basicObjects()
    for (const num of [5, 6, 7]) build.stream(num, '/Filter/FlateDecode', packed(64))
    const doc = openPdf(build.table().bytes)
    decode(doc, 5)
    decode(doc, 6)
    expect(refusal(() => decode(doc, 7))).toBe('ERR_PDF_INFLATE_LIMIT')
  })

  test.each(['LZWDecode', 'RunLengthDecode', 'ASCII85Decode'])('%s is held to the same limit', (filter) => {
    const run = Buffer.alloc(1_200_000, Buffer.from([129, 0]))
    const data = {
      LZWDecode: lzwBomb(),
      RunLengthDecode: run,
      ASCII85Decode: Buffer.alloc(17 * mebibyte, 'z'),
    }
    const build = basicObjects().stream(5, `/Filter/${filter}`, data[filter as keyof typeof data])
    expect(refusal(() => decode(openPdf(build.table().bytes), 5))).toBe('ERR_PDF_INFLATE_LIMIT')
  })

  test('an object stream that unpacks beyond the limit is refused when an object of it is read', () => {
    const build = basicObjects().stream(7, '/Type/ObjStm/N 1/First 4/Filter/FlateDecode', packed(65))
    const doc = openPdf(build.entry(5, { type: 2, stream: 7, index: 0 }).xrefStream(6).bytes)
    expect(refusal(() => doc.get(ref(5)))).toBe('ERR_PDF_INFLATE_LIMIT')
  })

  test('an object stream that promises more than a million members is refused', () => {
    const build = basicObjects().stream(7, '/Type/ObjStm/N 1000001/First 4500000', '1 0 '.repeat(1_200_000))
    const doc = openPdf(build.entry(5, { type: 2, stream: 7, index: 0 }).xrefStream(6).bytes)
    expect(refusal(() => doc.get(ref(5)))).toBe('ERR_PDF_OBJECT_STREAM')
  })

  test('a hybrid stream that many tables name is unpacked once', () => {
    const build = basicObjects().objectStream(7, { 5: '(five)' }).hybrid(6, [5, 7])
    const at = /XRefStm (\d+)/.exec(build.bytes.toString('latin1'))?.[1]
    for (let i = 0; i < 500; i++) build.object(8, 'null').table({ trailer: `/XRefStm ${at}`, size: 9 })
    expect(cpuOf(() => openPdf(build.bytes).revisions)).toBeLessThan(2000)
  })
})

/** Codes of 12 bits that each stand for a longer run of zeros than the one before. */
function lzwBomb(): Buffer {
  let bits = ''
  const code = (value: number, width: number) => {
    bits += value.toString(2).padStart(width, '0')
  }
  for (let round = 0; round < 10; round++) {
    code(256, round === 0 ? 9 : 12)
    code(0, 9)
    for (let next = 258, width = 9; next < 4095; next++) {
      if (next + 1 >= 1 << width && width < 12) width++
      code(next, width)
    }
  }
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])
}

describe('objects', () => {
  test('500,000 values in an object are read, more are refused, and a dictionary or a string counts as four', () => {
    const build = basicObjects()
      .object(5, `[${'1 '.repeat(499_999)}]`)
      .object(6, `[${'1 '.repeat(500_000)}]`)
      .object(7, `[${'<<>>'.repeat(125_001)}]`)
    build.object(8, `[${'()'.repeat(125_001)}]`).object(9, `[${'<>'.repeat(125_001)}]`)
    const doc = openPdf(build.table().bytes)
    expect(doc.get(ref(5))).toHaveLength(499_999)
    for (const num of [6, 7, 8, 9]) expect(refusal(() => doc.get(ref(num)))).toBe('ERR_PDF_VALUE_LIMIT')
  })

  test('reading two big objects in turn for ever ends at the limit of work', () => {
    const big = `[${'<</A 1>>'.repeat(90_000)}]`
    const doc = openPdf(basicObjects().object(5, big).object(6, big).table().bytes)
    const often = () => {
      for (let i = 0; i < 1000; i++) doc.get(ref(5 + (i % 2)))
    }
    expect(cpuOf(() => expect(refusal(often)).toBe('ERR_PDF_WORK_LIMIT'))).toBeLessThan(4000)
  })

  test('lenient: strings that never close, in many objects, end at the limit of work', () => {
    const build = basicObjects()
    for (let i = 10; i < 4000; i++) build.object(i, '(')
    const doc = lenient(build.raw('x'.repeat(200_000)).table().bytes)
    const all = () => {
      for (let i = 10; i < 4000; i++) doc.get(ref(i))
    }
    expect(cpuOf(() => expect(refusal(all)).toBe('ERR_PDF_WORK_LIMIT'))).toBeLessThan(4000)
  })

  test('lenient: streams without endstream end at the limit of work', () => {
    const build = basicObjects()
    for (let i = 10; i < 4000; i++) build.object(i, '<<>>stream\n')
    const doc = lenient(build.raw('x'.repeat(200_000)).table().bytes)
    const all = () => {
      for (let i = 10; i < 4000; i++) doc.get(ref(i))
    }
    expect(refusal(all)).toBe('ERR_PDF_WORK_LIMIT')
  })
})

describe('cross-references', () => {
  test('a million and one subsections are refused', () => {
    const build = basicObjects()
    const at = build.length
    build.raw(`xref\n${'0 0\n'.repeat(1_000_001)}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`)
    expect(refused(build.bytes)).toBe('ERR_PDF_XREF_LIMIT')
    expect(refused(build.bytes, { mode: 'lenient' })).toBe('ERR_PDF_XREF_LIMIT')
  })

  test('entries that name an object stream each, in turn, cost no more than others', () => {
    const build = basicObjects()
    for (let i = 0; i < 2000; i++) build.objectStream(10 + i, {}, true)
    for (let i = 0; i < 200_000; i++) build.entry(3000 + i, { type: 2, stream: 10 + (i % 2000), index: 0 })
    build.xrefStream(6)
    for (let i = 0; i < 200; i++) build.object(8, 'null').table({ size: 203_000 })
    expect(cpuOf(() => openPdf(build.bytes))).toBeLessThan(2000)
  })

  test('a cross-reference stream may not unpack to much more than its entries take', () => {
    const build = basicObjects()
    const at = build.length
    build
      .stream(6, '/Type/XRef/W[1 4 2]/Size 7/Root 1 0 R/Filter/FlateDecode', packed(8))
      .raw(`startxref\n${at}\n%%EOF\n`)
    expect(refused(build.bytes)).toBe('ERR_PDF_INFLATE_LIMIT')
  })
})

describe('page tree', () => {
  const chain = (levels: number) => {
    const build = basicObjects().object(2, '<</Type/Pages/Count 1/Kids[100 0 R]>>')
    for (let i = 0; i < levels; i++) {
      build.object(100 + i, `<</Type/Pages/Count 1/Kids[${i + 1 < levels ? 101 + i : 3} 0 R]>>`)
    }
    return openPdf(build.table().bytes)
  }

  test('64 levels are followed, one more is refused', () => {
    expect(findPage(chain(63), 1).ref.num).toBe(3)
    expect(findPage(chain(63), -1).ref.num).toBe(3)
    expect(refusal(() => findPage(chain(64), 1))).toBe('ERR_PDF_PAGE_TREE')
    expect(refusal(() => findPage(chain(64), -1))).toBe('ERR_PDF_PAGE_TREE')
  })

  test.each([
    ['a direct page', '<</Type/Pages/Count 1/Kids[<</Type/Page>>]>>'],
    ['a page that is no dictionary', '<</Type/Pages/Count 1/Kids[4 0 R 5 0 R]>>'],
    ['no kids', '<</Type/Pages/Count 1>>'],
    ['a loop through a kid', '<</Type/Pages/Count 1/Kids[2 0 R]>>'],
  ])('%s is refused', (_, pages) => {
    const doc = openPdf(basicObjects().object(2, pages).table().bytes)
    expect(refusal(() => findPage(doc, 1))).toBe('ERR_PDF_PAGE_TREE')
  })

  test('a /Count that is no number is refused; pages 0, -2, 2 and 1.5 are not there', () => {
    const bad = basicObjects().object(2, '<</Type/Pages/Count(x)/Kids[3 0 R]>>').table().bytes
    expect(refusal(() => countPages(openPdf(bad)))).toBe('ERR_PDF_PAGE_TREE')
    const doc = openPdf(buildPdf('table'))
    for (const page of [0, -2, 2, 1.5])
      expect(refusal(() => findPage(doc, page))).toBe('ERR_PDF_PAGE_NOT_FOUND')
  })
})

describe('field tree', () => {
  const form = (build: PdfBuilder, fields: string) =>
    openPdf(build.object(1, `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${fields}]>>>>`).table().bytes)

  test('64 levels are followed, one more is refused', () => {
    const nested = (levels: number) => {
      const build = basicObjects()
      for (let i = 0; i < levels; i++) build.object(100 + i, `<</T(a)/Kids[${101 + i} 0 R]>>`)
      return form(build.object(100 + levels, '<</T(z)/FT/Tx>>'), '100 0 R')
    }
    expect(listFields(nested(64))).toHaveLength(1)
    expect(refusal(() => listFields(nested(65)))).toBe('ERR_PDF_FIELD_TREE')
  })

  test('a field that is its own kid, and two that are each other’s, are refused', () => {
    const self = basicObjects().object(10, '<</T(a)/Kids[10 0 R]>>')
    expect(refusal(() => listFields(form(self, '10 0 R')))).toBe('ERR_PDF_FIELD_TREE')
    const pair = basicObjects().object(10, '<</T(a)/Kids[11 0 R]>>').object(11, '<</T(b)/Kids[10 0 R]>>')
    expect(refusal(() => listFields(form(pair, '10 0 R')))).toBe('ERR_PDF_FIELD_TREE')
  })

  test('with passCircles every field in a circle is still listed once', () => {
    const build = basicObjects()
      .object(10, '<</T(a)/Kids[11 0 R 12 0 R]>>')
      .object(11, '<</T(b)/FT/Sig/Kids[10 0 R]>>')
      .object(12, '<</T(c)/FT/Tx>>')
    const names = listFields(form(build, '10 0 R 12 0 R'), { passCircles: true }).map(({ name }) => name)
    expect(names).toEqual(['a.b', 'a.c'])
  })

  test('250,000 fields and widgets are listed, more are refused, shared /Kids included', () => {
    const kids = basicObjects()
      .object(9, `[${'8 0 R '.repeat(1000)}]`)
      .object(8, '<</Subtype/Widget>>')
    for (let i = 0; i < 250; i++) kids.object(100 + i, `<</T(${i})/FT/Tx/Kids 9 0 R>>`)
    const fields = (count: number) => Array.from({ length: count }, (_, i) => `${100 + i} 0 R`).join(' ')
    expect(listFields(form(kids, fields(249)))).toHaveLength(249)
    const more = new PdfBuilder('').raw(kids.bytes)
    more.object(1, `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${fields(250)}]>>>>`)
    const doc = openPdf(more.table({ prev: kids.lastSection, size: 400 }).bytes)
    expect(refusal(() => listFields(doc))).toBe('ERR_PDF_FIELD_LIMIT')
  })
})
