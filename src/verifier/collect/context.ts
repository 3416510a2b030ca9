import type { DigestName } from '../../formats/index.ts'
import type {
  DigestFacts,
  EmbeddedFacts,
  FormatFinding,
  PdfSignatureFacts,
  SignatureFacts,
  TimestampFacts,
} from '../facts.ts'
import type { Registry } from './registry.ts'

/** Where a CMS was found and what its signatures are about. */
export interface CmsContext {
  readonly registry: Registry
  readonly format: 'PAdES' | 'CAdES' | 'CMS'
  /** The PDF signature field; null outside PDF. */
  readonly field: string | null
  /**
   * Digest of the content that is not inside the CMS; null where it is not at hand. Called once per digest algorithm. In a
   * PDF it is what counts, whatever the CMS holds.
   */
  readonly contentDigest: (name: DigestName) => Uint8Array | null
  /** That content itself, where it is held: for signatures without signed attributes and archive-time-stamp-v2. */
  readonly content?: () => Uint8Array | null
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
   * imprint's algorithm.
   */
  readonly imprintOf: (name: DigestName) => Uint8Array | null
  /** Ids of what it proves the existence of where its imprint matches. */
  readonly covers: readonly string[]
  readonly pdf?: PdfSignatureFacts | null
  readonly extraEmbedded?: readonly EmbeddedFacts[]
  readonly findings?: readonly FormatFinding[]
  /** Of what else the token was held against (an ats-hash-index, say). */
  readonly digests?: readonly DigestFacts[]
}

/** What a reader of one kind of file gives back; the rest is in the registry. */
export interface FileReading {
  readonly signatures: readonly SignatureFacts[]
  readonly forgiven: readonly string[]
  /** Of the whole file in lower-case hex, where its reader has most of it anyway. */
  readonly sha256?: () => string
}
