import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { FormatErrorCode } from '../errors.ts'
import type { PdfDocument } from './document.ts'
import {
  findPage,
  listSignatures,
  openPdf,
  PdfDict,
  PdfName,
  PdfRef,
  type PdfStream,
  PdfString,
} from './index.ts'
import { defaultPdfLimits } from './limits.ts'
import { basicObjects, buildPdf, kinds, PdfBuilder } from './testing/build-pdf.ts'
import { lenient, ref, refusal, refused, text } from './testing/helpers.ts'

describe('whole files', () => {
  test.each(kinds)('%s: catalogue, page and an object read, strict and lenient alike', (kind) => {
    for (const mode of ['strict', 'lenient'] as const) {
      const doc = openPdf(buildPdf(kind), { mode })
      expect(doc.catalog.get('Type')).toEqual(new PdfName('Catalog'))
      expect(findPage(doc, 1).dict.get('MediaBox')).toEqual([0, 0, 595, 842])
      expect(text(doc, 5)).toBe('five')
      expect(doc.forgiven).toEqual([])
      expect(doc.revisions).toHaveLength(1)
      expect(doc.revisions[0]?.end).toBe(doc.bytes.length)
      expect(doc.xrefKind).toBe(kind === 'hybrid' ? 'hybrid' : kind.endsWith('stream') ? 'stream' : 'table')
    }
  })

  test.each(kinds)(
    '%s, then updated twice: the newest object counts, revisions end where their %%%%EOF lines do',
    (kind) => {
      const base = buildPdf(kind)
      const start = openPdf(base).startxref
      const build = new PdfBuilder('')
        .raw(base)
        .object(5, '(new)')
        .table({ prev: start, trailer: rootOf(base), size: openPdf(base).size })
      const end = build.length
      build.object(5, '(newer)').xrefStream(20, { trailer: rootOf(base) })
      const doc = openPdf(build.bytes)
      expect(text(doc, 5)).toBe('newer')
      expect(doc.revisions.map((revision) => revision.end)).toEqual([base.length, end, build.length])
      expect(doc.revisions.map((revision) => revision.kind).slice(1)).toEqual(['table', 'stream'])
      expect(doc.size).toBe(21)
    },
  )

  test('an object freed by an update is null; so are one never there, one of another generation and number 0', () => {
    const build = new PdfBuilder('').raw(buildPdf('table')).entry(5, { type: 0 })
    const doc = openPdf(build.table({ prev: openPdf(buildPdf('table')).startxref, size: 6 }).bytes)
    expect(doc.get(ref(5))).toBeNull()
    expect(doc.locate(5)).toBeNull()
    expect(doc.get(ref(99))).toBeNull()
    expect(doc.get(new PdfRef(1, 3))).toBeNull()
    expect(doc.get(ref(0))).toBeNull()
  })

  test('size counts the object numbers of every revision', () => {
    const build = basicObjects().object(30, 'null').table()
    expect(openPdf(build.object(5, 'null').table().bytes).size).toBe(31)
  })

  test('version is the later of header and catalogue', () => {
    const catalog = '<</Type/Catalog/Pages 2 0 R/Version/2.0>>'
    expect(openPdf(basicObjects().object(1, catalog).table().bytes).version).toBe('2.0')
    expect(openPdf(buildPdf('table')).version).toBe('1.7')
  })

  test('compact syntax, comments, escapes and odd numbers read as values', () => {
    const body = '[/A#20B(a\\(b\\)\\101\\\n\\r)<4 1 4>%c\n-.5 +7 4. null[]<<>>true false(()) 5 0 R 1 2]'
    const doc = openPdf(basicObjects().object(5, body).table().bytes)
    const string = (value: string, hex = false) => new PdfString(new Uint8Array(Buffer.from(value)), hex)
    const array = (doc.get(ref(5)) as readonly unknown[]).map((item) =>
      item instanceof PdfString ? new PdfString(new Uint8Array(item.bytes), item.hex) : item,
    )
    expect(array).toEqual([
      new PdfName('A B'),
      string('a(b)A\r'),
      string('A@', true),
      -0.5,
      7,
      4,
      null,
      [],
      new PdfDict(),
      true,
      false,
      string('()'),
      ref(5),
      1,
      2,
    ])
  })

  test('an object without a value is null', () => {
    expect(openPdf(basicObjects().object(5, '').table().bytes).get(ref(5))).toBeNull()
  })

  test('lines of a table that are not 20 bytes long are read like others', () => {
    const whole = buildPdf('table').toString('latin1')
    const narrow = Buffer.from(whole.replaceAll('n \n', 'n\n'), 'latin1')
    expect(text(openPdf(narrow), 5)).toBe('five')
  })

  test('/Prev 0 means that there is no earlier section', () => {
    const whole = buildPdf('table').toString('latin1')
    const doc = openPdf(Buffer.from(whole.replace('/Size 6', '/Size 6/Prev 0'), 'latin1'))
    expect(doc.revisions).toHaveLength(1)
  })

  test('startxref at the line end before a section leads to it; /Prev of an update will be exact', () => {
    for (const kind of ['table', 'xref stream'] as const) {
      const whole = buildPdf(kind).toString('latin1')
      const at = openPdf(buildPdf(kind)).startxref
      const early = whole.replace(`startxref\n${at}`, `startxref\n${at - 1}`)
      const doc = openPdf(Buffer.from(early, 'latin1'))
      expect(text(doc, 5)).toBe('five')
      expect(doc.startxref).toBe(at)
    }
  })

  test('what follows the last %%EOF within a kilobyte is allowed and belongs to the last revision', () => {
    const bytes = Buffer.concat([buildPdf('table'), Buffer.from('footer of a mail gateway\n')])
    expect(openPdf(bytes).revisions[0]?.end).toBe(bytes.length)
  })
})

