import { beforeAll, describe, expect, test } from 'vitest'
import { digestBytes, openPdf, type PdfRef } from '../../../formats/index.ts'
import { basicObjects } from '../../../formats/pdf/testing/build-pdf.ts'
import type { Pki } from '../../../test-certs/entity.ts'
import { addDocumentTimestamp, signRecord, testAuthority } from '../../../test-certs/records/pades.ts'
import type { PdfSignatureFacts } from '../../facts.ts'
import { collect, env, recordPki } from '../testing/collect.ts'
import { appendRevision, bodyOf } from './testing/append-revision.ts'

let pki: Pki
let signed: Buffer
const [catalog, page, place] = [1, 3, 8]
let form: number
let next: number
beforeAll(async () => {
  pki = await recordPki()
  signed = await signRecord(pki, base(), env)
  const doc = openPdf(signed)
  form = (doc.catalog.get('AcroForm') as PdfRef).num
  next = doc.size
})

/** A page whose turn and resources are objects of their own, whose content calls itself cross-references, with an empty field. */
const base = (): Buffer =>
  basicObjects()
    .object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm 9 0 R>>')
    .object(
      3,
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate 5 0 R/Resources 6 0 R/Contents[4 0 R 7 0 R]/Annots[8 0 R]>>',
    )
    .object(8, '<</Type/Annot/Subtype/Widget/FT/Sig/T(Waiting)/F 4/Rect[10 10 90 40]/P 3 0 R>>')
    .object(9, '<</Fields[8 0 R]>>')
    .object(5, '0')
    .object(6, '<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>')
    .stream(7, '/Type/XRef', 'BT /F1 9 Tf (5 mg) Tj ET')
    .table().bytes

const pdfOf = (file: Uint8Array, at = 0): PdfSignatureFacts => collect(file).signatures[at]!.pdf!
const with_ = (num: number, from: string | RegExp, to: string): Record<number, string> => {
  const body = bodyOf(signed, num)
  const changed = body.replace(from, to)
  if (changed === body) throw new TypeError(`nothing replaced in ${body}`)
  return { [num]: changed }
}
const annotation = '<</Type/Annot/Subtype/FreeText/Rect[0 0 500 500]/F 4/Contents(500 mg)>>'
const annotated = (num: number) => with_(page, /Annots \[([^\]]*)\]/, `Annots [$1 ${num} 0 R]`)
const kindsOf = (file: Uint8Array) => pdfOf(file).modifications

describe('what hides behind long-term data', () => {
  test('an annotation that a stream of the store refers to', () => {
    const file = appendRevision(signed, {
      ...with_(catalog, '/Type/Catalog', `/Type/Catalog/DSS<</Certs[${next} 0 R]>>`),
      ...annotated(next + 1),
      [next]: `<</Length 2/Extra ${next + 1} 0 R>>\nstream\nAB\nendstream`,
      [next + 1]: annotation,
    })
    expect(kindsOf(file)).toBe('other')
  })

  test('a text field that a stream of the store refers to', () => {
    const file = appendRevision(signed, {
      ...with_(catalog, '/Type/Catalog', `/Type/Catalog/DSS<</Certs[${next} 0 R]>>`),
      ...annotated(next + 1),
      ...with_(form, ']', ` ${next + 1} 0 R]`),
      [next]: `<</Length 2/Extra ${next + 1} 0 R>>\nstream\nAB\nendstream`,
      [next + 1]: `<</Type/Annot/Subtype/Widget/FT/Tx/T(Dose)/V(500 mg)/Rect[0 0 500 500]/F 4>>`,
    })
    expect(kindsOf(file)).toBe('other')
  })

  test('a page turned by the object that the information takes as its date', () => {
    const file = appendRevision(
      signed,
      { 5: '180', [next]: '<</ModDate 5 0 R>>' },
      { trailer: `/Info ${next} 0 R` },
    )
    expect(kindsOf(file)).toBe('other')
  })

  test('the resources of a page that became the form', () => {
    const file = appendRevision(signed, {
      ...with_(catalog, `/AcroForm ${form} 0 R`, '/AcroForm 6 0 R'),
      6: bodyOf(signed, form),
    })
    expect(kindsOf(file)).toBe('other')
  })

  test('a content that calls itself cross-references', () => {
    const file = appendRevision(signed, {
      7: '<</Type/XRef/Length 26>>\nstream\nBT /F1 9 Tf (500 mg) Tj ET\nendstream',
    })
    expect(kindsOf(file)).toBe('other')
  })
})

