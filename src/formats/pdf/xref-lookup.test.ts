import { describe, expect, test } from 'vitest'
import { openPdf } from './index.ts'
import { basicObjects, PdfBuilder } from './testing/build-pdf.ts'
import { cpuOf, ref, text } from './testing/helpers.ts'

describe('a file of many sections', () => {
  test('of each object the newest entry counts, tables, streams and hybrids alike', () => {
    const build = basicObjects().object(5, '(old)').object(8, '(same)').table()
    for (let i = 0; i < 6; i++) build.object(9, `(nine ${i})`).table({ size: 10 })
    build.object(5, '(new)').xrefStream(10)
    build.objectStream(11, { 12: '(hidden)' }).hybrid(13, [11, 12])
    for (let i = 6; i < 12; i++) build.object(9, `(nine ${i})`).table({ size: 14 })
    const doc = openPdf(build.bytes)
    expect(doc.revisions).toHaveLength(15)
    expect([5, 8, 9, 12].map((num) => text(doc, num))).toEqual(
      ['(new)', '(same)', '(nine 11)', '(hidden)'].map((t) => t.slice(1, -1)),
    )
    expect([7, 13_000, 99_999_999].map((num) => doc.get(ref(num)))).toEqual([null, null, null])
  })

  test('an object that a later revision freed stays free', () => {
    const build = basicObjects().object(5, '(old)').table()
    for (let i = 0; i < 9; i++) build.object(9, 'null').table({ size: 10 })
    build.entry(5, { type: 0 }).table({ size: 10 })
    expect(openPdf(build.bytes).get(ref(5))).toBeNull()
  })

  test.each([
    ['tables', ''],
    ['hybrids that name one stream', 'stream'],
  ])('finding objects does not ask a thousand %s one by one', (_, kind) => {
    const build = basicObjects().object(5, '(old)').table()
    if (kind) build.hybrid(6, [5])
    const stream = kind ? `/XRefStm ${/XRefStm (\d+)/.exec(build.bytes.toString('latin1'))?.[1]}` : ''
    const small = build.bytes
    for (let i = 0; i < 1000; i++) build.object(9, 'null').table({ size: 10, trailer: stream })
    const search = (doc: ReturnType<typeof openPdf>) => {
      for (let num = 10; num < 60_000; num++) doc.get(ref(num))
    }
    const [one, many] = [openPdf(new PdfBuilder('').raw(small).bytes), openPdf(build.bytes)]
    search(one)
    const few = Math.max(
      10,
      cpuOf(() => search(one)),
    )
    expect(cpuOf(() => search(many)) / few).toBeLessThan(20)
  })
})
