import { describe, expect, it } from 'vitest'
import { listFields, openPdf, PdfDict, type PdfDocument, PdfRef } from '../../formats/index.ts'
import { PdfBuilder } from '../../formats/pdf/testing/build-pdf.ts'
import { signAs } from './testing/sign-pdf.ts'

const visible = { page: 1, x: 50, y: 50, width: 250, height: 90 }

interface TwoPages {
  readonly catalog?: string
  readonly kids?: string
  readonly count?: number
  readonly first?: string
  readonly second?: string
  readonly objects?: Readonly<Record<number, string>>
}

/** Pages 3 and 4 of the tree 2. */
function twoPages({ catalog = '', kids = '[3 0 R 4 0 R]', count = 2, ...more }: TwoPages): Buffer {
  const page = '/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>'
  const build = new PdfBuilder()
    .object(1, `<</Type/Catalog/Pages 2 0 R${catalog}>>`)
    .object(2, `<</Type/Pages/Count ${count}/Kids ${kids}>>`)
    .object(3, `<<${page}${more.first ?? ''}>>`)
    .object(4, `<<${page}${more.second ?? ''}>>`)
  for (const [num, body] of Object.entries(more.objects ?? {})) build.object(Number(num), body)
  return build.table().bytes
}

const listOf = (doc: PdfDocument, num: number, key: string): unknown => {
  const dict = doc.get(new PdfRef(num, 0))
  return dict instanceof PdfDict ? doc.resolve(dict.get(key)) : null
}

describe('a new signature does not show elsewhere', () => {
  it('where two pages share an array of annotations', async () => {
    const bytes = twoPages({ first: '/Annots 5 0 R', second: '/Annots 5 0 R', objects: { 5: '[]' } })
    const doc = openPdf(await signAs('doctor-01', bytes, { visible }))
    expect(listOf(doc, 3, 'Annots')).toEqual([listFields(doc)[0]!.ref])
    expect(listOf(doc, 4, 'Annots')).toEqual([])
  })

  it.each([
    ['fields', { catalog: '/AcroForm<</Fields 5 0 R>>' }],
    ['annotations', { first: '/Annots 5 0 R' }],
  ])('where the array of %s is that of the page tree', async (_, more) => {
    const bytes = twoPages({ kids: '5 0 R', objects: { 5: '[3 0 R 4 0 R]' }, ...more })
    const doc = openPdf(await signAs('doctor-01', bytes))
    expect(listOf(doc, 2, 'Kids')).toEqual([new PdfRef(3, 0), new PdfRef(4, 0)])
  })

  it.each([
    ['the page', '3 0 R'],
    ['the page tree', '2 0 R'],
    ['the catalogue', '1 0 R'],
  ])('and is on its page where the form is %s', async (_, form) => {
    const bytes = twoPages({ catalog: `/AcroForm ${form}` })
    const doc = openPdf(await signAs('doctor-01', bytes, { visible }))
    const field = listFields(doc).find(({ type }) => type === 'Sig')
    expect(listOf(doc, 3, 'Annots')).toEqual([field!.ref])
  })
})

describe('a visible signature is refused on a page that readers number differently', () => {
  const refusedWith = (reason: string) =>
    expect.objectContaining({ code: 'ERR_PDF_PAGE_TREE', details: { reason } })
  const subtree = (count: number, kids: string) => `<</Type/Pages/Parent 2 0 R/Count ${count}/Kids ${kids}>>`

  it.each([
    [
      'a node before it counts too few',
      2,
      { kids: '[5 0 R 4 0 R]', objects: { 5: subtree(1, '[3 0 R 6 0 R]') } },
    ],
    ['a node before it counts too many', 3, { kids: '[5 0 R 4 0 R]', objects: { 5: subtree(2, '[3 0 R]') } }],
    ['a node before it counts none', 1, { kids: '[5 0 R 4 0 R]', objects: { 5: subtree(0, '[3 0 R]') } }],
    ['the root counts fewer pages', 2, { count: 1 }],
    ['the root counts fewer pages and the last is asked for', -1, { count: 1 }],
    ['the root counts more pages and the last is asked for', -1, { count: 3 }],
  ])('because %s', async (_, page, tree) => {
    const objects = {
      6: '<</Type/Page/Parent 5 0 R/MediaBox[0 0 595 842]>>',
      ...('objects' in tree ? tree.objects : {}),
    }
    const bytes = twoPages({ ...tree, objects })
    await expect(signAs('doctor-01', bytes, { visible: { ...visible, page } })).rejects.toThrow(
      refusedWith('/Count is wrong'),
    )
  })

  it('because it stands in the tree twice', async () => {
    const bytes = twoPages({ kids: '[3 0 R 4 0 R 3 0 R]', count: 3 })
    await expect(signAs('doctor-01', bytes, { visible })).rejects.toThrow(
      refusedWith('the page stands in it twice'),
    )
  })

  it('because nodes stand in the tree again and again', async () => {
    const objects: Record<number, string> = {}
    for (let i = 5; i < 40; i++) objects[i] = subtree(1, `[${i + 1} 0 R ${i + 1} 0 R]`)
    objects[40] = subtree(1, '[4 0 R]')
    const bytes = twoPages({ kids: '[3 0 R 5 0 R]', objects })
    await expect(signAs('doctor-01', bytes, { visible })).rejects.toThrow(
      refusedWith('a node stands in it twice'),
    )
  })

  it('and not where only the root counts too many', async () => {
    const doc = openPdf(
      await signAs('doctor-01', twoPages({ count: 9 }), { visible: { ...visible, page: 2 } }),
    )
    expect(listFields(doc)[0]!.page?.num).toBe(4)
  })
})

describe('a page with very many annotations', () => {
  it('is refused where the signed file could not be read again', async () => {
    const bytes = twoPages({ first: '/Annots 5 0 R', objects: { 5: `[${'4 0 R '.repeat(250_000)}]` } })
    await expect(signAs('doctor-01', bytes)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_PDF_VALUE_LIMIT', details: { limit: 250_000 } }),
    )
  })

  it('is signed where it can be', async () => {
    const bytes = twoPages({ first: '/Annots 5 0 R', objects: { 5: `[${'4 0 R '.repeat(249_999)}]` } })
    const doc = openPdf(await signAs('doctor-01', bytes))
    expect(listOf(doc, 3, 'Annots')).toHaveLength(250_000)
  })
})

describe('a user unit that leaves nothing of the rectangle', () => {
  it('is refused, so that what is to be seen is not made invisible', async () => {
    const bytes = twoPages({ first: '/UserUnit 1000000000' })
    await expect(signAs('doctor-01', bytes, { visible })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_PADES_RECTANGLE' }),
    )
  })
})
