import { beforeAll, describe, expect, test } from 'vitest'
import { openPdf, type PdfRef } from '../../../formats/index.ts'
import { basicObjects, buildPdf, kinds } from '../../../formats/pdf/testing/build-pdf.ts'
import type { Pki } from '../../../test-certs/entity.ts'
import { addDocumentTimestamp, renewRecord, signRecord } from '../../../test-certs/records/pades.ts'
import type { PdfSignatureFacts } from '../../facts.ts'
import { collect, env, recordPki } from '../testing/collect.ts'
import { appendRevision, bodyOf, type RevisionOptions } from './testing/append-revision.ts'

let pki: Pki
let signed: Buffer
/** Numbers of the catalog, the page, the form and the signature field of `signed`. */
const [catalog, page] = [1, 3]
let form: number
let field: number
let next: number
beforeAll(async () => {
  pki = await recordPki()
  signed = await signRecord(pki, base(), env)
  const doc = openPdf(signed)
  form = (doc.catalog.get('AcroForm') as PdfRef).num
  field = Number(/Fields \[(\d+) 0 R\]/.exec(bodyOf(signed, form))![1])
  next = doc.size
})

/** A page that draws /Fm1, which is not there, and an array of annotations of its own. */
const base = (): Buffer =>
  basicObjects()
    .object(
      3,
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</Fm1 40 0 R>>>>/Contents 4 0 R>>',
    )
    .object(5, '(five)')
    .table().bytes

const pdfOf = (file: Uint8Array, at = 0): PdfSignatureFacts => collect(file).signatures[at]!.pdf!
const append = (objects: Record<number, string>, options: RevisionOptions = {}): PdfSignatureFacts =>
  pdfOf(appendRevision(signed, objects, options))
const with_ = (num: number, from: string | RegExp, to: string): Record<number, string> => {
  const body = bodyOf(signed, num)
  const changed = body.replace(from, to)
  if (changed === body) throw new TypeError(`nothing replaced in ${body}`)
  return { [num]: changed }
}

describe('honest revisions', () => {
  test.each(kinds)(
    'a record written as %s and signed twice, with long-term data twice, raises no alarm',
    async (kind) => {
      const first = await signRecord(pki, buildPdf(kind), env, { level: 'B-LTA' })
      const second = await signRecord(pki, first, env, { level: 'B-LTA', signer: 'nurse-02' })
      const { signatures, timestamps } = collect(await renewRecord(pki, second, env))
      expect(signatures.map(({ pdf }) => pdf!.modifications)).toEqual(['signing', 'ltv'])
      const stamps = timestamps.filter(({ type }) => type === 'document')
      expect(stamps.map(({ pdf }) => pdf!.modifications)).toEqual(['signing', 'ltv', 'none'])
      for (const { pdf } of [...signatures, ...stamps]) {
        expect(pdf).toMatchObject({ byteRangeStrict: true, coversRevision: true })
      }
      expect(stamps.at(-1)!.pdf!.coversWholeFile).toBe(true)
    },
  )

  test('evidence for the last time-stamp, which no signature covers, is long-term data', async () => {
    const file = await signRecord(pki, signed, env, { level: 'B-LT', signer: 'nurse-02' })
    const { signatures } = collect(file)
    expect(signatures.map(({ pdf }) => pdf!.modifications)).toEqual(['signing', 'ltv'])
    expect(signatures[1]!.pdf).toMatchObject({ coversWholeFile: false, coversRevision: true })
  })

  test('a document time-stamp alone is long-term data', async () => {
    expect(pdfOf(await addDocumentTimestamp(pki, signed, env)).modifications).toBe('ltv')
  })

  test('a visible signature after an invisible one is signing', async () => {
    const visible = { page: 1, x: 40, y: 40, width: 160, height: 70 }
    const file = await signRecord(pki, signed, env, { signer: 'nurse-02', options: { visible } })
    expect(pdfOf(file).modifications).toBe('signing')
    expect(pdfOf(file).changedObjects.map(({ kind }) => kind)).toContain('appearance')
  })

  test('objects written again as they were are no change', () => {
    expect(append({ [page]: bodyOf(signed, page) })).toMatchObject({
      modifications: 'none',
      coversRevision: true,
    })
  })

  test('white space behind %%EOF is no change', () => {
    expect(pdfOf(Buffer.concat([signed, Buffer.from('\r\n\n')])).modifications).toBe('none')
  })

  test('developer extensions, a higher version and an object that nothing refers to are harmless', () => {
    const objects = {
      ...with_(catalog, '/Type /Catalog', `/Type /Catalog /Version /2.0 /Extensions ${next} 0 R`),
      [next]: '<</ESIC<</BaseVersion/1.7/ExtensionLevel 2>>>>',
      [next + 1]: '(nobody knows me)',
    }
    const { modifications, changedObjects } = append(objects)
    expect(modifications).toBe('ltv')
    expect(changedObjects.map(({ kind }) => kind).sort()).toEqual(['catalog', 'extensions', 'unused'])
  })

  test('a signature field that waits, without a look, is part of signing', () => {
    const objects = {
      ...with_(form, ']', ` ${next} 0 R]`),
      ...with_(page, /Annots \[([^\]]*)\]/, `Annots [$1 ${next} 0 R]`),
      [next]: `<</Type/Annot/Subtype/Widget/FT/Sig/T(Second)/F 4/Rect[10 10 90 40]/P ${page} 0 R>>`,
    }
    expect(append(objects).modifications).toBe('signing')
  })
})

