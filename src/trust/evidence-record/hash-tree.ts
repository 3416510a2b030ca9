import { concat, type DigestName, digestBytes } from '../../formats/index.ts'

const ascending = (list: readonly Uint8Array[]): Uint8Array[] =>
  [...list].sort((a, b) => Buffer.compare(a, b))

/**
 * The root of a reduced hash tree (RFC 4998, 4.3): each list in binary ascending order, concatenated and hashed, the result
 * put into the next list. A list that is one digest alone stands for itself, as a leaf does in its tree (RFC 4998, 4.2.1).
 */
export function rootOf(tree: readonly (readonly Uint8Array[])[], digest: DigestName): Uint8Array | null {
  let last: Uint8Array | null = null
  for (const list of tree) {
    const members: readonly Uint8Array[] = last ? [...list, last] : list
    last = members.length === 1 ? members[0]! : digestBytes(digest, ...ascending(members))
  }
  return last
}

/**
 * What a hash-tree renewal hashes for an object: its digest and the digest of all older chains, in this order (RFC 4998, 5.2,
 * step 4; the order is defined, so nothing is sorted, whatever figure 4 says).
 */
export const renewedDigest = (digest: DigestName, object: Uint8Array, chains: Uint8Array): Uint8Array =>
  digestBytes(digest, concat([object, chains]))
