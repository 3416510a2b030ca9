import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  decodeTextString,
  digestBytes,
  isName,
  listFields,
  listSignatures,
  openPdf,
  PdfDict,
  type PdfDocument,
  type PdfObject,
  PdfRef,
  PdfString,
  parseSignedData,
} from '../../formats/index.ts'
import { basicObjects, buildPdf, kinds, PdfBuilder } from '../../formats/pdf/testing/build-pdf.ts'
import { MESSAGE_DIGEST } from '../oids.ts'
import { buildForm } from './testing/build-form.ts'
import { environment, now, prepareAs, type SigningWish, signAs } from './testing/sign-pdf.ts'

const visible = { page: 1, x: 50, y: 60, width: 180, height: 70, title: 'Trưởng khoa' }
const refusedWith = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) })

const dictOf = (doc: PdfDocument, object: PdfObject | undefined): PdfDict => {
  const found = doc.resolve(object)
  if (!(found instanceof PdfDict)) throw new Error('no dictionary')
  return found
}
const arrayOf = (doc: PdfDocument, object: PdfObject | undefined): readonly PdfObject[] => {
  const found = doc.resolve(object)
  if (!Array.isArray(found)) throw new Error('no array')
  return found
}
const pageOf = (doc: PdfDocument): PdfDict =>
  dictOf(doc, arrayOf(doc, dictOf(doc, doc.catalog.get('Pages')).get('Kids'))[0])

/** Numbers of the objects that the newest revision writes, cross-reference stream apart. */
function writtenNumbers(before: Uint8Array, after: Uint8Array): number[] {
  const tail = Buffer.from(after.subarray(before.length)).toString('latin1')
  return [...tail.matchAll(/^(\d+) \d+ obj\n(?!<<[^>]*\/Type \/XRef)/gm)].map((match) => Number(match[1]))
}

/** Each signature covers all of its revision but its own /Contents, and its message digest is that of those bytes. */
function expectIntact(bytes: Uint8Array, count: number): void {
  const signatures = listSignatures(openPdf(bytes))
  expect(signatures).toHaveLength(count)
  for (const { byteRange, contentsSpan, contents, revision } of signatures) {
    const [start, first, second, rest] = byteRange as [number, number, number, number]
    expect(start).toBe(0)
    expect({ start: first, end: second }).toEqual(contentsSpan)
    expect(second + rest).toBe(openPdf(bytes).revisions[revision]!.end)
    const der = contents!.subarray(0, lengthOfDer(contents!))
    const [signer] = parseSignedData(der).signerInfos
    const digest = signer!.signedAttributes.find(({ oid }) => oid === MESSAGE_DIGEST)!.values[0]!
    const signed = digestBytes(
      signer!.digest,
      bytes.subarray(0, first),
      bytes.subarray(second, second + rest),
    )
    expect(Buffer.from(digest.subarray(2)).toString('hex')).toBe(Buffer.from(signed).toString('hex'))
  }
}

/** /Contents is padded behind the CMS. */
const lengthOfDer = (bytes: Uint8Array): number => 4 + bytes[2]! * 256 + bytes[3]!

describe.each(kinds)('a PDF written with a %s', (kind) => {
  const document = buildPdf(kind)

  it.each<[string, SigningWish]>([
    ['invisible', {}],
    ['visible', { visible }],
  ])('gets an %s signature and keeps its bytes', async (_, wish) => {
    const signed = await signAs('nurse-02', document, wish)
    expect(signed.subarray(0, document.length).equals(document)).toBe(true)
    expectIntact(signed, 1)
  })

  it('is signed by one after the other', async () => {
    const first = await signAs('doctor-01', document, { visible })
    const second = await signAs('nurse-02', first)
    const third = await signAs('doctor-ed25519', second, { visible: { ...visible, x: 300 } })
    expect(third.subarray(0, second.length).equals(second)).toBe(true)
    expectIntact(third, 3)
    expect(listFields(openPdf(third)).map(({ name }) => name)).toEqual([
      'Signature1',
      'Signature2',
      'Signature3',
    ])
  })

  it('keeps its kind of cross-references, a hybrid with a table', async () => {
    const signed = openPdf(await signAs('nurse-02', document))
    expect(signed.xrefKind === 'stream').toBe(openPdf(document).xrefKind === 'stream')
  })
})