test('text fields that are no longer drawn anew may show something else', async () => {
  const file = basicObjects()
    .object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</NeedAppearances true/Fields[5 0 R]>>>>')
    .object(5, '<</FT/Tx/T(Dose)/V(5 mg)>>')
    .table().bytes
  const drawn = await signRecord(pki, file, env)
  const [from, to] = [/\/NeedAppearances true/, '']
  const body = bodyOf(drawn, catalog)
  const num = from.test(body) ? catalog : (openPdf(drawn).catalog.get('AcroForm') as PdfRef).num
  expect(pdfOf(appendRevision(drawn, { [num]: bodyOf(drawn, num).replace(from, to) })).modifications).toBe(
    'other',
  )
})

describe('what hides behind a document time-stamp', () => {
  test('an annotation that its dictionary refers to', async () => {
    const file = await stampRevision({ extra: `/Extra ANNOT`, annots: true })
    expect(kindsOf(file)).toBe('other')
  })

  test('a look over the page', async () => {
    const file = await stampRevision({ rect: '0 0 500 500', look: true })
    expect(kindsOf(file)).toBe('other')
  })

  test('a look over the page that is only printed', async () => {
    const file = await stampRevision({ rect: '0 0 500 500', look: true, flags: 36 })
    expect(kindsOf(file)).toBe('other')
  })

  test('a background over the page', async () => {
    const file = await stampRevision({ rect: '0 0 500 500', entries: '/MK<</BG[1 1 1]>>' })
    expect(kindsOf(file)).toBe('other')
  })

  test('a look in a place that waits for a signature', async () => {
    const file = await stampRevision({ look: true, waiting: true })
    expect(kindsOf(file)).toBe('other')
  })

  test('nothing, in a place that waits for a signature', async () => {
    expect(kindsOf(await stampRevision({ waiting: true }))).toBe('ltv')
  })

  test('a clean one', async () => {
    expect(kindsOf(await stampRevision({}))).toBe('ltv')
    expect(kindsOf(await addDocumentTimestamp(pki, signed, env))).toBe('ltv')
  })

  interface Stamp {
    /** Entries of the dictionary; `ANNOT` becomes an annotation's reference. */
    readonly extra?: string
    /** Whether the page has that annotation. */
    readonly annots?: boolean
    readonly rect?: string
    /** Of the widget. */
    readonly entries?: string
    readonly look?: boolean
    readonly flags?: number
    /** Whether it goes into the field that waits. */
    readonly waiting?: boolean
  }

  const room = (at: number): string => String(at).repeat(10)

  async function stampRevision(stamp: Stamp): Promise<Buffer> {
    const {
      extra = '',
      annots = false,
      rect = '0 0 0 0',
      look = false,
      flags = 132,
      entries = '',
      waiting,
    } = stamp
    const [value, annot, drawn] = [next, next + 1, next + 2]
    const widget = waiting ? place : next + 3
    const authority = testAuthority(pki, 'tsa', env)
    const size = 2 * (await authority.tokenSize('sha256')) + 2
    const shown = [...(waiting ? [] : [widget]), ...(annots ? [annot] : [])].map((num) => ` ${num} 0 R`)
    const ap = look ? `/AP<</N ${drawn} 0 R>>` : ''
    const file = appendRevision(signed, {
      ...(shown.length > 0 && with_(page, /Annots \[([^\]]*)\]/, `Annots [$1${shown.join('')}]`)),
      ...(waiting
        ? with_(place, '/FT', `${ap}/V ${value} 0 R/FT`)
        : {
            ...with_(form, ']', ` ${widget} 0 R]`),
            [widget]: `<</Type/Annot/Subtype/Widget/FT/Sig/T(Stamp)/F ${flags}/Rect[${rect}]/P ${page} 0 R/V ${value} 0 R${ap}${entries}>>`,
          }),
      [value]: `<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161${extra.replace('ANNOT', `${annot} 0 R`)}/ByteRange[0 ${room(9)} ${room(8)} ${room(7)}]/Contents<${'0'.repeat(size - 2)}>>>`,
      ...(extra !== '' && { [annot]: annotation }),
      ...(look && {
        [drawn]:
          '<</Type/XObject/Subtype/Form/BBox[0 0 500 500]/Length 16>>\nstream\n0 0 500 500 re f\nendstream',
      }),
    })
    const gap = file.indexOf('/Contents<', signed.length) + '/Contents'.length
    const end = gap + size
    for (const [mark, number] of [
      [9, gap],
      [8, end],
      [7, file.length - end],
    ] as const)
      file.write(String(number).padEnd(10), file.indexOf(room(mark), signed.length), 'latin1')
    const imprint = digestBytes('sha256', file.subarray(0, gap), file.subarray(end))
    const { token } = await authority.timestamp(imprint, 'sha256')
    file.write(Buffer.from(token).toString('hex'), gap + 1, 'latin1')
    return file
  }
})
