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
const [catalog, page] = [1, 3]
let form: number
let next: number
beforeAll(async () => {
  pki = await recordPki()
  signed = await signRecord(pki, base(), env)
  const doc = openPdf(signed)
  form = (doc.catalog.get('AcroForm') as PdfRef).num
  next = doc.size
})

/** A page whose turn and resources are objects of their own, and whose content calls itself cross-references. */
const base = (): Buffer =>
  basicObjects()
    .object(
      3,
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate 5 0 R/Resources 6 0 R/Contents[4 0 R 7 0 R]>>',
    )
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
      ...with_(catalog, '/Type /Catalog', `/Type /Catalog /DSS<</Certs[${next} 0 R]>>`),
      ...annotated(next + 1),
      [next]: `<</Length 2/Extra ${next + 1} 0 R>>\nstream\nAB\nendstream`,
      [next + 1]: annotation,
    })
    expect(kindsOf(file)).toBe('other')
  })

  test('a text field that a stream of the store refers to', () => {
    const file = appendRevision(signed, {
      ...with_(catalog, '/Type /Catalog', `/Type /Catalog /DSS<</Certs[${next} 0 R]>>`),
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

  test('a clean one', async () => {
    expect(kindsOf(await stampRevision({}))).toBe('ltv')
    expect(kindsOf(await addDocumentTimestamp(pki, signed, env))).toBe('ltv')
  })

  async function stampRevision(o: {
    extra?: string
    annots?: boolean
    rect?: string
    look?: boolean
    flags?: number
  }): Promise<Buffer> {
    const [value, widget, annot, look] = [next, next + 1, next + 2, next + 3]
    const authority = testAuthority(pki, 'tsa', env)
    const room = await authority.tokenSize('sha256')
    const objects: Record<number, string> = {
      ...with_(page, /Annots \[([^\]]*)\]/, `Annots [$1 ${widget} 0 R${o.annots ? ` ${annot} 0 R` : ''}]`),
      ...with_(form, ']', ` ${widget} 0 R]`),
      [value]: `<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161${(o.extra ?? '').replace('ANNOT', `${annot} 0 R`)}/ByteRange[0 ${'9'.repeat(10)} ${'8'.repeat(10)} ${'7'.repeat(10)}]/Contents<${'00'.repeat(room)}>>>`,
      [widget]: `<</Type/Annot/Subtype/Widget/FT/Sig/T(Stamp)/F ${o.flags ?? 132}/Rect[${o.rect ?? '0 0 0 0'}]/P ${page} 0 R/V ${value} 0 R${o.look ? `/AP<</N ${look} 0 R>>` : ''}>>`,
      ...(o.extra ? { [annot]: annotation } : {}),
      ...(o.look
        ? {
            [look]:
              '<</Type/XObject/Subtype/Form/BBox[0 0 500 500]/Length 16>>\nstream\n0 0 500 500 re f\nendstream',
          }
        : {}),
    }
    const file = appendRevision(signed, objects)
    const gap = file.indexOf('/Contents<', signed.length) + '/Contents'.length
    const end = gap + 2 * room + 2
    const pad = (n: number) => String(n).padEnd(10)
    file.write(pad(gap), file.indexOf('9'.repeat(10), signed.length), 'latin1')
    file.write(pad(end), file.indexOf('8'.repeat(10), signed.length), 'latin1')
    file.write(pad(file.length - end), file.indexOf('7'.repeat(10), signed.length), 'latin1')
    const imprint = digestBytes('sha256', file.subarray(0, gap), file.subarray(end))
    const { token } = await authority.timestamp(imprint, 'sha256')
    file.write(Buffer.from(token).toString('hex'), gap + 1, 'latin1')
    return file
  }
})
