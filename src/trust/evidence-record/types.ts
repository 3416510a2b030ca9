import type { ArchiveTimeStamp, DigestName, TstInfo } from '../../formats/index.ts'

/** An object that an evidence record may be about; its bytes are not needed. */
export interface ArchiveObject {
  /** Of the caller's own choice. */
  readonly id: string
  /** null: not at hand with that algorithm. */
  digest(name: DigestName): Uint8Array | null
}

export interface EvidenceFinding {
  readonly code: EvidenceFindingCode
  readonly clause: string
  readonly detail: string | null
}

export type EvidenceFindingCode =
  | 'EVIDENCE_RECORD_EMPTY'
  | 'EVIDENCE_RECORD_DIGEST_UNKNOWN'
  | 'EVIDENCE_RECORD_DIGEST_NOT_LISTED'
  | 'EVIDENCE_RECORD_DIGEST_CHANGED'
  | 'EVIDENCE_RECORD_IMPRINT_ALGORITHM'
  | 'EVIDENCE_RECORD_IMPRINT'
  | 'EVIDENCE_RECORD_TIME_ORDER'
  | 'EVIDENCE_RECORD_OBJECT_MISSING'
  | 'EVIDENCE_RECORD_RENEWAL'
  | 'EVIDENCE_RECORD_TOKEN_UNREADABLE'

/** A digest that the leaves of an archive time-stamp name, or should name. */
export interface EvidenceDigest {
  /**
   * `archive-object`: an object that was given; `previous-time-stamp`: the token that a time-stamp renewal carries on;
   * `previous-chains`: an object together with all older chains, in a hash-tree renewal; `other`: an entry that is none of
   * these, most often another object of the same archive: nothing is said about it.
   */
  readonly kind: 'archive-object' | 'previous-time-stamp' | 'previous-chains' | 'other'
  /** null: not known here. */
  readonly digest: DigestName | null
  /** The caller's id of the object that it is about; null for `previous-time-stamp` and `other`. */
  readonly object: string | null
  /** Whether what it is about is at hand. */
  readonly found: boolean
  /** Whether its digest stands among the leaves. */
  readonly intact: boolean
}

/** What was seen of one archive time-stamp. */
export interface ArchiveTimeStampReading {
  readonly archiveTimeStamp: ArchiveTimeStamp
  /** Numbers of its chain and within it (0…). */
  readonly chain: number
  readonly index: number
  /** Of its tree; null: not known here. */
  readonly digest: DigestName | null
  /** null: its token cannot be read. */
  readonly tstInfo: TstInfo | null
  /** Whether the tree's root is the token's message imprint, by the same algorithm. */
  readonly imprintIntact: boolean
  readonly digests: readonly EvidenceDigest[]
  /** Ids of the objects that it proves: among its leaves, or carried on from what it renews; empty where the imprint is not intact. */
  readonly covers: readonly string[]
}

export interface EvidenceReading {
  /** Oldest first, as they stand. */
  readonly archiveTimeStamps: readonly ArchiveTimeStampReading[]
  readonly findings: readonly EvidenceFinding[]
  /** Ids of objects that every renewal up to the newest time-stamp carries on. */
  readonly covers: readonly string[]
  /** Digest algorithm of each chain's first time-stamp, oldest first; null: not known here. */
  readonly chainDigests: readonly (DigestName | null)[]
}