const rootOf = (bytes: Uint8Array): string => `/Root ${openPdf(bytes).catalogRef}`

const bomb = (megabytes = 200): Buffer => deflateSync(Buffer.alloc(megabytes * 1024 * 1024), { level: 1 })

describe('broken files, strict', () => {
  const whole = buildPdf('table').toString('latin1')
  const edit = (from: string | RegExp, to: string) => Buffer.from(whole.replace(from, to), 'latin1')
  const cases: readonly (readonly [string, FormatErrorCode, Uint8Array])[] = [
    ['no header', 'ERR_PDF_HEADER', edit('%PDF', '%PSF')],
    ['empty', 'ERR_PDF_HEADER', new Uint8Array(0)],
    [
      'a header behind the first kilobyte',
      'ERR_PDF_HEADER',
      Buffer.from(`${' '.repeat(1025)}${whole}`, 'latin1'),
    ],
    [
      'offsets that count bytes before the header',
      'ERR_PDF_XREF_NOT_FOUND',
      basicObjects(new PdfBuilder('junk\n%PDF-1.7\n')).table().bytes,
    ],
    ['no startxref', 'ERR_PDF_STARTXREF', edit('startxref', 'startxraf')],
    ['two numbers after startxref', 'ERR_PDF_STARTXREF', edit(/startxref\n(\d+)/, 'startxref\n$1\n$1')],
    ['no %%EOF', 'ERR_PDF_STARTXREF', edit('%%EOF\n', '')],
    ['truncated within the trailer', 'ERR_PDF_STARTXREF', Buffer.from(whole.slice(0, -40), 'latin1')],
    ['2 KB after %%EOF', 'ERR_PDF_STARTXREF', Buffer.from(whole + ' '.repeat(2000), 'latin1')],
    ['startxref beyond the end', 'ERR_PDF_XREF_NOT_FOUND', edit(/startxref\n\d+/, 'startxref\n99999')],
    ['startxref before a comment before xref', 'ERR_PDF_XREF_NOT_FOUND', edit('xref\n0', '%\nxref\n0')],
    [
      'startxref 40 spaces before xref',
      'ERR_PDF_XREF_NOT_FOUND',
      edit('xref\n0', `${' '.repeat(40)}xref\n0`),
    ],
    ['trailer without keyword', 'ERR_PDF_TRAILER', edit('trailer', 'tailer ')],
    ['trailer no dictionary', 'ERR_PDF_TRAILER', edit('<</Size', '[[/Size')],
    ['no /Size', 'ERR_PDF_TRAILER', edit('/Size 6', '/Sise 6')],
    ['/Size below the objects in use', 'ERR_PDF_XREF_SIZE', edit('/Size 6', '/Size 4')],
    ['/Prev -1', 'ERR_PDF_TRAILER', edit('/Size 6', '/Size 6/Prev -1')],
    ['/Prev no number', 'ERR_PDF_TRAILER', edit('/Size 6', '/Size 6/Prev(0)')],
    ['/Prev beyond the end', 'ERR_PDF_XREF_NOT_FOUND', edit('/Size 6', '/Size 6/Prev 99999')],
    ['no /Root', 'ERR_PDF_CATALOG', edit('/Root', '/Roof')],
    ['/Root no dictionary', 'ERR_PDF_CATALOG', edit('/Root 1 0', '/Root 5 0')],
    ['offsets padded with spaces', 'ERR_PDF_XREF_TABLE', edit(/\n0{8}/, '\n        ')],
    ['entry one byte off', 'ERR_PDF_OBJECT_HEADER', edit('0000000015 00000 n', '0000000016 00000 n')],
    ['entry at offset 0', 'ERR_PDF_XREF_ENTRY', edit('0000000015 00000 n', '0000000000 00000 n')],
    ['entry beyond the end', 'ERR_PDF_XREF_ENTRY', edit('0000000015 00000 n', '0000999999 00000 n')],
    [
      'entry of another generation',
      'ERR_PDF_OBJECT_HEADER',
      edit('0000000015 00000 n', '0000000015 00001 n'),
    ],
    ['table numbered one too high', 'ERR_PDF_XREF_SIZE', edit('xref\n0 6', 'xref\n1 6')],
    [
      'table and /Size one too high',
      'ERR_PDF_OBJECT_HEADER',
      Buffer.from(whole.replace('xref\n0 6', 'xref\n1 6').replace('/Size 6', '/Size 7'), 'latin1'),
    ],
    ['table with more lines than it has', 'ERR_PDF_XREF_TABLE', edit('xref\n0 6', 'xref\n0 7')],
    ['a catalogue without endobj', 'ERR_PDF_OBJECT_END', edit('endobj', 'endobi')],
    ['a catalogue with broken syntax', 'ERR_PDF_SYNTAX', edit('/Type/Catalog', '/Type)Catalog')],
  ]
  test.each(cases)('%s: %s', (_, code, bytes) => expect(refused(bytes)).toBe(code))

  test('a /Size that shrinks from one revision to the next is refused', () => {
    const bytes = basicObjects().object(9, 'null').table().object(5, 'null').table({ size: 6 }).bytes
    expect(refused(bytes)).toBe('ERR_PDF_XREF_SIZE')
    expect(lenient(bytes).forgiven).toContain('ERR_PDF_XREF_SIZE')
  })

  test('a stream whose /Length is wrong, missing, negative or no number is refused when read', () => {
    for (const length of ['4', '7', '-1', '(x)', '9999', '1 0 R', '99 0 R']) {
      const doc = openPdf(basicObjects().stream(5, '', 'BT ET', length).table().bytes)
      expect(refusal(() => doc.get(ref(5)))).toBe('ERR_PDF_STREAM_LENGTH')
    }
  })

  test('a stream keyword followed by CR alone is refused when read', () => {
    const bytes = basicObjects().object(5, '<</Length 1>>stream\rX\nendstream').table().bytes
    expect(refusal(() => openPdf(bytes).get(ref(5)))).toBe('ERR_PDF_STREAM_KEYWORD')
  })

  test.each([
    '/Type/ObjStm/N 2/First 4',
    '/Type/ObjStm/N 1/First 400',
    '/N 1/First 4',
    '/Type/ObjStm/First 4',
  ])('an object stream with %s is refused, and null when lenient', (dict) => {
    const build = basicObjects().entry(5, { type: 2, stream: 7, index: 0 })
    const bytes = build.stream(7, dict, '5 0 (five)').xrefStream(6).bytes
    expect(refusal(() => openPdf(bytes).get(ref(5)))).toBe('ERR_PDF_OBJECT_STREAM')
    expect(lenient(bytes).get(ref(5))).toBeNull()
  })

  test.each([
    ['another index', 1],
    ['an index beyond the members', 7],
  ])('a member at %s is refused, and null when lenient', (_, index) => {
    const build = basicObjects()
      .objectStream(7, { 5: '(five)', 8: '(eight)' })
      .entry(5, { type: 2, stream: 7, index })
    const bytes = build.xrefStream(6).bytes
    expect(refusal(() => openPdf(bytes).get(ref(5)))).toBe('ERR_PDF_OBJECT_STREAM_MEMBER')
    const doc = lenient(bytes)
    expect(doc.get(ref(5))).toBeNull()
    expect(doc.forgiven).toContain('ERR_PDF_OBJECT_STREAM_MEMBER')
  })

  test('an entry into an object stream that is free or itself compressed is refused', () => {
    const inNothing = basicObjects().entry(5, { type: 2, stream: 8, index: 0 }).xrefStream(6).bytes
    expect(refused(inNothing)).toBe('ERR_PDF_OBJECT_STREAM')
    const inItself = basicObjects().entry(7, { type: 2, stream: 7, index: 0 }).xrefStream(6).bytes
    expect(refused(inItself)).toBe('ERR_PDF_OBJECT_STREAM')
    expect(lenient(inItself).get(ref(7))).toBeNull()
  })
})

