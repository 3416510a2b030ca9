import type { Crl } from '../../formats/index.ts'
import { TrustError } from '../errors.ts'
import type { SerialIndexStore } from '../sources/ports.ts'
import { buildSerialIndex, openSerialIndex } from './serial-index.ts'
import type { SerialIndex } from './types.ts'

/** Below this a walk over the entries costs less than asking for an index. */
const WORTH_IT = 2_000

/** The index of a large CRL, from the store or made and kept there; null for a CRL that needs none. Throws what `store` throws. */
export async function loadSerialIndex(crl: Crl, store: SerialIndexStore): Promise<SerialIndex | null> {
  if (crl.entryCount < WORTH_IT) return null
  const kept = await store.find(crl.sha256)
  if (kept) {
    try {
      return openSerialIndex(kept, crl)
    } catch (error) {
      // damaged: made again below
      if (!(error instanceof TrustError)) throw error
    }
  }
  const index = buildSerialIndex(crl)
  await store.put(crl.sha256, index)
  return openSerialIndex(index, crl)
}
