import { createHash } from 'node:crypto'
import { type DigestName, digestBytes } from '../../formats/index.ts'
import type { TrustCache } from '../../trust/index.ts'
import type { Facts, FileFacts, RevocationFacts, SignatureFacts } from '../facts.ts'
import type { CollectInput } from '../input.ts'
import { collectBareRecord, collectBareToken, collectSignedData } from './bare-files.ts'
import type { FileReading } from './context.ts'
import { collectRecord } from './evidence-records.ts'
import { memoizeDigest } from './memoize-digest.ts'
import { rememberRegistry } from './missing-evidence.ts'
import { collectPdf } from './pdf/collect-pdf.ts'
import { type Recognized, recognize } from './recognize.ts'
import { Registry } from './registry.ts'

/**
 * Everything that can be observed about a file (`facts.ts`), without judgement: the same input gives the same facts, with a
 * cache or without.
 *
 * Throws FormatError where nothing of a file that begins like a signed one can be read. What carries no signature at all is
 * of kind `unknown`, without facts.
 */
export function collectFacts(input: CollectInput, cache?: TrustCache): Facts {
  const { bytes } = input.file
  const registry = new Registry({ ...input, ...(cache && { cache }) })
  const recognized = recognize(bytes)
  const found = collectByKind(recognized, input, registry)
  const digest = memoizeDigest((name) => digestBytes(name, bytes))
  collectGivenRecords(input, registry, digest, found.signatures)
  let sha256: string | undefined
  const file: FileFacts = {
    name: input.file.name,
    kind: recognized.kind,
    size: bytes.length,
    // half of the time that a large file takes, and seldom asked for
    get sha256() {
      sha256 ??= found.sha256?.() ?? createHash('sha256').update(bytes).digest('hex')
      return sha256
    },
    forgiven: [...recognized.forgiven, ...found.forgiven],
  }
  const gathered = registry.finish()
  const facts: Facts = {
    version: 1,
    file,
    signatures: found.signatures,
    ...gathered,
    revocations: markDatedAhead(gathered.revocations, input.gatheredAt),
  }
  return rememberRegistry(withLevels(facts, registry), registry)
}

function collectByKind(recognized: Recognized, input: CollectInput, registry: Registry): FileReading {
  switch (recognized.kind) {
    case 'pdf':
      return collectPdf(input, registry)
    case 'cms':
      return collectSignedData(recognized, input, registry)
    case 'timestamp':
      return collectBareToken(recognized, input, registry)
    case 'evidence-record':
      return collectBareRecord(recognized, input, registry)
    case 'unknown':
      return { signatures: [], forgiven: [] }
  }
}

/**
 * Evidence records beside the file are about the file, and about detached content where they name it too (RFC 4998, 3.3: a
 * data group).
 */
function collectGivenRecords(
  { evidenceRecords, detached }: CollectInput,
  registry: Registry,
  digest: (name: DigestName) => Uint8Array | null,
  signatures: readonly SignatureFacts[],
): void {
  if (evidenceRecords.length === 0) return
  const file = { digest, covers: registry.everything(signatures) }
  const contents = detached.map((content) => ({ digest: memoizeDigest(content.digest), covers: [] }))
  const groups = contents.length > 0 ? [[file, ...contents], [file]] : [[file]]
  for (const record of evidenceRecords) collectRecord(record, { registry, origin: 'given', groups })
}

/** By how much an issuer's clock may be ahead. */
const CLOCK_SKEW_MS = 300_000

/** The same objects where nothing is dated ahead. */
function markDatedAhead(
  revocations: readonly RevocationFacts[],
  gatheredAt?: Date,
): readonly RevocationFacts[] {
  if (!gatheredAt) return revocations
  const latest = gatheredAt.getTime() + CLOCK_SKEW_MS
  return revocations.map((facts) =>
    Date.parse(facts.thisUpdate) > latest ? { ...facts, datedAhead: true } : facts,
  )
}

/** Levels that waited for all facts. */
function withLevels(facts: Facts, registry: Registry): Facts {
  const signatures = facts.signatures.map((signature) => {
    const rule = registry.levelRule(signature.id)
    return rule ? { ...signature, level: rule(facts) } : signature
  })
  return { ...facts, signatures }
}
