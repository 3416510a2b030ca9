import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { RangeDigests } from './range-digests.ts'

const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) & 255))
const plain = (...parts: [number, number][]): string => {
  const hash = createHash('sha256')
  for (const [start, length] of parts) hash.update(bytes.subarray(start, start + length))
  return hash.digest('hex')
}
const hex = (digest: Uint8Array | null): string | null => digest && Buffer.from(digest).toString('hex')

test('ranges around each other, asked for in either order, and the whole have the digests they should', () => {
  const digests = new RangeDigests(bytes)
  const small = [0, 100, 200, 50]
  const large = [0, 1000, 1500, 3500]
  expect(hex(digests.of('sha256', large))).toBe(plain([0, 1000], [1500, 3500]))
  expect(hex(digests.of('sha256', small))).toBe(plain([0, 100], [200, 50]))
  expect(digests.whole('sha256')).toBe(plain([0, 5000]))
  expect(hex(digests.of('sha256', small))).toBe(plain([0, 100], [200, 50]))
})

test('ranges that do not begin at the first byte are hashed as they stand', () => {
  expect(hex(new RangeDigests(bytes).of('sha256', [10, 20, 40, 60]))).toBe(plain([10, 20], [40, 60]))
})

test.each([[[0, 100, 4990, 11]], [[]], [[0]], [[-1, 5, 10, 5]]])('%j has no digest', (ranges) => {
  expect(new RangeDigests(bytes).of('sha256', ranges)).toBeNull()
})

test('hundreds of ranges that do not nest are given up, not hashed for ever', () => {
  const large = Buffer.alloc(20 * 1024 * 1024)
  const digests = new RangeDigests(large)
  const results = Array.from({ length: 40 }, (_, i) =>
    digests.of('sha256', [1 + i, 10, 100, large.length - 100]),
  )
  expect(results[0]).not.toBeNull()
  expect(results.at(-1)).toBeNull()
})
