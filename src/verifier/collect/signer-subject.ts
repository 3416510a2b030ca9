import type { DigestName, SignerInfo } from '../../formats/index.ts'
import type { DigestFacts } from '../facts.ts'
import type { CertificatePool } from './certificate-pool.ts'

/** What one SignerInfo is held against. */
export interface SignerSubject {
  readonly info: SignerInfo
  readonly pool: CertificatePool
  /** eContentType; null for a counter-signature, which has none. */
  readonly contentType: string | null
  readonly digestKind: DigestFacts['kind']
  /** Digest of what message-digest is about; null where that is not at hand. */
  readonly contentDigest: (name: DigestName) => Uint8Array | null
  /** That itself, for signatures without signed attributes; null where only digests are at hand. */
  readonly content: () => Uint8Array | null
  /** digestAlgorithms of the SignedData; null for a counter-signature. */
  readonly digestAlgorithms: readonly string[] | null
  readonly mustHaveAttributes: boolean
}

export interface DigestText {
  /** null: not known here. */
  readonly name: DigestName | null
  readonly text: string
}
