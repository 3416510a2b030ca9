import { expect, test } from 'vitest'
import { reasonMessages } from './messages.ts'

const entries = Object.entries(reasonMessages)
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

test('each reason has a Vietnamese and an English text with the same holes', () => {
  expect(entries.length).toBeGreaterThan(100)
  for (const [code, { vi, en }] of entries) {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]*$/)
    expect(holes(vi), code).toEqual(holes(en))
    for (const text of [vi, en]) expect(text, code).toMatch(/^\p{Lu}.*[.:]$/u)
  }
})
