import { beforeAll, describe, expect, test } from 'vitest'
import { openPdf } from '../../../formats/index.ts'
import { plainPdf } from '../../../signer/testing/plain-pdf.ts'
import { signRecord } from '../../../test-certs/records/pades.ts'
import { codesOf, collect, env, recordPki, signatureOf } from '../testing/collect.ts'
import { findOverlaps } from './byte-range.ts'
import { appendRevision, bodyOf } from './testing/append-revision.ts'

let signed: Buffer
let ranges: [number, number, number, number]
beforeAll(async () => {
  signed = await signRecord(await recordPki(), plainPdf(), env)
  ranges = rangesOf(signed)
})

const rangesOf = (file: Buffer): [number, number, number, number] => {
  const text = /\/ByteRange \[([\d ]+)\]/.exec(file.toString('latin1'))![1]!
  return text.trim().split(/\s+/).map(Number) as [number, number, number, number]
}

/** The file with another text of the same length in place of the first one. */
function replace(file: Buffer, from: string, to: string): Buffer {
  const at = file.indexOf(from, 0, 'latin1')
  if (at < 0 || to.length > from.length) throw new TypeError(`cannot replace ${from}`)
  const out = Buffer.from(file)
  out.write(to.padEnd(from.length), at, 'latin1')
  return out
}

const withRange = (text: string): Buffer => {
  const whole = /\/ByteRange \[[\d ]+\]/.exec(signed.toString('latin1'))![0]
  return replace(signed, whole, text)
}

const judge = (file: Uint8Array) => {
  const facts = signatureOf(collect(file))
  return { codes: codesOf(facts), pdf: facts.pdf!, facts }
}

test('an honest signature is strict and covers the whole file', () => {
  const { codes, pdf, facts } = judge(signed)
  expect(codes).toEqual([])
  expect(pdf).toMatchObject({
    byteRangeStrict: true,
    coversRevision: true,
    coversWholeFile: true,
    modifications: 'none',
  })
  expect(facts.digests.every(({ intact }) => intact)).toBe(true)
  expect(facts.valueIntact).toBe(true)
})

describe('a /ByteRange that is', () => {
  test.each<[string, () => string, string]>([
    ['missing', () => '/ByteRangeX 0', 'PDF_BYTE_RANGE_MISSING'],
    ['null', () => '/ByteRange null', 'PDF_BYTE_RANGE_MISSING'],
    ['an empty array', () => '/ByteRange []', 'PDF_BYTE_RANGE_MISSING'],
    ['an array of names', () => '/ByteRange [/a /b]', 'PDF_BYTE_RANGE_MISSING'],
    ['of three numbers', () => `/ByteRange [0 ${ranges[1]} ${ranges[2]}]`, 'PDF_BYTE_RANGE_MALFORMED'],
    ['of six numbers', () => `/ByteRange [0 9 9 9 ${ranges[2]} 9]`, 'PDF_BYTE_RANGE_MALFORMED'],
    ['of four zeros', () => '/ByteRange [0 0 0 0]', 'PDF_BYTE_RANGE_MALFORMED'],
    ['negative', () => `/ByteRange [0 -1 ${ranges[2]} ${ranges[3]}]`, 'PDF_BYTE_RANGE_MALFORMED'],
    ['out of order', () => `/ByteRange [0 ${ranges[2]} ${ranges[1]} 9]`, 'PDF_BYTE_RANGE_MALFORMED'],
    ['beyond the end', () => `/ByteRange [0 ${ranges[1]} ${ranges[2]} 99999]`, 'PDF_BYTE_RANGE_BEYOND_END'],
    [
      'not from the first byte',
      () => `/ByteRange [1 ${ranges[1] - 1} ${ranges[2]} ${ranges[3]}]`,
      'PDF_BYTE_RANGE_START',
    ],
    [
      'a byte short before the gap',
      () => `/ByteRange [0 ${ranges[1] - 1} ${ranges[2]} ${ranges[3]}]`,
      'PDF_BYTE_RANGE_GAP',
    ],
    [
      'a byte long before the gap',
      () => `/ByteRange [0 ${ranges[1] + 1} ${ranges[2]} ${ranges[3]}]`,
      'PDF_BYTE_RANGE_GAP',
    ],
    [
      'a byte early behind the gap',
      () => `/ByteRange [0 ${ranges[1]} ${ranges[2] - 1} ${ranges[3] + 1}]`,
      'PDF_BYTE_RANGE_GAP',
    ],
    [
      'a byte late behind the gap',
      () => `/ByteRange [0 ${ranges[1]} ${ranges[2] + 1} ${ranges[3] - 1}]`,
      'PDF_BYTE_RANGE_GAP',
    ],
    [
      'two bytes short of %%EOF',
      () => `/ByteRange [0 ${ranges[1]} ${ranges[2]} ${ranges[3] - 2}]`,
      'PDF_BYTE_RANGE_END',
    ],
  ])('%s is found', (_, text, code) => {
    const { codes, pdf, facts } = judge(withRange(text()))
    expect(codes).toContain(code)
    expect(pdf).toMatchObject({ byteRangeStrict: false, coversRevision: false })
    expect(facts.digests.every(({ intact }) => intact)).toBe(false)
  })
})