describe('hybrids', () => {
  const hidden = (table: string, stream: string) => {
    const build = basicObjects().object(5, table).object(7, '(seven)')
    const shownAt = build.length
    build.raw(`5 0 obj\n${stream}\nendobj\n`)
    const row = Buffer.alloc(7)
    row[0] = 1
    row.writeUInt32BE(shownAt, 1)
    const streamAt = build.length
    build.raw(`9 0 obj\n<</Type/XRef/W[1 4 2]/Index[5 1]/Size 6/Length 7>>\nstream\n`)
    build.raw(row).raw('\nendstream\nendobj\n')
    return build.table({ trailer: `/XRefStm ${streamAt}`, size: 10 }).bytes
  }

  test('an object that table and stream place differently is refused; lenient reading takes the table and says so', () => {
    const bytes = hidden('(table)', '(stream)')
    expect(refused(bytes)).toBe('ERR_PDF_XREF_HYBRID')
    const doc = lenient(bytes)
    expect(text(doc, 5)).toBe('table')
    expect(doc.forgiven).toEqual(['ERR_PDF_XREF_HYBRID'])
  })

  test('a stream of an older revision whose objects a later table replaces is no contradiction', () => {
    const build = basicObjects().objectStream(7, { 5: '(five)' }).hybrid(6, [5, 7]).object(5, '(newer)')
    expect(text(openPdf(build.table({ size: 8 }).bytes), 5)).toBe('newer')
  })

  test('an /XRefStm that a table has from the trailer before it is no contradiction', () => {
    const build = basicObjects().object(5, '(five)').hybrid(6, [5])
    const at = /XRefStm \d+/.exec(build.bytes.toString('latin1'))?.[0]
    const { bytes } = build.object(5, '(newer)').table({ trailer: `/${at}`, size: 7 })
    expect(text(openPdf(bytes), 5)).toBe('newer')
    expect(lenient(bytes).forgiven).toEqual([])
  })

  test.each([
    ['nowhere', '/XRefStm 999999', 'ERR_PDF_XREF_NOT_FOUND'],
    ['at an object', '/XRefStm 15', 'ERR_PDF_XREF_NOT_FOUND'],
    ['negative', '/XRefStm -1', 'ERR_PDF_TRAILER'],
    ['no number', '/XRefStm(x)', 'ERR_PDF_TRAILER'],
  ] as const)('an /XRefStm that is %s is refused', (_, trailer, code) => {
    expect(refused(basicObjects().table({ trailer }).bytes)).toBe(code)
  })
})

