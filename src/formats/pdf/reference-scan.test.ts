import { expect, test } from 'vitest'
import { scanReferences } from './reference-scan.ts'

const scan = (text: string): number[] => {
  const found: number[] = []
  scanReferences(Buffer.from(text, 'latin1'), 0, (num) => found.push(num))
  return found
}

test.each([
  ['<</A 1 0 R/B[2 0 R 3 4 0 R]/C<</D 5 0 R>>>>', [1, 2, 4, 5]],
  ['[1%x 9 0 R\n0%y\r\nR]', [1]],
  ['[007 0 R]', [7]],
  ['[1 0 R2 0 R]', []],
  ['[(8 0 R \\) 9 0 R) <38 20> /N#20 1 0 R]', [1]],
  ['[1 0 RG 2 0 R]', [2]],
  ['[-1 0 R 1.5 0 R +2 0 R 3 0 R]', [3]],
  ['6 0 R 7 0 R', [6]],
  ['12 <</A 1 0 R>>', []],
  ['5 6 7 0 R', []],
  ['<</Length 9 0 R>>\nstream\n1 0 R\nendstream', [9]],
  ['null 1 0 R', []],
  ['<</A 1 0 R', [1]],
  ['(open 1 0 R', []],
  ['<open 1 0 R', []],
  ['>> 1 0 R', []],
])('%j refers to %j', (text, numbers) => {
  expect(scan(text)).toEqual(numbers)
})
