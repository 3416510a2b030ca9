import {
  type AttributeImprint,
  type AttributeName,
  cadesCTimestampImprint,
  digestImprint,
  referencesTimestampImprint,
  type SignedDataBytes,
} from '../../formats/index.ts'
import type { FormatFinding } from '../facts.ts'
import type { CmsSource } from './cms-source.ts'
import { memoizeDigest } from './memoize-digest.ts'
import { eachUnsigned, noteToken, type SignedSubject } from './signed-subject.ts'
import { collectToken } from './timestamp-token.ts'

const imprints: Partial<Record<AttributeName, (cms: SignedDataBytes, signer: number) => AttributeImprint>> = {
  'cades-c-time-stamp': cadesCTimestampImprint,
  'time-stamped-certs-crls-references': referencesTimestampImprint,
}

/** CAdES-C time-stamps: over references to validation data, with the signature or without (RFC 5126, 6.3.5 and 6.3.6). */
export function collectReferenceTimestamps(
  source: CmsSource,
  subject: SignedSubject,
  covers: readonly string[],
  findings: FormatFinding[],
): string[] {
  const names = Object.keys(imprints) as AttributeName[]
  return eachUnsigned(subject, names, (token, name, at, number) => {
    // no standard puts one into a counter-signature
    const imprint =
      subject.index === null || !source.spend(source.bytes.length)
        ? null
        : imprints[name]!(source.parts(), subject.index)
    const content = { bytes: source.content(), digest: source.contentDigest }
    const found = collectToken(token, {
      registry: source.context.registry,
      type: 'archive',
      source: name,
      imprintOf: memoizeDigest((digest) => imprint && digestImprint(imprint.parts, digest, content)),
      covers: [
        ...(imprint?.coversSignature ? covers : []),
        ...(imprint?.attributes ?? []).flatMap((index) => subject.contents.of(index, null)),
      ],
    })
    return noteToken(subject, found, name, at, number, findings)
  })
}