describe('/Contents that', () => {
  const contents = (): string => signed.toString('latin1', ranges[1], ranges[2])
  test.each<[string, () => Buffer, string]>([
    ['is missing', () => replace(signed, '/Contents <', '/Contentz <'), 'PDF_CONTENTS_MISSING'],
    ['is empty', () => replace(signed, contents(), '<>'), 'PDF_CONTENTS_MISSING'],
    ['is null', () => replace(signed, contents(), 'null'), 'PDF_CONTENTS_MISSING'],
    ['is a zero', () => replace(signed, contents(), '<00>'), 'PDF_CONTENTS_MISSING'],
    ['is no CMS', () => replace(signed, contents(), '<3003020100>'), 'PDF_CONTENTS_UNREADABLE'],
    ['is no DER', () => replace(signed, contents(), '<ffffffff>'), 'PDF_CONTENTS_UNREADABLE'],
    ['is a literal string', () => replace(signed, contents(), '(abc)'), 'PDF_CONTENTS_NOT_HEXADECIMAL'],
  ])('%s is found', (_, build, code) => {
    expect(judge(build()).codes).toContain(code)
  })

  test('has something behind the CMS is found', async () => {
    const roomy = await signRecord(await recordPki(), plainPdf(), env, { level: 'B-T' })
    const end = rangesOf(roomy)[2] - 1
    roomy.write('4142', end - 4, 'latin1')
    const { codes, facts } = judge(roomy)
    expect(codes).toEqual(['PDF_CONTENTS_PADDING'])
    expect(facts.valueIntact).toBe(true)
  })

  test('has other bytes in it fails by its value', () => {
    const at = ranges[1] + 400
    const file = Buffer.from(signed)
    file[at] = file[at] === 0x30 ? 0x31 : 0x30
    const facts = collect(file).signatures[0]
    expect(facts && facts.valueIntact !== true ? 'refused' : codesOf(facts!).join()).toBe('refused')
  })
})

test.each(['/SubFilter /adbe.x509.rsa_sha1', '/SubFilter /Unknown.Filter'])('%s is found', (text) => {
  expect(judge(replace(signed, '/SubFilter /ETSI.CAdES.detached', text)).codes).toContain(
    'PDF_SUBFILTER_UNSUPPORTED',
  )
})

