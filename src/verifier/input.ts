import type { Certificate, DigestName } from '../formats/index.ts'

/** Content that a detached signature is about, known by its digests alone: it may be large, or stay where it is. */
export interface DetachedContent {
  readonly name: string | null
  /** null: not computed, or not known. */
  readonly digest: (name: DigestName) => Uint8Array | null
  /**
   * The content itself, where it is held or small: signatures without signed attributes and archive-time-stamp-v2 need it.
   * Left out or null: what only it can show stays unknown.
   */
  readonly bytes?: () => Uint8Array | null
}

/** What facts are gathered from. Nothing is trusted but `anchors`. */
export interface CollectInput {
  readonly file: { readonly name: string | null; readonly bytes: Uint8Array }
  readonly detached: readonly DetachedContent[]
  /** Evidence records beside the file (RFC 4998). */
  readonly evidenceRecords: readonly Uint8Array[]
  readonly anchors: readonly Certificate[]
  readonly evidence: GivenEvidence
  readonly password?: string
  /** The present: what is dated later than it (and than the time of validation) is dated ahead. Default: nothing is. */
  readonly gatheredAt?: Date
}

/** Evidence brought along, as bytes in DER; what cannot be read is passed over. */
export interface GivenEvidence {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocspResponses: readonly Uint8Array[]
}
