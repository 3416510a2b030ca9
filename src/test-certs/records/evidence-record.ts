import { concat, type DigestName, der, digestBytes, encodeDigestAlgorithm } from '../../formats/index.ts'

/** Gives the token for an imprint; each call's time shall be later than that of the one before. */
export type Stamp = (imprint: Uint8Array, digest: DigestName) => Uint8Array | Promise<Uint8Array>

/** How one archive time-stamp shall differ from an honest one. */
export interface ArchiveTimeStampTwist {
  /** What the leaves become before the tree is built. */
  readonly leaves?: (honest: Uint8Array[]) => Uint8Array[]
  /** What the imprint becomes. */
  readonly imprint?: (honest: Uint8Array) => Uint8Array
  /** digestAlgorithm [0] left out. */
  readonly implicitDigest?: boolean
  /** No tree: the one leaf is the imprint. */
  readonly withoutTree?: boolean
  /** Digests of strangers that the tree goes over, each a level of its own. */
  readonly siblings?: readonly Uint8Array[]
}

interface Built {
  readonly der: Uint8Array
  readonly token: Uint8Array
}

/** An evidence record (RFC 4998) about one group of objects, made step by step as an archive makes it. */
export class EvidenceRecordBuilder {
  readonly #objects: readonly Uint8Array[]
  readonly #stamp: Stamp
  readonly #chains: Built[][] = []
  readonly #digests: DigestName[] = []

  constructor(objects: readonly Uint8Array[], stamp: Stamp) {
    this.#objects = objects
    this.#stamp = stamp
  }

  /** The first archive time-stamp (RFC 4998, 4.2). */
  async start(digest: DigestName, twist: ArchiveTimeStampTwist = {}): Promise<this> {
    this.#digests.push(digest)
    this.#chains.push([
      await this.#build(
        this.#objects.map((object) => digestBytes(digest, object)),
        digest,
        twist,
      ),
    ])
    return this
  }

  /** A further time-stamp in the same chain, over the token before (RFC 4998, 5.2: time-stamp renewal). */
  async renewTimestamp(twist: ArchiveTimeStampTwist & { readonly digest?: DigestName } = {}): Promise<this> {
    const digest = twist.digest ?? this.#digests.at(-1)!
    const chain = this.#chains.at(-1)!
    chain.push(await this.#build([digestBytes(digest, chain.at(-1)!.token)], digest, twist))
    return this
  }

  /** A new chain with another digest, over the objects and all chains before (RFC 4998, 5.2: hash-tree renewal). */
  async renewTree(digest: DigestName, twist: ArchiveTimeStampTwist = {}): Promise<this> {
    const older = digestBytes(digest, this.#encodeChains())
    const leaves = this.#objects.map((object) => digestBytes(digest, digestBytes(digest, object), older))
    this.#digests.push(digest)
    this.#chains.push([await this.#build(leaves, digest, twist)])
    return this
  }

  /** `extra`: fields between digestAlgorithms and the sequence; `version`: 1 unless told otherwise. */
  encode(options: { readonly version?: number; readonly extra?: readonly Uint8Array[] } = {}): Uint8Array {
    return der.sequence(
      der.integer(options.version ?? 1),
      der.sequence(...[...new Set(this.#digests)].map(encodeDigestAlgorithm)),
      ...(options.extra ?? []),
      this.#encodeChains(),
    )
  }

  #encodeChains(): Uint8Array {
    return der.sequence(
      ...this.#chains.map((chain) => der.sequence(...chain.map((archiveTimeStamp) => archiveTimeStamp.der))),
    )
  }

  async #build(leaves: Uint8Array[], digest: DigestName, twist: ArchiveTimeStampTwist): Promise<Built> {
    const first = twist.leaves?.(leaves) ?? leaves
    const lists = [first, ...(twist.siblings ?? []).map((sibling) => [sibling])]
    const root = rootOf(lists, digest)
    const token = await this.#stamp(twist.imprint?.(root) ?? root, digest)
    const tree = lists.map((list) => der.sequence(...list.map(der.octetString)))
    return {
      token,
      der: der.sequence(
        ...(twist.implicitDigest ? [] : [der.implicit(0, encodeDigestAlgorithm(digest))]),
        ...(twist.withoutTree ? [] : [der.implicit(2, der.sequence(...tree))]),
        token,
      ),
    }
  }
}

/** RFC 4998, 4.3: a list in ascending order, concatenated and hashed, goes into the next; one leaf alone stands for itself. */
function rootOf(lists: readonly (readonly Uint8Array[])[], digest: DigestName): Uint8Array {
  let last: Uint8Array | null = null
  for (const list of lists) {
    const members: readonly Uint8Array[] = last ? [...list, last] : list
    const ordered = [...members].sort((a, b) => Buffer.compare(a, b))
    last = ordered.length === 1 ? ordered[0]! : digestBytes(digest, concat(ordered))
  }
  return last!
}
