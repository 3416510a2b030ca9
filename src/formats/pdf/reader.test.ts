import { describe, expect, test } from 'vitest'
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
import { basicObjects, buildPdf, kinds, PdfBuilder } from './testing/build-pdf.ts'
import { lenient, ref, refused, text } from './testing/helpers.ts'

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
