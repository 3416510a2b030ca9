import { directOnly, readFileStructure } from './file-structure.ts'
import { decodeFilters } from './filters.ts'
import { defaultPdfLimits, InflateAccount, WorkAccount } from './limits.ts'
import type { PdfDict } from './objects.ts'

/**
 * The newest trailer dictionary of a file (ISO 32000-2, 7.5.5), encrypted or not, of which nothing else is read. Lenient
 * reading forgives what it forgives in `openPdf`. Throws what reading the cross-references throws.
 */
export function readTrailer(bytes: Uint8Array, mode: 'strict' | 'lenient' = 'strict'): PdfDict {
  const limits = defaultPdfLimits
  const account = new InflateAccount(limits)
  const work = new WorkAccount(limits, bytes.length)
  const { sections } = readFileStructure(bytes, {
    limits,
    forgive: mode === 'lenient' ? () => undefined : undefined,
    charge: (size) => work.charge(size),
    decode: (dict, raw, key, limit) => decodeFilters(dict, raw, { resolve: directOnly, account, key, limit }),
  })
  return sections[0]!.trailer
}
