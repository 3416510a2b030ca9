import { setImmediate } from 'node:timers/promises'

/** Bytes after which others get their turn. */
const pieceBytes = 512 * 1024

/**
 * Undoes the row filters of PNG (third edition, 9) for samples of 8 bits: `stride` bytes a row behind the filter's
 * number, which is 0 to 4, and `bpp` bytes a pixel.
 */
export async function undoFilter(rows: Uint8Array, stride: number, bpp: number): Promise<Uint8Array> {
  const height = rows.length / (stride + 1)
  const out = new Uint8Array(height * stride)
  let above = new Uint8Array(stride)
  let since = 0
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1) + 1
    const row = out.subarray(y * stride, (y + 1) * stride)
    undoRow(rows[from - 1]!, rows.subarray(from, from + stride), above, row, bpp)
    above = row
    since += stride
    if (since < pieceBytes) continue
    since = 0
    await setImmediate()
  }
  return out
}

function undoRow(filter: number, data: Uint8Array, above: Uint8Array, row: Uint8Array, bpp: number): void {
  if (filter === 0) {
    row.set(data)
    return
  }
  for (let i = 0; i < data.length; i++) {
    const left = i < bpp ? 0 : row[i - bpp]!
    const up = above[i]!
    let predicted: number
    if (filter === 1) predicted = left
    else if (filter === 2) predicted = up
    else if (filter === 3) predicted = (left + up) >> 1
    else predicted = paeth(left, up, i < bpp ? 0 : above[i - bpp]!)
    row[i] = data[i]! + predicted
  }
}

/** The neighbour nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}
