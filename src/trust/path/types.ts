import type { Certificate } from '../../formats/index.ts'
import type { TrustCache } from '../cache.ts'
import type { PathProblem, RevocationReason } from '../types.ts'

/** What the user decides beforehand (RFC 5280, 6.1.1 (c), (e), (f), (g)); the defaults ask for no policy. */
export interface PathInputs {
  /** OIDs; default anyPolicy. */
  readonly initialPolicySet?: readonly string[]
  readonly initialExplicitPolicy?: boolean
  readonly initialPolicyMappingInhibit?: boolean
  readonly initialAnyPolicyInhibit?: boolean
}

/** Where issuers are sought. Anchors are trusted for that they are here; intermediates are not. */
export interface CertificatePool {
  readonly intermediates: readonly Certificate[]
  readonly anchors: readonly Certificate[]
}

/** How much work one search may be; counted the same with and without a cache. */
export interface PathBudget {
  /** Signature checks, in those of RSA-2048 or P-256; costlier keys count for more. */
  readonly signatureChecks: number
  /** Certificates of a path, both ends included. */
  readonly length: number
  /** Beginnings of paths that are looked at. */
  readonly steps: number
  readonly paths: number
  /** Names held against name constraints, in each path. */
  readonly nameComparisons: number
}

export const defaultPathBudget: PathBudget = {
  signatureChecks: 1000,
  length: 20,
  steps: 5000,
  paths: 32,
  nameComparisons: 50_000,
}

export interface PathOptions {
  readonly inputs?: PathInputs
  readonly budget?: Partial<PathBudget>
  readonly cache?: TrustCache
}

/** A certification path and what is wrong with it whatever the time. */
export interface CertificatePath {
  /** End entity first, anchor last; where it leads to no anchor, it ends where it breaks off. */
  readonly certificates: readonly Certificate[]
  readonly anchored: boolean
  readonly problems: readonly PathProblem[]
  /** Policies under which it is valid, sorted (RFC 9618, 5.5); empty where it is not, or where none is asked for. */
  readonly userConstrainedPolicySet: readonly string[]
}

/** What is known of one certificate's revocation at one moment. */
export interface StatusAtTime {
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly revokedAt: Date | null
  readonly reason: RevocationReason | null
  /** Why what there is does not tell. */
  readonly problems: readonly { readonly code: string; readonly clause: string }[]
}

/**
 * Tells the status of `path[index]` at a moment. The certificates of the path have the keys with which they verify here,
 * DSA parameters inherited. null: it need not be asked for (id-pkix-ocsp-nocheck, validity-assured-short-term).
 */
export type RevocationCheck = (path: readonly Certificate[], index: number, at: Date) => StatusAtTime | null

export interface PathRequest extends PathOptions {
  readonly certificate: Certificate
  readonly pool: CertificatePool
  readonly at: Date
  /** Absent: revocation is not asked for. */
  readonly revocation?: RevocationCheck
}

/** Whether one moment's path holds. */
export interface PathVerdict {
  readonly valid: boolean
  /** The first that holds, else the most promising of those that do not. */
  readonly path: CertificatePath
  /** Empty where `valid`. */
  readonly problems: readonly PathProblem[]
  /** For each certificate of the path but the anchor; empty where it was not asked for, or not worth asking. */
  readonly statuses: readonly (StatusAtTime | null)[]
  readonly userConstrainedPolicySet: readonly string[]
}