describe('changes that are none of signing', () => {
  const annotation = '<</Type/Annot/Subtype/FreeText/Rect[0 0 500 500]/Contents(500 mg)>>'
  test.each<[string, () => Record<number, string>, string]>([
    ['another page content', () => ({ 4: '<</Length 4>>\nstream\nBT()\nendstream' }), '4 0'],
    [
      'a page that shows another content',
      () => ({
        ...with_(page, '/Contents 4 0 R', `/Contents ${next} 0 R`),
        [next]: '<</Length 2>>\nstream\nBT\nendstream',
      }),
      '3 0',
    ],
    ['a page turned', () => with_(page, '/Parent', '/Rotate 180 /Parent'), '3 0'],
    [
      'a page tree with another page',
      () => ({
        2: `<</Type/Pages/Count 2/Kids[3 0 R ${next} 0 R]>>`,
        [next]: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>',
      }),
      '2 0',
    ],
    [
      'an annotation',
      () => ({ ...with_(page, /Annots \[([^\]]*)\]/, `Annots [$1 ${next} 0 R]`), [next]: annotation }),
      '3 0',
    ],
    [
      'a catalog that runs a script',
      () => with_(catalog, '/Type /Catalog', '/Type /Catalog /OpenAction<</S/JavaScript/JS(app.alert)>>'),
      '1 0',
    ],
    [
      'a catalog with layers',
      () => with_(catalog, '/Type /Catalog', '/Type /Catalog /OCProperties<<>>'),
      '1 0',
    ],
    ['a signature field moved', () => with_(field, /\/Rect \[[^\]]*\]/, '/Rect [9 9 99 99]'), 'field'],
    ['a signature field without its value', () => with_(field, /\/V \d+ 0 R/, ''), ''],
    ['a form with XFA', () => with_(form, '/SigFlags', '/XFA (x) /SigFlags'), 'form'],
    [
      'a form that draws fields anew',
      () => with_(form, '/SigFlags', '/NeedAppearances true /SigFlags'),
      'form',
    ],
    ['a form whose flags are cleared', () => with_(form, '/SigFlags 3', '/SigFlags 0'), 'form'],
    [
      'a text field',
      () => ({ ...with_(form, ']', ` ${next} 0 R]`), [next]: '<</FT/Tx/T(Dose)/V(500 mg)>>' }),
      'form',
    ],
    [
      'a signature field without a value but with a look',
      () => ({
        ...with_(form, ']', ` ${next} 0 R]`),
        [next]: `<</FT/Sig/T(Second)/AP<</N ${next + 1} 0 R>>>>`,
        [next + 1]: '<</Length 0>>\nstream\n\nendstream',
      }),
      'form',
    ],
    [
      'a signature field with an action',
      () => ({
        ...with_(form, ']', ` ${next} 0 R]`),
        [next]: '<</FT/Sig/T(Second)/A<</S/JavaScript/JS(x)>>>>',
      }),
      'form',
    ],
    [
      'a text laid over the page that calls itself a signature field',
      () => ({
        ...with_(form, ']', ` ${next} 0 R]`),
        ...with_(page, /Annots \[([^\]]*)\]/, `Annots [$1 ${next} 0 R]`),
        [next]: `<</Type/Annot/Subtype/FreeText/FT/Sig/T(Second)/Contents(500 mg)/Rect[0 0 500 500]/P ${page} 0 R>>`,
      }),
      'form',
    ],
    [
      'an object that was only referred to',
      () => ({
        ...with_(catalog, '/Type /Catalog', '/Type /Catalog /DSS<</Certs[40 0 R]>>'),
        40: '<</Length 2>>\nstream\nBT\nendstream',
      }),
      '40 0',
    ],
    [
      'an object that was only referred to, by itself',
      () => ({ 40: '<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 2>>\nstream\nBT\nendstream' }),
      '40 0',
    ],
    [
      'a store that is the page’s content',
      () => with_(catalog, '/Type /Catalog', '/Type /Catalog /DSS<</Certs[4 0 R]/Other 5 0 R>>'),
      '1 0',
    ],
  ])('%s is told by its objects', (_, objects, object) => {
    const file = appendRevision(signed, objects())
    if (object === '') return expect(() => collect(file)).toThrow('form')
    const signature = collect(file).signatures[0]
    const name = object === 'form' ? `${form} 0` : object === 'field' ? `${field} 0` : object
    expect(signature!.pdf!.modifications).toBe('other')
    expect(signature!.pdf!.changedObjects.map((change) => change.object)).toContain(name)
  })

  test('a long-term store that takes over the page’s content is told', () => {
    const objects = {
      ...with_(catalog, '/Type /Catalog', '/Type /Catalog /DSS<</Certs[4 0 R]>>'),
      4: '<</Length 5>>\nstream\nBT ()\nendstream',
    }
    const { modifications, changedObjects } = append(objects)
    expect(modifications).toBe('other')
    expect(changedObjects).toContainEqual({ object: '4 0', kind: 'shared' })
  })

  test('a long-term store whose array is the page’s content too is told', async () => {
    const file = basicObjects()
      .object(1, '<</Type/Catalog/Pages 2 0 R/DSS<</Certs 5 0 R>>>>')
      .object(3, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 5 0 R>>')
      .object(5, '[4 0 R]')
      .table().bytes
    const trapped = await signRecord(pki, file, env)
    const { modifications, changedObjects } = pdfOf(
      appendRevision(trapped, { 4: '<</Length 5>>\nstream\nBT ()\nendstream' }),
    )
    expect(modifications).toBe('other')
    expect(changedObjects).toContainEqual({ object: '4 0', kind: 'shared' })
  })

  test('an array that is the form’s fields and the page’s annotations too is told', async () => {
    const shared = await signRecord(pki, base(), env)
    const doc = openPdf(shared)
    const formNum = (doc.catalog.get('AcroForm') as PdfRef).num
    const held = appendRevision(shared, {
      [doc.size]: `[${field} 0 R]`,
      [formNum]: bodyOf(shared, formNum).replace(/Fields \[[^\]]*\]/, `Fields ${doc.size} 0 R`),
      [page]: bodyOf(shared, page).replace(/Annots \[[^\]]*\]/, `Annots ${doc.size} 0 R`),
    })
    const again = await signRecord(pki, held, env, { signer: 'nurse-02' })
    const arrays = openPdf(again).size
    const added = `<</Type/Annot/Subtype/Widget/FT/Sig/T(Third)/Rect[0 0 90 90]/P ${page} 0 R>>`
    const file = appendRevision(again, { [doc.size]: `[${field} 0 R ${arrays} 0 R]`, [arrays]: added })
    expect(collect(file).signatures.at(-1)!.pdf!.modifications).toBe('other')
  })
})

