import type { DigestName } from '../formats/index.ts'
import type { Policy, VerificationReport } from '../verifier/index.ts'

/** The stream of bytes from parent to child; 3 is the channel of messages. */
export const BYTES_FD = 4

/** Bytes that follow on the stream, in the order of their mention: so many of them. */
export interface Following {
  readonly follow: number
}

/** Evidence by SHA-256 of its bytes, each of which the child was sent before. */
export interface EvidenceIds {
  readonly certificates: readonly string[]
  readonly crls: readonly string[]
  readonly ocspResponses: readonly string[]
}

export interface VerifyJob {
  readonly kind: 'verify'
  readonly file: { readonly name: string | null } & ({ readonly path: string } | Following)
  readonly detached: readonly ({ readonly name: string | null } & (
    | { readonly path: string }
    | Following
    | { readonly digests: Readonly<Record<string, string>> }
  ))[]
  readonly evidenceRecords: readonly Following[]
  readonly context: number
  /** Beyond the context: what was fetched for this file. */
  readonly extra: EvidenceIds
  readonly policy: number
  /** ISO 8601. */
  readonly at: string
  readonly password: string | null
  /** Whether what the facts lack is to be told. */
  readonly online: boolean
}

export interface DigestsJob {
  readonly kind: 'digests'
  readonly file: Following
}

/** Parent to child. What jobs refer to is defined before them. */
export type ToChild =
  | { readonly type: 'object'; readonly id: string; readonly bytes: Following }
  | { readonly type: 'forget'; readonly ids: readonly string[] }
  | {
      readonly type: 'context'
      readonly id: number
      readonly anchors: readonly string[]
      readonly evidence: EvidenceIds
    }
  | { readonly type: 'policy'; readonly id: number; readonly policy: Policy }
  | { readonly type: 'job'; readonly id: number; readonly job: VerifyJob | DigestsJob }

/** What the facts lack and a source may have. */
export interface WireRequest {
  readonly kind: 'issuers' | 'crl' | 'ocsp'
  readonly url: string
  /** OCSPRequest in DER, base64; empty otherwise. */
  readonly request: string
}

export type JobAnswer =
  | { readonly report: VerificationReport; readonly missing: readonly WireRequest[] }
  /** Why the file could not be opened or read. */
  | { readonly unread: string }
  | { readonly digests: readonly DigestName[] }

/** Child to parent. */
export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly answer: JobAnswer }
