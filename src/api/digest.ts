import { createHash } from 'node:crypto'

/** SHA-256 of the parts joined; text in UTF-8. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
