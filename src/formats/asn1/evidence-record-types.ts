import type { DigestName } from './digests.ts'

/** A digest algorithm named in an evidence record. */
export interface NamedDigest {
  /** null: not known here. */
  readonly digest: DigestName | null
  readonly digestOid: string
}

/** EvidenceRecord (RFC 4998, 3.1), with the original bytes of what is hashed. */
export interface EvidenceRecord {
  readonly der: Uint8Array
  /** Of all its archive time-stamps. */
  readonly digestAlgorithms: readonly NamedDigest[]
  /** Certificates, CRLs and the like; OIDs of their attributes with their values, in DER. */
  readonly cryptoInfos: readonly { readonly oid: string; readonly values: readonly Uint8Array[] }[]
  /** Oldest first. */
  readonly chains: readonly ArchiveTimeStampChain[]
}

export interface ArchiveTimeStampChain {
  readonly der: Uint8Array
  /** Oldest first. */
  readonly archiveTimeStamps: readonly ArchiveTimeStamp[]
}

/** ArchiveTimeStamp (RFC 4998, 4.1). */
export interface ArchiveTimeStamp {
  readonly der: Uint8Array
  /** digestAlgorithm [0] where it is written; null: that of the time-stamp's imprint. */
  readonly digestAlgorithm: NamedDigest | null
  readonly attributes: readonly { readonly oid: string; readonly values: readonly Uint8Array[] }[]
  /** Lists of digests as they stand, from the leaves up; null where there is no tree: the imprint is the object's digest. */
  readonly reducedHashtree: readonly (readonly Uint8Array[])[] | null
  /** The ContentInfo of the time-stamp token, whole. */
  readonly token: Uint8Array
}
