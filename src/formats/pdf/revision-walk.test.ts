import { describe, expect, test } from 'vitest'
import { openPdf } from './reader.ts'
import { listRevisionTails } from './revision-tail.ts'
import { type RevisionStep, walkRevisions } from './revision-walk.ts'
import { basicObjects, buildPdf, kinds } from './testing/build-pdf.ts'
import { ref } from './testing/helpers.ts'

/** What `look` says of each revision while it is at hand. */
const walk = <T>(bytes: Uint8Array, look: (step: RevisionStep) => T): T[] => {
  const found: T[] = []
  for (const step of walkRevisions(openPdf(bytes))) found.push(look(step))
  return found
}

const thrice = (): Buffer =>
  basicObjects()
    .object(5, '(one)')
    .table()
    .object(5, '(two)')
    .object(6, '5 0 R')
    .table()
    .objectStream(8, { 6: '[5 0 R 5 0 R]' })
    .xrefStream(7).bytes

test.each(kinds)('a file written as %s is one revision, which ends where it should', (kind) => {
  const bytes = buildPdf(kind)
  expect(walk(bytes, ({ before, touched, tail }) => [before, touched.size, tail?.end])).toEqual([
    [null, 0, bytes.length],
  ])
  expect(listRevisionTails(openPdf(bytes))).toEqual([{ eof: bytes.length - 1, end: bytes.length }])
})

test('each revision has its own objects, and knows what it changed', () => {
  const text = (object: unknown): string => Buffer.from((object as { bytes: Uint8Array }).bytes).toString()
  const seen = walk(thrice(), ({ after, touched }) => [text(after.get(ref(5))), [...touched.keys()].sort()])
  expect(seen).toEqual([
    ['one', []],
    ['two', [5, 6]],
    ['two', [6, 7, 8]],
  ])
  expect(walk(thrice(), ({ before }) => before && text(before.object(5)))).toEqual([null, 'one', 'two'])
})

test('references are counted as they stood before each revision', () => {
  const counts = walk(
    thrice(),
    ({ before, countReferencesBefore }) => before && [2, 3, 5].map(countReferencesBefore),
  )
  expect(counts).toEqual([null, [2, 1, 0], [2, 1, 1]])
})

describe('the end of a revision', () => {
  const tailOf = (rest: string): unknown => {
    const bytes = Buffer.from(
      buildPdf('table')
        .toString('latin1')
        .replace(/%%EOF\n$/, rest),
      'latin1',
    )
    return listRevisionTails(openPdf(bytes, { mode: 'lenient' }))[0]
  }
  test('may have white space behind it', () => {
    expect(tailOf('%%EOF\r\n \0\n')).not.toBeNull()
  })
  test('is none where %%EOF is missing', () => {
    expect(tailOf('% EOF\n')).toBeNull()
  })
})