describe('the signature dictionary', () => {
  it('says who, when, why and where in text strings', async () => {
    const texts = { reason: 'Phê duyệt kết quả', location: 'Hà Nội', contact: '(024) 0000' }
    const doc = openPdf(await signAs('doctor-01', buildPdf('table'), texts))
    const { dict, type, filter, subFilter } = listSignatures(doc)[0]!
    const text = (key: string): string | null => {
      const value = dict.get(key)
      return value instanceof PdfString ? decodeTextString(value.bytes) : null
    }
    expect([type, filter, subFilter]).toEqual(['Sig', 'Adobe.PPKLite', 'ETSI.CAdES.detached'])
    expect(text('Name')).toBe('BÁC SĨ THỬ NGHIỆM 01')
    expect(text('Reason')).toBe('Phê duyệt kết quả')
    expect(text('Location')).toBe('Hà Nội')
    expect(text('ContactInfo')).toBe('(024) 0000')
    expect(text('M')).toBe("D:20261125143000+07'00'")
    expect(dict.has('Cert')).toBe(false)
  })

  it('leaves out what was not given', async () => {
    const doc = openPdf(await signAs('doctor-01', buildPdf('table'), { reason: '' }))
    const { dict } = listSignatures(doc)[0]!
    for (const key of ['Reason', 'Location', 'ContactInfo', 'Reference']) expect(dict.has(key)).toBe(false)
  })

  it('normalises text', async () => {
    const doc = openPdf(await signAs('doctor-01', buildPdf('table'), { reason: 'Ký duyệt'.normalize('NFD') }))
    const reason = listSignatures(doc)[0]!.dict.get('Reason') as PdfString
    expect(decodeTextString(reason.bytes)).toBe('Ký duyệt')
  })
})

describe('texts of a caller', () => {
  it('put no word of PDF into the file where a search would find it', async () => {
    const document = buildPdf('table')
    const words = '/ByteRange [0 9 9 9] /Contents <00> %%EOF startxref 0'
    const wish = { reason: words, location: words, contact: words, name: words, field: `${words} field` }
    const signed = await signAs('doctor-01', document, wish)
    const appended = signed.subarray(document.length).toString('latin1')
    for (const word of ['/ByteRange', '/Contents <', '%%EOF', 'startxref']) {
      expect(appended.split(word)).toHaveLength(2)
    }
    const { dict, field } = listSignatures(openPdf(signed))[0]!
    expect(decodeTextString((dict.get('Reason') as PdfString).bytes)).toBe(words)
    expect(field.name).toBe(`${words} field`)
  })
})

describe('the field of an invisible signature', () => {
  it('is its own widget on the first page: printed, locked, without area or appearance', async () => {
    const doc = openPdf(await signAs('doctor-01', buildPdf('table')))
    const [field] = listFields(doc)
    expect(field!.dict.get('Rect')).toEqual([0, 0, 0, 0])
    expect(field!.dict.get('F')).toBe(132)
    expect(field!.dict.has('AP')).toBe(false)
    expect(field!.page?.num).toBe(3)
    expect(arrayOf(doc, pageOf(doc).get('Annots'))).toEqual([field!.ref])
    expect(dictOf(doc, doc.catalog.get('AcroForm')).get('SigFlags')).toBe(3)
  })
})

