import { type FileHandle, open } from 'node:fs/promises'
import { createDigest, type DigestName } from '../formats/index.ts'

const PIECE_BYTES = 1 << 20

/** Digests of a file, of any length, in one pass: a piece is read while the one before it is digested. */
export async function digestFile(
  path: string,
  names: readonly DigestName[],
): Promise<ReadonlyMap<DigestName, Uint8Array>> {
  const hashes = names.map((name) => ({ name, hash: createDigest(name) }))
  const file = await open(path)
  try {
    for await (const piece of readAhead(file)) for (const { hash } of hashes) hash.update(piece)
  } finally {
    await file.close()
  }
  return new Map(hashes.map(({ name, hash }) => [name, hash.digest()]))
}

/** Two buffers take turns: what was given is overwritten as soon as the piece after it was given. */
async function* readAhead(file: FileHandle): AsyncGenerator<Uint8Array> {
  let [current, other] = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)]
  let reading = file.read(current, 0, PIECE_BYTES)
  for (;;) {
    const { bytesRead } = await reading
    if (bytesRead === 0) return
    reading = file.read(other, 0, PIECE_BYTES)
    // where the consumer stops early nobody waits for this one
    reading.catch(() => {})
    yield current.subarray(0, bytesRead)
    ;[current, other] = [other, current]
  }
}