describe('bytes before the header', () => {
  const junk = Buffer.from('Content-Type: application/pdf\r\n\r\n')

  test.each(kinds)(
    '%s: offsets that count from the header are read; ours count from the first byte',
    (kind) => {
      const bytes = Buffer.concat([junk, buildPdf(kind)])
      const doc = openPdf(bytes)
      expect(doc.headerOffset).toBe(junk.length)
      expect(text(doc, 5)).toBe('five')
      expect(doc.revisions[0]?.end).toBe(bytes.length)
      expect(doc.startxref).toBe(openPdf(buildPdf(kind)).startxref)
      const place = doc.locate(4)
      if (place?.kind === 'offset')
        expect(bytes.toString('latin1', place.offset, place.offset + 7)).toBe('4 0 obj')
      expect(lenient(bytes).forgiven).toEqual([])
    },
  )

  test('offsets that count from the first byte are forgiven, and named', () => {
    const doc = lenient(basicObjects(new PdfBuilder('junk\n%PDF-1.7\n')).object(5, '(five)').table().bytes)
    expect(text(doc, 5)).toBe('five')
    expect(doc.headerOffset).toBe(0)
    expect(doc.forgiven).toEqual(['ERR_PDF_HEADER_OFFSET'])
  })

  test('the place of /Contents counts from the first byte', () => {
    const build = basicObjects().object(9, '<</ByteRange[0 1 2 3]/Contents <00ff> >>')
    build.object(8, '<</FT/Sig/T(a)/V 9 0 R>>')
    build.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R]>>>>')
    const bytes = Buffer.concat([junk, build.table().bytes])
    const span = listSignatures(openPdf(bytes))[0]?.contentsSpan
    expect(bytes.toString('latin1', span?.start, span?.end)).toBe('<00ff>')
  })
})

