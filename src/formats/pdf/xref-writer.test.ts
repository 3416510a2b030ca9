import { expect, test } from 'vitest'
import { PdfDict, PdfRef } from './objects.ts'
import { writeXrefSection } from './xref-writer.ts'

test('generations that two bytes cannot say get three', () => {
  const self = new PdfRef(9, 0)
  const objects = [
    { ref: new PdfRef(3, 70_000), offset: 20 },
    { ref: self, offset: 60 },
  ]
  const text = Buffer.from(writeXrefSection('stream', objects, new PdfDict({ Size: 10 }), self))
  expect(text.toString('latin1')).toContain('/W [1 1 3]')
  const rows = Buffer.from('0114011170013c000000', 'hex')
  expect(text.includes(rows)).toBe(true)
})
