import { describe, expect, test } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import {
  IncrementalUpdate,
  name,
  type OpenPdfOptions,
  openPdf,
  type PdfArray,
  PdfDict,
  PdfRef,
  PdfStream,
  PdfString,
} from './index.ts'
import { basicObjects, buildPdf, kinds, PdfBuilder } from './testing/build-pdf.ts'
import { ref, refusal, text } from './testing/helpers.ts'
import { checkWithQpdf, qpdf } from './testing/qpdf.ts'

const random = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) & 255)
const string = (value: string) => new PdfString(Buffer.from(value, 'latin1'))
const id = '/ID[<00112233445566778899aabbccddeeff><ffeeddccbbaa99887766554433221100>]'

/** Sets a new dictionary and stream and a new version of object 5, or of the catalogue where there is no 5. */
function update(bytes: Uint8Array, options?: OpenPdfOptions) {
  const doc = openPdf(bytes, options)
  const change = new IncrementalUpdate(doc, random)
  const stream = change.add(new PdfStream(new PdfDict(), Buffer.from('new data')))
  const dict = change.add(
    new PdfDict({ Text: string('(new)\r\n\\'), Data: stream, List: [1, -0.5, true, null] }),
  )
  change.set(doc.catalogRef, doc.catalog.with({ PieceInfo: dict }))
  const finished = change.finish()
  return { doc, dict, stream, finished, whole: Buffer.concat([bytes, finished.bytes]) }
}

/** Every object of a file that the update did not set, as text, so that old and new can be compared. */
function dump(bytes: Uint8Array, except: PdfRef, options?: OpenPdfOptions, upTo?: number): string[] {
  const doc = openPdf(bytes, options)
  const rows: string[] = []
  for (let num = 1; num < (upTo ?? doc.size); num++) {
    const place = doc.locate(num)
    if (num === except.num || !place) continue
    const object = doc.get(new PdfRef(num, place.kind === 'offset' ? place.gen : 0))
    rows.push(`${num} ${JSON.stringify(object, (_, value) => (value instanceof Map ? [...value] : value))}`)
  }
  return rows
}