/** The second signed range moved back, with a cross-reference that `startxref` now hits, and another page, in between. */
function wrap(): Buffer {
  const doc = openPdf(signed)
  const head = signed.subarray(0, ranges[2])
  const page = '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n'
  const offsets = Array.from({ length: doc.size - 1 }, (_, i) => {
    const place = doc.locate(i + 1)
    return place?.kind === 'offset' ? place.offset : 0
  })
  const table = (pageAt: number, shift: number): string => {
    const lines = offsets.map((offset, i) => {
      const moved = i + 1 === 3 ? pageAt : offset >= head.length ? offset + shift : offset
      return `${String(moved).padStart(10, '0')} 00000 n \n`
    })
    return `xref\n0 ${doc.size}\n0000000000 65535 f \n${lines.join('')}trailer\n<</Size ${doc.size}/Root 1 0 R>>\n`
  }
  const length = table(0, 0).length
  const filler = doc.startxref - head.length
  const pageAt = doc.startxref + length
  const inserted = '>>\nendobj\n'.padEnd(filler) + table(pageAt, filler + length + page.length) + page
  return Buffer.concat([head, Buffer.from(inserted), signed.subarray(ranges[2])])
}

test('a signature wrapped around other objects is found: the gap is more than the token', () => {
  const moved = wrap()
  const whole = /\/ByteRange \[[\d ]+\]/.exec(moved.toString('latin1'))![0]
  const start = moved.length - ranges[3]
  const { codes, pdf, facts } = judge(
    replace(moved, whole, `/ByteRange [0 ${ranges[1]} ${start} ${ranges[3]}]`),
  )
  expect(codes).toContain('PDF_BYTE_RANGE_GAP')
  expect(pdf).toMatchObject({ byteRangeStrict: false, coversRevision: false })
  expect(facts.signingCertificate).not.toBeNull()
})

describe('one value', () => {
  test('in two fields counts once and is flagged; the field that was added later is no signature of its own', () => {
    const doc = openPdf(signed)
    const form = doc.catalog.get('AcroForm')!.toString().split(' ')[0]!
    const field = /Fields \[(\d+) 0 R\]/.exec(bodyOf(signed, Number(form)))![1]!
    const value = /\/V (\d+) 0 R/.exec(bodyOf(signed, Number(field)))![1]!
    const num = doc.size
    const file = appendRevision(signed, {
      [num]: `<</Type/Annot/Subtype/Widget/FT/Sig/T(Other)/V ${value} 0 R/Rect[0 0 9 9]>>`,
      [form]: bodyOf(signed, Number(form)).replace(']', ` ${num} 0 R]`),
    })
    const { codes, pdf } = judge(file)
    expect(codes).toContain('PDF_SIGNATURE_IN_SEVERAL_FIELDS')
    expect(pdf.modifications).toBe('other')
  })

  test('in two dictionaries counts once and is flagged', () => {
    const doc = openPdf(signed)
    const form = Number(doc.catalog.get('AcroForm')!.toString().split(' ')[0])
    const num = doc.size
    const dictionary = `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:2026)/ByteRange[${ranges.join(' ')}]/Contents ${signed.toString('latin1', ranges[1], ranges[2])}>>`
    const file = appendRevision(signed, {
      [num]: `<</FT/Sig/T(Copy)/V ${num + 1} 0 R>>`,
      [num + 1]: dictionary,
      [form]: bodyOf(signed, form).replace(']', ` ${num} 0 R]`),
    })
    const { codes, pdf } = judge(file)
    expect(codes).toContain('PDF_SIGNATURE_RECYCLED')
    expect(pdf).toMatchObject({ byteRangeStrict: true, modifications: 'other' })
  })
})

test('of ranges, those of which neither ends before the other’s gap overlap', () => {
  const nested = [
    { gap: 100, end: 300 },
    { gap: 400, end: 600 },
    { gap: 650, end: 900 },
  ]
  expect(findOverlaps(nested)).toEqual([false, false, false])
  expect(findOverlaps([...nested, { gap: 120, end: 300 }])).toEqual([true, false, false, true])
  expect(findOverlaps([{ gap: 50, end: 900 }, ...nested])).toEqual([true, true, true, true])
})
