import type { DigestName, SignatureAlgorithm } from '../../formats/index.ts'

/** What an algorithm was used for. A suite may judge the same algorithm differently by use. */
export type AlgorithmPurpose = 'signature' | 'certificate' | 'timestamp' | 'revocation'

/**
 * Which algorithms may be relied on until when: plain data, so that a policy can bring its own. What has no row is not
 * reliable at any time.
 */
export interface AlgorithmSuite {
  readonly name: string
  /** What it was taken from, with edition. */
  readonly source: string
  readonly digests: readonly DigestRow[]
  readonly schemes: readonly SchemeRow[]
}

export interface DigestRow {
  readonly digest: DigestName
  /** ISO 8601, the last instant at which it may be relied on; null: without end. */
  readonly until: string | null
  /** Absent: every use. */
  readonly uses?: readonly AlgorithmPurpose[]
  readonly reason?: string
}

/** A key from `minBits` on, up to the next row of the same scheme and use. */
export interface SchemeRow {
  readonly scheme: SignatureAlgorithm['scheme']
  readonly minBits: number
  readonly until: string | null
  readonly uses?: readonly AlgorithmPurpose[]
  /** Digests it may be used with; absent: those of the suite. */
  readonly digests?: readonly DigestName[]
  readonly reason?: string
}

/** Until when something may be relied on, and which part of it says so. */
export interface Reliability {
  readonly until: Date | 'for-ever' | 'never'
  /** The part that ends first; null where nothing ends. */
  readonly limitedBy: 'digest' | 'mgf-digest' | 'scheme' | 'key-size' | null
  /** `SHA-1`, `RSASSA-PKCS1-v1_5`, `RSASSA-PSS 1024`…: that part, for the report; null where nothing ends. */
  readonly element: string | null
}
