import { FormatError, type FormatErrorCode } from '../../errors.ts'
import { type OpenPdfOptions, openPdf, type PdfDocument, PdfRef, PdfString } from '../index.ts'

export const ref = (num: number): PdfRef => new PdfRef(num, 0)

/** What an object says where it is a string, else the object. */
export const text = (doc: PdfDocument, num: number): unknown => {
  const value = doc.get(ref(num))
  return value instanceof PdfString ? Buffer.from(value.bytes).toString('latin1') : value
}

/** The code that a call is refused with, or `nothing`; what is no `FormatError` goes on. */
export const refusal = (run: () => unknown): FormatErrorCode | 'nothing' => {
  try {
    run()
  } catch (error) {
    if (error instanceof FormatError) return error.code
    throw error
  }
  return 'nothing'
}
export const refused = (bytes: Uint8Array, options?: OpenPdfOptions): FormatErrorCode | 'nothing' =>
  refusal(() => openPdf(bytes, options))
export const lenient = (bytes: Uint8Array): PdfDocument => openPdf(bytes, { mode: 'lenient' })

/** CPU time of a call in milliseconds. */
export function cpuOf(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
