import type { DigestName } from '../../formats/index.ts'

type DigestOf = (name: DigestName) => Uint8Array | null

/** `compute`, asked once for each digest algorithm. */
export function memoizeDigest(compute: DigestOf): DigestOf {
  const known = new Map<DigestName, Uint8Array | null>()
  return (name) => {
    let digest = known.get(name)
    if (digest === undefined) {
      digest = compute(name)
      known.set(name, digest)
    }
    return digest
  }
}