describe('objects that are written', () => {
  const text = '<</FT/Tx/T(a)/Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>'
  const listed = '/AcroForm<</Fields[5 0 R]>>'
  it.each([
    ['catalogue and page, where there is no form', {}, [1, 3]],
    [
      'the page alone, where the form is indirect',
      { catalog: '/AcroForm 6 0 R', objects: { 6: '<</Fields[]>>' } },
      [3, 6],
    ],
    ['the catalogue, where the form stands in it', { catalog: listed, objects: { 5: text } }, [1, 3]],
    [
      'the catalogue, not an array of fields of its own, which may be shared',
      { catalog: '/AcroForm<</SigFlags 3/Fields 6 0 R>>', objects: { 6: '[]' } },
      [1, 3],
    ],
    [
      'the form, not an array of fields of its own',
      { catalog: '/AcroForm 7 0 R', objects: { 6: '[]', 7: '<</SigFlags 1/Fields 6 0 R>>' } },
      [3, 7],
    ],
    [
      'the page, not an array of annotations of its own',
      { catalog: '/AcroForm 7 0 R', page: '/Annots 6 0 R', objects: { 6: '[]', 7: '<</Fields[]>>' } },
      [3, 7],
    ],
    [
      'the page, where its annotations are missing',
      { catalog: '/AcroForm 7 0 R', page: '/Annots 9 0 R', objects: { 7: '<</Fields[]>>' } },
      [3, 7],
    ],
    [
      'a new form, where the old one is missing',
      { catalog: '/AcroForm 9 0 R', objects: { 10: 'null' } },
      [1, 3],
    ],
  ])('are, beside the new ones, %s', async (_, form, expected) => {
    const document = buildForm(form)
    const before = openPdf(document)
    const signed = await signAs('doctor-01', document)
    const changed = writtenNumbers(document, signed).filter((num) => num < before.size && before.locate(num))
    expect(changed.sort((a, b) => a - b)).toEqual(expected)
    expectIntact(signed, 1)
  })

  it('keep what else was in them', async () => {
    const document = buildForm({
      catalog: '/Lang(vi)/AcroForm<</Fields[5 0 R]/DA(/F 0 Tf)/NeedAppearances false>>',
      page: '/Annots[5 0 R]/Tabs/S',
      objects: { 5: text },
    })
    const doc = openPdf(await signAs('doctor-01', document, { visible }))
    const form = dictOf(doc, doc.catalog.get('AcroForm'))
    expect(doc.catalog.has('Lang')).toBe(true)
    expect([...form.entries.keys()]).toEqual(['Fields', 'DA', 'NeedAppearances', 'SigFlags'])
    expect(arrayOf(doc, form.get('Fields'))[0]).toEqual(new PdfRef(5, 0))
    expect(isName(pageOf(doc).get('Tabs'), 'S')).toBe(true)
    expect(arrayOf(doc, pageOf(doc).get('Annots'))).toHaveLength(2)
  })
})

describe('the room for the CMS', () => {
  it.each(['doctor-01', 'nurse-02', 'doctor-p384', 'doctor-ed25519'] as const)(
    'of %s is what it needs, but for a few bytes',
    async (signer) => {
      const signed = await signAs(signer, buildPdf('table'))
      const contents = listSignatures(openPdf(signed))[0]!.contents!
      expect(contents.length - lengthOfDer(contents)).toBeLessThanOrEqual(8)
    },
  )

  it('at B-T holds the token too', async () => {
    const plain = await prepareAs('doctor-01', buildPdf('table'))
    const stamped = await prepareAs('doctor-01', buildPdf('table'), { level: 'B-T', timestampSize: 5000 })
    const more = (stamped.contents!.length - plain.contents!.length) / 2
    expect(more).toBeGreaterThanOrEqual(5000)
    expect(more).toBeLessThan(5050)
  })
})

describe('what lies between preparation and finish', () => {
  it('is JSON that names the document by length and digest', async () => {
    const document = buildPdf('table')
    const prepared = await prepareAs('doctor-p384', document)
    expect(JSON.parse(JSON.stringify(prepared))).toEqual(prepared)
    expect(prepared).toMatchObject({
      format: 'pades',
      level: 'B-B',
      digest: 'sha384',
      documentLength: document.length,
      documentSha256: createHash('sha256').update(document).digest('hex'),
    })
  })

  it('covers a document of many pieces', async () => {
    const document = basicObjects()
      .stream(5, '', Buffer.alloc(5 * 1024 * 1024 + 17, 'x'))
      .table().bytes
    for (const signer of ['nurse-02', 'doctor-p384'] as const) {
      const prepared = await prepareAs(signer, document)
      expect(prepared.documentSha256).toBe(createHash('sha256').update(document).digest('hex'))
      expectIntact(await signAs(signer, document), 1)
    }
  })

  it('is the same for the same clock and randomness', async () => {
    const env = { ...environment, random: (n: number) => new Uint8Array(n).fill(7) }
    const wish = { visible }
    const document = buildPdf('xref stream')
    expect(await prepareAs('nurse-02', document, wish, env)).toEqual(
      await prepareAs('nurse-02', document, wish, env),
    )
  })
})

