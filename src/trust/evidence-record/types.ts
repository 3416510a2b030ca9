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
  | 'EVIDENCE_RECORD_TIME_ORDER'
  | 'EVIDENCE_RECORD_OBJECT_MISSING'
  | 'EVIDENCE_RECORD_OBJECT_FOREIGN'
  | 'EVIDENCE_RECORD_RENEWAL'
  | 'EVIDENCE_RECORD_TOKEN_UNREADABLE'

/** One entry of a first hash list, or the imprint itself, held against what it should be about. */
export interface EvidenceDigest {
  readonly kind: 'archive-object' | 'previous-time-stamp'
  readonly digest: DigestName | null
  /** The caller's id of the object that it is; null where none of them is. */
  readonly object: string | null
  readonly found: boolean
  readonly intact: boolean
}

/** What was seen of one archive time-stamp. */
export interface ArchiveTimeStampReading {
  readonly archiveTimeStamp: ArchiveTimeStamp
  /** Numbers of its chain and within it (0…). */
  readonly chain: number
  readonly index: number
  /** null: its token cannot be read. */
  readonly tstInfo: TstInfo | null
  /** Whether the tree's root is the token's message imprint. */
  readonly imprintIntact: boolean
  readonly digests: readonly EvidenceDigest[]
  /** Whether everything that it has to be about (objects, or what it renews) is in its tree and its imprint is intact. */
  readonly holds: boolean
  /** Ids of the objects it proves the existence of, directly or by what it renews. */
  readonly covers: readonly string[]
}

export interface EvidenceReading {
  /** Oldest first. */
  readonly archiveTimeStamps: readonly ArchiveTimeStampReading[]
  readonly findings: readonly EvidenceFinding[]
  /** Ids of objects that every renewal up to the newest time-stamp carries on. */
  readonly covers: readonly string[]
  /** Digest algorithm of each chain, oldest first; null where not known here. */
  readonly chainDigests: readonly (DigestName | null)[]
}
