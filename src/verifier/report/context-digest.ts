import { createHash } from 'node:crypto'
import type { CollectInput } from '../input.ts'

const digests = new WeakMap<Uint8Array, string>()

/** SHA-256, hex; of the same array worked out once, since the same evidence comes with every file. */
function digestOf(bytes: Uint8Array): string {
  let digest = digests.get(bytes)
  if (digest === undefined) {
    digest = createHash('sha256').update(bytes).digest('hex')
    digests.set(bytes, digest)
  }
  return digest
}

/**
 * What a verdict was reached with, beside file, policy and time: SHA-256, hex, over lines `KIND DIGEST` of anchors and
 * evidence, sorted. The order in which they were given, and how often, changes nothing.
 */
export function contextDigest({
  anchors,
  evidence,
  evidenceRecords,
}: Pick<CollectInput, 'anchors' | 'evidence' | 'evidenceRecords'>): string {
  const lines = new Set([
    ...anchors.map(({ sha256 }) => `anchor ${sha256}`),
    ...evidence.certificates.map((bytes) => `certificate ${digestOf(bytes)}`),
    ...evidence.crls.map((bytes) => `crl ${digestOf(bytes)}`),
    ...evidence.ocspResponses.map((bytes) => `ocsp ${digestOf(bytes)}`),
    ...evidenceRecords.map((bytes) => `evidence-record ${digestOf(bytes)}`),
  ])
  return createHash('sha256')
    .update([...lines].sort().join('\n'))
    .digest('hex')
}