describe('what lenient reading forgives, and names', () => {
  test('a table numbered from 1 that begins with the entry of object 0', () => {
    const shifted = buildPdf('table').toString('latin1').replace('xref\n0 6', 'xref\n1 6')
    const doc = lenient(Buffer.from(shifted, 'latin1'))
    expect(text(doc, 5)).toBe('five')
    expect(doc.forgiven).toEqual(['ERR_PDF_XREF_TABLE'])
  })

  test.each([-1, 1, 2, -20])('startxref off by %i', (by) => {
    for (const kind of ['table', 'xref stream'] as const) {
      const bytes = buildPdf(kind)
      const at = openPdf(bytes).startxref
      const moved = Buffer.from(
        bytes.toString('latin1').replace(`startxref\n${at}`, `startxref\n${at + by}`),
        'latin1',
      )
      const doc = lenient(moved)
      expect(text(doc, 5)).toBe('five')
      if (by !== -1) expect(doc.forgiven).toContain('ERR_PDF_XREF_NOT_FOUND')
    }
  })

  test('a startxref that is nowhere near stays refused: the file is never searched for objects', () => {
    const moved = buildPdf('table')
      .toString('latin1')
      .replace(/startxref\n\d+/, 'startxref\n50')
    expect(refused(Buffer.from(moved, 'latin1'), { mode: 'lenient' })).toBe('ERR_PDF_XREF_NOT_FOUND')
  })

  test('offsets padded with spaces', () => {
    const padded = buildPdf('table')
      .toString('latin1')
      .replace(/\n0{8}15/, '\n        15')
    const doc = lenient(Buffer.from(padded, 'latin1'))
    expect(text(doc, 5)).toBe('five')
    expect(doc.forgiven).toEqual(['ERR_PDF_XREF_TABLE'])
  })

  test('a wrong /Length and a missing endobj', () => {
    const build = basicObjects().stream(5, '', 'data', '99')
    const at = build.length
    build.raw('7 0 obj (seven)\n').entry(7, { type: 1, offset: at, gen: 0 })
    const doc = lenient(build.table().bytes)
    expect(Buffer.from((doc.get(ref(5)) as PdfStream).raw).toString()).toBe('data')
    expect(text(doc, 7)).toBe('seven')
    expect(doc.forgiven).toEqual(['ERR_PDF_STREAM_LENGTH', 'ERR_PDF_OBJECT_END'])
  })

  test('an entry that points to another object gives null', () => {
    const doc = lenient(basicObjects().entry(5, { type: 1, offset: 15, gen: 0 }).table().bytes)
    expect(doc.get(ref(5))).toBeNull()
    expect(doc.forgiven).toEqual(['ERR_PDF_OBJECT_HEADER'])
  })
})

describe('limits', () => {
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
