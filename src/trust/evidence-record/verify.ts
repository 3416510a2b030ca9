import {
  AnkyError,
  type ArchiveTimeStamp,
  type DigestName,
  der,
  digestBytes,
  type EvidenceRecord,
  isEqual,
  parseTimeStampToken,
  type TstInfo,
} from '../../formats/index.ts'
import { renewedDigest, rootOf } from './hash-tree.ts'
import type {
  ArchiveObject,
  ArchiveTimeStampReading,
  EvidenceDigest,
  EvidenceFinding,
  EvidenceFindingCode,
  EvidenceReading,
} from './types.ts'

const clauses: Readonly<Record<EvidenceFindingCode, string>> = {
  EVIDENCE_RECORD_EMPTY: 'RFC 4998, 5.1',
  EVIDENCE_RECORD_DIGEST_UNKNOWN: 'RFC 4998, 4.1',
  EVIDENCE_RECORD_DIGEST_NOT_LISTED: 'RFC 4998, 3.1',
  EVIDENCE_RECORD_DIGEST_CHANGED: 'RFC 4998, 5.3 (2)',
  EVIDENCE_RECORD_IMPRINT_ALGORITHM: 'RFC 4998, 4.3 (3)',
  EVIDENCE_RECORD_IMPRINT: 'RFC 4998, 4.3 (3)',
  EVIDENCE_RECORD_TIME_ORDER: 'RFC 4998, 5.1',
  EVIDENCE_RECORD_OBJECT_MISSING: 'RFC 4998, 4.3 (1)',
  EVIDENCE_RECORD_RENEWAL: 'RFC 4998, 5.3 (2) and (3)',
  EVIDENCE_RECORD_TOKEN_UNREADABLE: 'RFC 4998, 4.1',
}

/**
 * What an evidence record proves of `objects` by its hash trees alone (RFC 4998, 4.3 and 5.3): that each object's digest is a
 * leaf of the first archive time-stamp, that every other carries on the one before (or, with a new digest algorithm, all
 * chains before and the objects again), that each root is its token's imprint, and that times ascend.
 *
 * Nothing is thrown for a record that does not hold. Not checked: the tokens' signatures and certificates, whether each
 * was renewed in time, whether the digest algorithms may be relied on.
 */
export function readEvidence(record: EvidenceRecord, objects: readonly ArchiveObject[]): EvidenceReading {
  const reader = new Reader(record, objects)
  reader.read()
  return reader.result()
}

class Reader {
  readonly #record: EvidenceRecord
  readonly #objects: readonly ArchiveObject[]
  readonly #readings: ArchiveTimeStampReading[] = []
  readonly #findings: EvidenceFinding[] = []
  /** Of each chain's first time-stamp. */
  readonly #chainDigests: (DigestName | null)[] = []

  constructor(record: EvidenceRecord, objects: readonly ArchiveObject[]) {
    this.#record = record
    this.#objects = objects
  }

  read(): void {
    const { chains } = this.#record
    if (chains.length === 0 || chains.some(({ archiveTimeStamps }) => archiveTimeStamps.length === 0)) {
      this.#report('EVIDENCE_RECORD_EMPTY')
    }
    for (const [chain, { archiveTimeStamps }] of chains.entries()) {
      for (const [index, archiveTimeStamp] of archiveTimeStamps.entries()) {
        const reading = this.#readOne(archiveTimeStamp, chain, index)
        this.#readings.push(reading)
        if (index === 0) this.#chainDigests[chain] = reading.digest
      }
    }
    this.#checkOrder()
  }

  result(): EvidenceReading {
    return {
      archiveTimeStamps: this.#readings,
      findings: this.#findings,
      covers: this.#readings.at(-1)?.covers ?? [],
      chainDigests: this.#record.chains.map((_chain, at) => this.#chainDigests[at] ?? null),
    }
  }

