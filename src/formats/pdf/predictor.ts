import { FormatError } from '../errors.ts'

/** The predictor's parameters of ISO 32000-2, table 8. */
export interface PredictorParameters {
  readonly predictor: number
  readonly colors: number
  readonly bitsPerComponent: number
  readonly columns: number
}

const malformed = (): FormatError => new FormatError('ERR_PDF_FILTER_PARAMETERS')

/**
 * Undoes the prediction of unpacked data (ISO 32000-2, 7.4.4.4); never longer than `data`. An incomplete last row is
 * kept as far as it goes. Throws `ERR_PDF_FILTER_PARAMETERS`, `ERR_PDF_FILTER_DATA`.
 */
export function undoPrediction(data: Uint8Array, parameters: PredictorParameters): Uint8Array {
  const { predictor, colors, bitsPerComponent, columns } = parameters
  if (predictor === 1) return data
  if (colors < 1 || colors > 32 || columns < 1 || ![1, 2, 4, 8, 16].includes(bitsPerComponent))
    throw malformed()
  const rowBytes = Math.ceil((colors * bitsPerComponent * columns) / 8)
  // A row that the data cannot fill once is no row; this also keeps a huge /Columns from costing anything.
  if (rowBytes > data.length && data.length > 0) throw malformed()
  const pixelBytes = Math.max(1, (colors * bitsPerComponent) >> 3)
  if (predictor === 2) return undoTiff(data, rowBytes, parameters)
  if (predictor >= 10 && predictor <= 15) return undoPng(data, rowBytes, pixelBytes)
  throw malformed()
}

function undoPng(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.ceil(data.length / (rowBytes + 1))
  const out = new Uint8Array(Math.max(0, data.length - rows))
  let at = 0
  let to = 0
  for (let row = 0; row < rows; row++) {
    const type = data[at++]!
    const end = Math.min(data.length, at + rowBytes)
    const start = to
    const hasAbove = row > 0
    for (; at < end; at++, to++) {
      const left = to - start >= pixelBytes ? out[to - pixelBytes]! : 0
      const above = hasAbove ? out[to - rowBytes]! : 0
      let predicted = 0
      if (type === 1) predicted = left
      else if (type === 2) predicted = above
      else if (type === 3) predicted = (left + above) >> 1
      else if (type === 4) {
        const corner = hasAbove && to - start >= pixelBytes ? out[to - rowBytes - pixelBytes]! : 0
        predicted = paeth(left, above, corner)
      } else if (type !== 0) throw new FormatError('ERR_PDF_FILTER_DATA', { details: { filter: 'PNG' } })
      out[to] = data[at]! + predicted
    }
  }
  return out
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner
  const toLeft = Math.abs(estimate - left)
  const toAbove = Math.abs(estimate - above)
  const toCorner = Math.abs(estimate - corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}

function undoTiff(data: Uint8Array, rowBytes: number, parameters: PredictorParameters): Uint8Array {
  const { colors, bitsPerComponent, columns } = parameters
  const out = new Uint8Array(data)
  for (let start = 0; start < out.length; start += rowBytes) {
    const end = Math.min(out.length, start + rowBytes)
    if (bitsPerComponent === 8) {
      for (let i = start + colors; i < end; i++) out[i] = out[i]! + out[i - colors]!
    } else if (bitsPerComponent === 16) {
      for (let i = start + 2 * colors; i + 1 < end; i += 2) {
        const before = (out[i - 2 * colors]! << 8) | out[i - 2 * colors + 1]!
        const sum = ((out[i]! << 8) | out[i + 1]!) + before
        out[i] = sum >> 8
        out[i + 1] = sum
      }
    } else undoTiffBits(out, start, end, colors, bitsPerComponent, columns)
  }
  return out
}

function undoTiffBits(
  out: Uint8Array,
  start: number,
  end: number,
  colors: number,
  bits: number,
  columns: number,
): void {
  const mask = (1 << bits) - 1
  const before = new Uint8Array(colors)
  for (let sample = 0; sample < columns * colors; sample++) {
    const position = sample * bits
    const at = start + (position >> 3)
    if (at >= end) return
    const shift = 8 - bits - (position & 7)
    const value = (((out[at]! >> shift) & mask) + before[sample % colors]!) & mask
    before[sample % colors] = value
    out[at] = (out[at]! & ~(mask << shift)) | (value << shift)
  }
}