const table = () => basicObjects().object(5, '(five)').table({ trailer: id }).bytes
const crOnly = () => {
  const build = new PdfBuilder('%PDF-1.7\r')
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>']
  objects.push('<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>', 'null', '(five)')
  const offsets = objects.map((body, i) => {
    const at = build.length
    build.raw(`${i + 1} 0 obj\r${body}\rendobj\r`)
    return at
  })
  const at = build.length
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n\r\n`)
  build.raw(`xref\r0 6\r0000000000 65535 f\r\n${lines.join('')}trailer\r<</Size 6/Root 1 0 R>>\r`)
  return build.raw(`startxref\r${at}\r%%EOF\r`).bytes
}

const structures: Readonly<Record<string, () => Buffer>> = {
  ...Object.fromEntries(kinds.map((kind) => [kind, () => buildPdf(kind)])),
  'bytes after %%EOF': () => Buffer.concat([table(), Buffer.from('-- footer of a mail gateway --')]),
  'bytes before the header': () => Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), table()]),
  'bytes before and after': () =>
    Buffer.concat([Buffer.from('a\n'), buildPdf('xref stream'), Buffer.from('b')]),
  'no line end after %%EOF': () => table().subarray(0, -1),
  'CR as the only line end': crOnly,
  'table, then updated': () => update(table()).whole,
  'hybrid, then updated': () => update(buildPdf('hybrid')).whole,
}
const expectedKind = (bytes: Uint8Array) => (openPdf(bytes).xrefKind === 'stream' ? 'stream' : 'table')

describe.each(Object.keys(structures))('an update of a file: %s', (title) => {
  const bytes = structures[title]!()

  test('starts with the bytes of the file, and its section is of the same kind', () => {
    const { whole } = update(bytes)
    expect(whole.subarray(0, bytes.length).equals(bytes)).toBe(true)
    expect(openPdf(whole).xrefKind).toBe(expectedKind(bytes))
    expect(openPdf(whole).trailer.has('XRefStm')).toBe(false)
  })

  test('new objects are read, and all others as they were', () => {
    const { doc, dict, stream, whole } = update(bytes)
    const after = openPdf(whole)
    const read = after.get(dict) as PdfDict
    expect(Buffer.from((read.get('Text') as PdfString).bytes).toString('latin1')).toBe('(new)\r\n\\')
    expect(read.get('List')).toEqual([1, -0.5, true, null])
    expect(Buffer.from((after.get(stream) as PdfStream).raw).toString()).toBe('new data')
    expect(after.catalog.get('PieceInfo')).toEqual(dict)
    expect(dump(whole, doc.catalogRef, undefined, doc.size)).toEqual(dump(bytes, doc.catalogRef))
  })

  test('/Size, /Prev, /Root and /ID continue those of the file', () => {
    const { doc, whole } = update(bytes)
    const { trailer, size, revisions, headerOffset } = openPdf(whole)
    expect(trailer.get('Size')).toBe(size)
    expect(size).toBe(doc.size + 2 + (doc.xrefKind === 'stream' ? 1 : 0))
    expect(trailer.get('Prev')).toBe(doc.startxref)
    expect(trailer.get('Root')).toEqual(doc.catalogRef)
    const before = doc.trailer.get('ID') as PdfArray | undefined
    const after = trailer.get('ID') as PdfArray
    expect(after).toHaveLength(2)
    if (before) expect(after[0]).toEqual(before[0])
    expect(after[1]).toEqual(new PdfString(random(16), true))
    expect(headerOffset).toBe(doc.headerOffset)
    expect(revisions).toHaveLength(doc.revisions.length + 1)
    expect(revisions.at(-1)?.end).toBe(whole.length)
  })

  test('bodyOffset says where a value begins', () => {
    const { dict, finished } = update(bytes)
    const at = finished.bodyOffset(dict)
    expect(Buffer.from(finished.bytes).toString('latin1', at - 12, at + 2)).toMatch(/\d+ 0 obj\n<<$/)
    expect(() => finished.bodyOffset(ref(999))).toThrow(RangeError)
  })

  test('a second update reads like the first', () => {
    const first = update(bytes)
    const second = update(first.whole)
    expect(second.whole.subarray(0, first.whole.length).equals(first.whole)).toBe(true)
    const after = openPdf(second.whole)
    expect(text(after, 5) ?? 'five').toBe('five')
    expect(after.get(first.dict)).toEqual(openPdf(first.whole).get(first.dict))
  })
})

describeWith(needs.qpdf, 'what qpdf says of updates', () => {
  test.each(Object.keys(structures))('%s: clean before, clean after one update and two', (title) => {
    const bytes = structures[title]!()
    // The builder's linearized file has no hint tables; qpdf's own follows below.
    if (title !== 'linearized') expect(checkWithQpdf(bytes)).toBe('')
    const once = update(bytes).whole
    expect(checkWithQpdf(once)).toBe('')
    expect(checkWithQpdf(update(once).whole)).toBe('')
  })

  const written: readonly (readonly [string, readonly string[]])[] = [
    ['linearized', ['--linearize']],
    ['linearized with object streams', ['--linearize', '--object-streams=generate']],
    ['object streams', ['--object-streams=generate']],
    ['RC4-40', ['--allow-weak-crypto', '--encrypt', 'u', 'o', '40', '--']],
    ['RC4-128', ['--allow-weak-crypto', '--encrypt', 'u', 'o', '128', '--']],
    ['AES-128', ['--allow-weak-crypto', '--encrypt', 'u', 'o', '128', '--use-aes=y', '--']],
    [
      'AES-128, object streams',
      ['--allow-weak-crypto', '--object-streams=generate', '--encrypt', 'u', 'o', '128', '--use-aes=y', '--'],
    ],
    ['AES-256 (R5)', ['--allow-weak-crypto', '--encrypt', 'u', 'o', '256', '--force-R5', '--']],
    ['AES-256', ['--encrypt', 'u', 'o', '256', '--']],
    ['AES-256, clear metadata', ['--encrypt', 'u', 'o', '256', '--cleartext-metadata', '--']],
    [
      'AES-256, linearized, object streams',
      ['--linearize', '--object-streams=generate', '--encrypt', 'u', 'o', '256', '--'],
    ],
  ]
  test.each(written)('%s: clean, /Encrypt repeated as it stands, every object as it was', (_, args) => {
    const bytes = qpdf(table(), ...args)
    const encrypted = args.includes('--encrypt')
    for (const password of encrypted ? ['u', 'o'] : [undefined]) {
      const options = password === undefined ? {} : { password }
      const { doc, dict, stream, finished, whole } = update(bytes, options)
      expect(whole.subarray(0, bytes.length).equals(bytes)).toBe(true)
      expect(checkWithQpdf(whole, password)).toBe('')
      expect(checkWithQpdf(update(whole, options).whole, password)).toBe('')
      const after = openPdf(whole, options)
      expect(after.xrefKind).toBe(doc.xrefKind)
      expect(after.trailer.get('Encrypt')).toEqual(doc.trailer.get('Encrypt'))
      expect((after.trailer.get('ID') as PdfArray)[0]).toEqual((doc.trailer.get('ID') as PdfArray)[0])
      expect(dump(whole, doc.catalogRef, options, doc.size)).toEqual(dump(bytes, doc.catalogRef, options))
      const read = (after.get(dict) as PdfDict).get('Text') as PdfString
      expect(Buffer.from(read.bytes).toString('latin1')).toBe('(new)\r\n\\')
      expect(Buffer.from((after.get(stream) as PdfStream).raw).toString()).toBe('new data')
      if (encrypted) expect(Buffer.from(finished.bytes).toString('latin1')).not.toMatch(/new data|\(new/)
      else expect(Buffer.from(finished.bytes).toString('latin1')).toMatch(/new data/)
    }
  })

  test('/Contents of a signature dictionary stays in the clear in an encrypted file, other strings do not', () => {
    const doc = openPdf(qpdf(table(), '--encrypt', '', 'o', '256', '--'))
    const change = new IncrementalUpdate(doc, random)
    const contents = new PdfString(Uint8Array.of(0x30, 0x82, 0xaa, 0xbb), true)
    const signature = change.add(
      new PdfDict({ ByteRange: [0, 1, 2, 3], Contents: contents, Reason: string('why') }),
    )
    const bytes = Buffer.from(change.finish().bytes)
    expect(bytes.toString('latin1')).toContain('/Contents <3082aabb>')
    expect(bytes.toString('latin1')).not.toContain('why')
    const after = openPdf(Buffer.concat([doc.bytes, bytes])).get(signature) as PdfDict
    expect(after.get('Contents')).toEqual(contents)
    expect(Buffer.from((after.get('Reason') as PdfString).bytes).toString()).toBe('why')
  })
})

describe('cross-reference sections of updates', () => {
  test('a table has one run for consecutive numbers, whatever the order in which they were set', () => {
    const change = new IncrementalUpdate(openPdf(table()), random)
    const refs = [change.allocate(), change.allocate(), change.allocate()]
    for (const at of [2, 0, 1]) change.set(refs[at]!, at)
    change.set(ref(1), new PdfDict({ Type: name('Catalog'), Pages: ref(2) }))
    const runs = Buffer.from(change.finish().bytes)
      .toString('latin1')
      .match(/^\d+ \d+$/gm)
    expect(runs).toEqual(['1 1', '6 3'])
  })

  test('all lines of a table are 20 bytes and point to their objects', () => {
    const { whole, doc } = update(table())
    const lines = whole.toString('latin1', doc.bytes.length).match(/^\d{10} \d{5} n \n/gm) ?? []
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      expect(line).toHaveLength(20)
      expect(whole.toString('latin1', Number(line.slice(0, 10)))).toMatch(/^\d+ 0 obj\n/)
    }
  })

  test('a generation number other than 0 is kept', () => {
    const bytes = basicObjects().object(5, '(five)', 3).table().bytes
    const doc = openPdf(bytes)
    const change = new IncrementalUpdate(doc, random)
    change.set(new PdfRef(5, 3), string('again'))
    const update = change.finish().bytes
    expect(Buffer.from(update).toString('latin1')).toContain('5 3 obj\n(again)')
    const after = openPdf(Buffer.concat([bytes, update]))
    expect(after.get(new PdfRef(5, 3))).toBeInstanceOf(PdfString)
    expect(after.locate(5)).toMatchObject({ gen: 3 })
    expect(after.get(ref(5))).toBeNull()
  })

  test('an object of an object stream gets an offset of its own', () => {
    const bytes = buildPdf('object stream')
    const change = new IncrementalUpdate(openPdf(bytes), random)
    change.set(ref(5), string('changed'))
    const after = openPdf(Buffer.concat([bytes, change.finish().bytes]))
    expect(after.locate(5)?.kind).toBe('offset')
    expect(text(after, 5)).toBe('changed')
  })

  test('numbers freed in the file, or hidden in its older revisions, are not given out again', () => {
    const build = basicObjects().object(30, 'null').table().entry(30, { type: 0 }).table({ size: 31 })
    expect(new IncrementalUpdate(openPdf(build.bytes), random).allocate()).toEqual(ref(31))
  })

  test('other entries of the trailer are kept, those of a cross-reference stream’s own data are not', () => {
    const build = basicObjects()
      .object(5, '(five)')
      .xrefStream(6, { trailer: `/Info 5 0 R/Own(kept)${id}` })
    const change = new IncrementalUpdate(openPdf(build.bytes), random)
    change.set(ref(5), 1)
    const { trailer } = openPdf(Buffer.concat([build.bytes, change.finish().bytes]))
    expect(trailer.get('Info')).toEqual(ref(5))
    expect(trailer.get('Own')).toBeInstanceOf(PdfString)
    expect(trailer.has('Filter') || trailer.has('DecodeParms')).toBe(false)
  })

  test('an encrypted file without /ID gets none, which would change its key', () => {
    const doc = openPdf(table())
    const plain = new Proxy(doc, {
      get: (target, key) =>
        key === 'trailer'
          ? target.trailer.with({ ID: undefined, Encrypt: ref(5) })
          : key === 'encryption'
            ? { ref: ref(5), encryptMetadata: true, encrypt: (_: PdfRef, data: Uint8Array) => data }
            : Reflect.get(target, key, target),
    })
    const change = new IncrementalUpdate(plain, random)
    change.set(ref(9), 1)
    expect(Buffer.from(change.finish().bytes).toString('latin1')).not.toContain('/ID')
  })
})

describe('updates that are refused', () => {
  test('of a file that was read leniently', () => {
    const doc = openPdf(table(), { mode: 'lenient' })
    expect(refusal(() => new IncrementalUpdate(doc, random))).toBe('ERR_PDF_UPDATE_LENIENT')
  })

  test('beyond the highest object number', () => {
    const doc = openPdf(basicObjects().object(8_388_606, 'null').table().bytes)
    const change = new IncrementalUpdate(doc, random)
    expect(change.allocate()).toEqual(ref(8_388_607))
    expect(refusal(() => change.allocate())).toBe('ERR_PDF_OBJECT_NUMBER_LIMIT')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e21])('with the number %s', (value) => {
    const change = new IncrementalUpdate(openPdf(table()), random)
    expect(refusal(() => change.add(value))).toBe('ERR_PDF_NUMBER')
  })

  test('with a stream inside another object', () => {
    const change = new IncrementalUpdate(openPdf(table()), random)
    expect(() => change.add([new PdfStream(new PdfDict(), Buffer.alloc(1))])).toThrow(TypeError)
  })
})

describe('a file longer than its cross-references can say', () => {
  test('is not written', () => {
    const doc = openPdf(buildPdf('table'))
    // all that is looked at of ten gigabytes
    const bytes = { length: 9_999_999_999, at: () => 10 }
    const huge = new Proxy(doc, {
      get: (target, key) => (key === 'bytes' ? bytes : Reflect.get(target, key, target)),
    })
    const change = new IncrementalUpdate(huge, random)
    change.add(string('new'))
    expect(refusal(() => change.finish())).toBe('ERR_PDF_OFFSET_LIMIT')
  })
})