  #report(code: EvidenceFindingCode, detail: string | null = null): void {
    this.#findings.push({ code, clause: clauses[code], detail })
  }

  #readOne(archiveTimeStamp: ArchiveTimeStamp, chain: number, index: number): ArchiveTimeStampReading {
    const place = `${chain + 1}.${index + 1}`
    const tstInfo = readToken(archiveTimeStamp.token)
    const named = archiveTimeStamp.digestAlgorithm
    const digest = named ? named.digest : (tstInfo?.digest ?? null)
    const nothing = { archiveTimeStamp, chain, index, digest, tstInfo, digests: [], covers: [] }
    if (!tstInfo) {
      this.#report('EVIDENCE_RECORD_TOKEN_UNREADABLE', place)
      return { ...nothing, imprintIntact: false }
    }
    if (!digest) {
      this.#report('EVIDENCE_RECORD_DIGEST_UNKNOWN', named?.digestOid ?? place)
      return { ...nothing, imprintIntact: false }
    }
    const isSameDigest = this.#checkDigest(digest, tstInfo, chain, index, place)
    const tree = archiveTimeStamp.reducedHashtree
    const leaves = tree?.[0] ?? [tstInfo.imprint]
    const { digests, carried } = this.#readLeaves(leaves, digest, chain, index, place)
    // without a tree the imprint itself is the one leaf, and must be what it should be
    const rooted = tree ? isRoot(tree, digest, tstInfo) : digests.some(({ intact }) => intact)
    const imprintIntact = rooted && tstInfo.digest === digest
    if (!imprintIntact) this.#report('EVIDENCE_RECORD_IMPRINT', place)
    return { ...nothing, imprintIntact, digests, covers: imprintIntact && isSameDigest ? carried : [] }
  }

  /** False where RFC 4998, 5.3 (2) forbids to go on: another digest than the chain's. */
  #checkDigest(digest: DigestName, tstInfo: TstInfo, chain: number, index: number, place: string): boolean {
    if (tstInfo.digest !== digest) this.#report('EVIDENCE_RECORD_IMPRINT_ALGORITHM', place)
    if (!this.#record.digestAlgorithms.some((listed) => listed.digest === digest)) {
      this.#report('EVIDENCE_RECORD_DIGEST_NOT_LISTED', digest)
    }
    const isSame = index === 0 || this.#chainDigests[chain] === digest
    if (!isSame) this.#report('EVIDENCE_RECORD_DIGEST_CHANGED', place)
    return isSame
  }

  #readLeaves(
    leaves: readonly Uint8Array[],
    digest: DigestName,
    chain: number,
    index: number,
    place: string,
  ): { digests: EvidenceDigest[]; carried: readonly string[] } {
    if (index > 0) return this.#readTimestampRenewal(leaves, digest, place)
    return chain === 0
      ? this.#readObjects(leaves, digest)
      : this.#readTreeRenewal(leaves, digest, chain, place)
  }

  /** RFC 4998, 5.3 (1): the objects' own digests are among the leaves. */
  #readObjects(leaves: readonly Uint8Array[], digest: DigestName) {
    const { digests, found } = this.#match(leaves, digest, 'archive-object', (object) => object)
    if (found.length === 0) this.#report('EVIDENCE_RECORD_OBJECT_MISSING')
    return { digests, carried: found }
  }

  /** RFC 4998, 5.2 and 5.3 (2): the digest of the token before is among the leaves. */
  #readTimestampRenewal(leaves: readonly Uint8Array[], digest: DigestName, place: string) {
    const before = this.#readings.at(-1)
    const expected = before && digestBytes(digest, before.archiveTimeStamp.token)
    const intact = expected !== undefined && leaves.some((leaf) => isEqual(leaf, expected))
    if (!intact) this.#report('EVIDENCE_RECORD_RENEWAL', place)
    const own: EvidenceDigest = { kind: 'previous-time-stamp', digest, object: null, found: true, intact }
    const others = leaves.filter((leaf) => !expected || !isEqual(leaf, expected)).length
    return { digests: [own, ...otherLeaves(others, digest)], carried: intact ? (before?.covers ?? []) : [] }
  }

  /** RFC 4998, 5.2 and 5.3 (3): the digest of each object with that of all older chains is among the leaves. */
  #readTreeRenewal(
    leaves: readonly Uint8Array[],
    digest: DigestName,
    chain: number,
    place: string,
  ): { digests: EvidenceDigest[]; carried: readonly string[] } {
    const older = this.#record.chains.slice(0, chain).map((found) => found.der)
    const chains = digestBytes(digest, der.sequence(...older))
    const before = this.#readings.at(-1)?.covers ?? []
    const { digests, found } = this.#match(leaves, digest, 'previous-chains', (object) =>
      renewedDigest(digest, object, chains),
    )
    // the objects under the older chains are one group: it is carried on whole or not at all
    const renewed = new Set(found)
    const isWhole = before.every((id) => renewed.has(id))
    if (found.length === 0 || !isWhole) this.#report('EVIDENCE_RECORD_RENEWAL', place)
    const carried = isWhole ? before : []
    return { digests, carried }
  }

  #match(
    leaves: readonly Uint8Array[],
    digest: DigestName,
    kind: 'archive-object' | 'previous-chains',
    leafOf: (object: Uint8Array) => Uint8Array,
  ): { digests: EvidenceDigest[]; found: string[] } {
    const digests: EvidenceDigest[] = []
    const found: string[] = []
    // there may be thousands of both
    const listed = new Set(leaves.map(hexOf))
    const expected = new Set<string>()
    for (const object of this.#objects) {
      const own = object.digest(digest)
      const leaf = own && hexOf(leafOf(own))
      const intact = leaf !== null && listed.has(leaf)
      digests.push({ kind, digest, object: object.id, found: own !== null, intact })
      if (!leaf || !intact) continue
      found.push(object.id)
      expected.add(leaf)
    }
    const others = leaves.filter((leaf) => !expected.has(hexOf(leaf))).length
    return { digests: [...digests, ...otherLeaves(others, digest)], found }
  }

  /** RFC 4998, 5.1: time-stamps and chains stand in ascending order of their times. */
  #checkOrder(): void {
    let last = -Infinity
    for (const { tstInfo, chain, index } of this.#readings) {
      if (!tstInfo) continue
      const time = tstInfo.genTime.getTime()
      if (time < last) this.#report('EVIDENCE_RECORD_TIME_ORDER', `${chain + 1}.${index + 1}`)
      last = time
    }
  }
}

function isRoot(tree: readonly (readonly Uint8Array[])[], digest: DigestName, { imprint }: TstInfo): boolean {
  const root = rootOf(tree, digest)
  return root !== null && isEqual(root, imprint)
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const otherLeaves = (count: number, digest: DigestName): EvidenceDigest[] =>
  Array.from({ length: count }, () => ({
    kind: 'other',
    digest,
    object: null,
    found: false,
    intact: false,
  }))

function readToken(token: Uint8Array): TstInfo | null {
  try {
    return parseTimeStampToken(token).tstInfo
  } catch (error) {
    if (error instanceof AnkyError) return null
    throw error
  }
}
