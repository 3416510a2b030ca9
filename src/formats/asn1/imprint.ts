import { createDigest, type DigestName } from './digests.ts'

/**
 * What a message imprint is over, in order: encodings from the CMS, the signed content itself, or the content's digest by
 * the imprint's own algorithm. The content may be too large to hold or not at hand.
 */
export type ImprintPart = Uint8Array | 'content' | 'content-digest'

/** The signed content: its bytes where they are held, else what digests are known. */
export interface ImprintContent {
  readonly bytes: Uint8Array | null
  /** null: not at hand. */
  digest(name: DigestName): Uint8Array | null
}

/** The digest over `parts`; null where it needs content that is not at hand. */
export function digestImprint(
  parts: readonly ImprintPart[],
  digest: DigestName,
  content: ImprintContent,
): Uint8Array | null {
  if (parts.length === 1 && parts[0] === 'content') return content.digest(digest)
  const hash = createDigest(digest)
  for (const part of parts) {
    const bytes = resolvePart(part, digest, content)
    if (!bytes) return null
    hash.update(bytes)
  }
  return hash.digest()
}

function resolvePart(part: ImprintPart, digest: DigestName, content: ImprintContent): Uint8Array | null {
  if (part === 'content') return content.bytes
  return part === 'content-digest' ? content.digest(digest) : part
}
