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

type Given = Pick<CollectInput, 'anchors' | 'evidence' | 'evidenceRecords'>

const contexts = new WeakMap<
  Given['evidence'],
  { readonly anchors: Given['anchors']; readonly digest: string }
>()

/**
 * What a verdict was reached with, beside file, policy and time: SHA-256, hex, over lines `KIND DIGEST` of anchors and
 * evidence, sorted. The order in which they were given, and how often, changes nothing. The lists must not change.
 */
export function contextDigest(given: Given): string {
  const { anchors, evidence, evidenceRecords } = given
  if (evidenceRecords.length > 0) return digestOfLines(given)
  const known = contexts.get(evidence)
  if (known?.anchors === anchors) return known.digest
  const digest = digestOfLines(given)
  contexts.set(evidence, { anchors, digest })
  return digest
}

function digestOfLines({ anchors, evidence, evidenceRecords }: Given): string {
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
