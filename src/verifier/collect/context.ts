import type { DigestName } from '../../formats/index.ts'
import type { EmbeddedFacts, FormatFinding, PdfSignatureFacts, TimestampFacts } from '../facts.ts'
import type { Registry } from './registry.ts'

/** Where a CMS was found and what its signatures are about. */
export interface CmsContext {
  readonly registry: Registry
  readonly format: 'PAdES' | 'CAdES' | 'CMS'
  /** The PDF signature field; null outside PDF. */
  readonly field: string | null
  /** Digest of the content that is not inside the CMS; null where it is not at hand. Called once per digest algorithm. */
  readonly contentDigest: (name: DigestName) => Uint8Array | null
  readonly pdf: PdfSignatureFacts | null
  /** What was wrong with the structure around (padding, dictionary…); stands first among each signature's findings. */
  readonly findings?: readonly FormatFinding[]
  /** Certificates and revocation data of the DSS that its signatures may use, already in the registry. */
  readonly extraEmbedded?: readonly EmbeddedFacts[]
}

/** Where a time-stamp token was found and what it has to be about. */
export interface TokenContext {
  readonly registry: Registry
  readonly type: TimestampFacts['type']
  readonly source: string
  /**
   * The digest that the token's imprint must be; null where the data is not at hand. Called at most once, with the
   * imprint's algorithm, and only where that is known. The token's own attributes may decide (archive-time-stamp-v3).
   */
  readonly imprintOf: (name: DigestName) => Uint8Array | null
  /** Ids of what it proves the existence of where its imprint matches. */
  readonly covers: readonly string[]
  readonly pdf?: PdfSignatureFacts | null
  readonly extraEmbedded?: readonly EmbeddedFacts[]
  readonly findings?: readonly FormatFinding[]
}
