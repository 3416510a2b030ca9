import type { Hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { createDigest, type DigestName } from '../../formats/index.ts'

/** How much is hashed before others get their turn: a few milliseconds with the slowest digest. */
const pieceBytes = 1024 * 1024

export interface ByteRangeDigests {
  /** SHA-256 of the document, lower-case hex. */
  readonly documentSha256: string
  /** Of the document and what is appended, but for the gap. */
  readonly digest: Uint8Array
}

/**
 * Hashes a document and what is appended to it but for `gap` (offsets within `appended`), in one pass and in pieces, so
 * that the event loop stays free.
 */
export async function digestByteRange(
  document: Uint8Array,
  appended: Uint8Array,
  gap: { readonly start: number; readonly end: number },
  name: DigestName,
): Promise<ByteRangeDigests> {
  const hash = createDigest(name)
  const sha256 = name === 'sha256' ? null : createDigest('sha256')
  await updateInPieces(sha256 ? [hash, sha256] : [hash], document)
  const documentSha256 = (sha256 ?? hash.copy()).digest('hex')
  hash.update(appended.subarray(0, gap.start))
  hash.update(appended.subarray(gap.end))
  return { documentSha256, digest: hash.digest() }
}

async function updateInPieces(hashes: readonly Hash[], bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    if (start > 0) await setImmediate()
    for (const hash of hashes) hash.update(bytes.subarray(start, start + pieceBytes))
  }
}