describe('bytes around the document', () => {
  it('after the last %%EOF stay and are signed', async () => {
    const document = Buffer.concat([buildPdf('table'), Buffer.from('\n-- mail gateway')])
    const signed = await signAs('doctor-01', document)
    expect(signed.subarray(0, document.length).equals(document)).toBe(true)
    expectIntact(signed, 1)
  })

  it('before the header stay and are signed', async () => {
    const document = Buffer.concat([Buffer.from('junk\n'), buildPdf('xref stream')])
    const signed = await signAs('doctor-01', await signAs('nurse-02', document), { visible })
    expect(signed.subarray(0, document.length).equals(document)).toBe(true)
    expectIntact(signed, 2)
  })
})

describe('a preparation is refused', () => {
  const document = buildPdf('table')
  it.each<[string, SigningWish, string]>([
    ['at level B-LT', { level: 'B-LT' }, 'ERR_SIGNER_LEVEL_UNSUPPORTED'],
    ['at level B-T without a time-stamping authority', { level: 'B-T' }, 'ERR_SIGNER_LEVEL_NOT_REACHED'],
    [
      'with an algorithm of another key',
      { algorithm: { scheme: 'ed25519' } },
      'ERR_SIGNER_ALGORITHM_MISMATCH',
    ],
    ['with an endless reason', { reason: 'x'.repeat(2001) }, 'ERR_PADES_TEXT_LENGTH'],
    ['with an endless title', { visible: { ...visible, title: 'x'.repeat(2001) } }, 'ERR_PADES_TEXT_LENGTH'],
    ['on page 0', { visible: { ...visible, page: 0 } }, 'ERR_PDF_PAGE_NOT_FOUND'],
    ['on a page that is not there', { visible: { ...visible, page: 2 } }, 'ERR_PDF_PAGE_NOT_FOUND'],
    ['on half a page', { visible: { ...visible, page: 1.5 } }, 'ERR_PDF_PAGE_NOT_FOUND'],
    ['outside the page', { visible: { ...visible, x: 500 } }, 'ERR_PADES_RECTANGLE'],
    ['in a box too small', { visible: { ...visible, width: 30, height: 9 } }, 'ERR_PADES_TEXT_DOES_NOT_FIT'],
    ['with a letter the font lacks', { visible, reason: '署' }, 'ERR_PADES_GLYPH_MISSING'],
    [
      'with an image that is none',
      { visible: { ...visible, image: new Uint8Array(9) } },
      'ERR_PADES_IMAGE_FORMAT',
    ],
  ])('%s', async (_, wish, code) => {
    await expect(prepareAs('doctor-01', document, wish)).rejects.toThrow(expect.objectContaining({ code }))
  })

  it('without a certificate', async () => {
    const { preparePades } = await import('./prepare-pades.ts')
    const options = { chain: [], algorithm: { scheme: 'ed25519' }, level: 'B-B' } as const
    await expect(preparePades(document, options, environment)).rejects.toThrow(
      refusedWith('ERR_SIGNER_CHAIN_EMPTY'),
    )
  })

  it.each([
    ['no PDF', Buffer.from('hello'), 'ERR_PDF_HEADER'],
    ['a truncated PDF', document.subarray(0, document.length - 30), 'ERR_PDF_STARTXREF'],
    [
      'a PDF with a broken table',
      Buffer.from(document.toString('latin1').replace(/000\d{7} 00000 n/, '0000000001 00000 n'), 'latin1'),
      'ERR_PDF_OBJECT_HEADER',
    ],
    [
      'a PDF without pages',
      new PdfBuilder().object(1, '<</Type/Catalog>>').table().bytes,
      'ERR_PDF_PAGE_TREE',
    ],
  ])('of %s', async (_, bytes, code) => {
    await expect(prepareAs('doctor-01', bytes)).rejects.toThrow(expect.objectContaining({ code }))
  })

  it('never with the missing letter in the message', async () => {
    const error: unknown = await prepareAs('doctor-01', document, { visible, reason: '署' }).catch(
      (e: unknown) => e,
    )
    expect(String(error)).toContain('U+7F72')
    expect(String(error)).not.toContain('署')
  })
})

it('the clock of the tests stands still', () => {
  expect(environment.clock()).toBe(now)
})