describe('revisions that are none', () => {
  test('objects appended without cross-references are told', () => {
    const file = Buffer.concat([signed, Buffer.from('3 0 obj\n<</Type/Page>>\nendobj\n')])
    const { modifications, coversRevision, coversWholeFile, changedObjects } = pdfOf(file)
    expect({ modifications, coversRevision, coversWholeFile }).toEqual({
      modifications: 'other',
      coversRevision: false,
      coversWholeFile: false,
    })
    expect(changedObjects[0]!.kind).toBe('trailing-bytes')
  })

  test('a trailer alone, with objects it does not name, is told', () => {
    const pdf = append({}, { unlisted: '3 0 obj\n<</Type/Page>>\nendobj\n' })
    expect(pdf).toMatchObject({ modifications: 'other', coversRevision: false })
    expect(pdf.changedObjects.map(({ kind }) => kind)).toContain('unlisted-bytes')
  })

  test('a catalog taken elsewhere is told', () => {
    const objects = { [next]: bodyOf(signed, catalog) }
    expect(append(objects, { trailer: `/Root ${next} 0 R` }).modifications).toBe('other')
  })

  test('encryption that begins later is told or refused', () => {
    const run = () =>
      append({ [next]: '<</Filter/Standard/V 1/R 2/O()/U()/P 0>>' }, { trailer: `/Encrypt ${next} 0 R` })
    expect(() => expect(run().modifications).toBe('other')).toThrow()
  })

  test('an object freed is told', () => {
    const { modifications, changedObjects } = append({}, { free: [4] })
    expect(modifications).toBe('other')
    expect(changedObjects).toContainEqual({ object: '4 0', kind: 'removed' })
  })

  test('an entry that leads into bytes signed before is told', () => {
    const offset = signed.indexOf('5 0 obj')
    expect(append({}, { entries: { 4: offset } }).modifications).toBe('other')
  })

  test('a revision that passes over the signed one is found by the range’s end', () => {
    const first = openPdf(signed).revisions[0]!
    const objects = Object.fromEntries([catalog, page, form, field].map((num) => [num, bodyOf(signed, num)]))
    const value = Number(/\/V (\d+) 0 R/.exec(bodyOf(signed, field))![1])
    const entries = { [value]: signed.indexOf(`${value} 0 obj`) }
    const file = appendRevision(signed, objects, { prev: first.xrefOffset, entries })
    const facts = collect(file).signatures[0]!
    expect(facts.findings.map(({ code }) => code)).toContain('PDF_BYTE_RANGE_END')
    expect(facts.pdf!.byteRangeStrict).toBe(false)
  })

  test('signed cross-references that place an object behind what was signed are found', () => {
    const at = signed.indexOf('5 0 obj')
    const entry = String(at).padStart(10, '0')
    const lying = Buffer.from(signed)
    lying.write(String(signed.length).padStart(10, '0'), lying.indexOf(`${entry} 00000 n`), 'latin1')
    const file = appendRevision(lying, {}, { unlisted: '5 0 obj\n(another five)\nendobj\n' })
    const { findings, pdf } = collect(file).signatures[0]!
    expect(findings.map(({ code }) => code)).toContain('PDF_REVISION_BYPASSED')
    expect(pdf).toMatchObject({ modifications: 'other', coversRevision: false })
  })
})
