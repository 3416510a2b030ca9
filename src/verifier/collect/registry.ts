import type { Certificate } from '../../formats/index.ts'
import type { CertificateFacts, RevocationFacts, TimestampFacts } from '../facts.ts'

/** What one file's facts have in common: each certificate, each piece of revocation data and each time-stamp once. */
export interface Registry {
  /** Id of a certificate (`C-` and its SHA-256), the same for the same bytes; null where it cannot be read. */
  addCertificate(bytes: Uint8Array): string | null
  /** Id of a CRL or an OCSP answer (`R-` and its SHA-256); null where it cannot be read. The first origin stays. */
  addRevocation(bytes: Uint8Array, origin: RevocationFacts['origin']): string | null
  certificate(id: string): Certificate
  /** All certificates known so far. */
  candidates(): readonly Certificate[]
  /** An id that is the content's (`S-`, `T-`, `E-` and its SHA-256), with `-2`, `-3`… where the same bytes stand again. */
  uniqueId(kind: 'S' | 'T' | 'E', bytes: Uint8Array): string
  addTimestamp(facts: TimestampFacts): void
  /** Says that a certificate signed something, so that its paths are wanted. */
  markSigner(certificate: string): void
  /** Paths and statuses of everything that signs, computed once at the end. */
  finish(): {
    readonly certificates: readonly CertificateFacts[]
    readonly revocations: readonly RevocationFacts[]
    readonly timestamps: readonly TimestampFacts[]
  }
}
