import {
  attributeName,
  type DigestName,
  digestBytes,
  FormatError,
  parseEvidenceRecord,
} from '../../formats/index.ts'
import {
  type ArchiveObject,
  type ArchiveTimeStampReading,
  type EvidenceReading,
  readEvidence,
} from '../../trust/index.ts'
import type { DigestFacts, EvidenceRecordFacts, FormatFinding, TimestampFacts } from '../facts.ts'
import type { CmsSource } from './cms-source.ts'
import { addAttributeValue, type EmbeddedCollector } from './embedded.ts'
import { finding } from './findings.ts'
import { memoizeDigest } from './memoize-digest.ts'
import { preservedForms } from './preserved-cms.ts'
import type { Registry } from './registry.ts'
import type { SignedSubject } from './signed-subject.ts'
import { collectOpenToken, openToken } from './timestamp-token.ts'

/** Something that a record may be about, and the ids of facts whose existence it proves then. */
export interface PreservedObject {
  readonly digest: (name: DigestName) => Uint8Array | null
  readonly covers: readonly string[]
}

export interface RecordContext {
  readonly registry: Registry
  readonly origin: EvidenceRecordFacts['origin']
  /** Groups of objects: a record is about one of them. Where none fits, the first counts. */
  readonly groups: readonly (readonly PreservedObject[])[]
}

/**
 * Facts of an evidence record (RFC 4998), put into the registry. One that cannot be read is a fact with that finding: it
 * proves nothing.
 */
export function collectRecord(bytes: Uint8Array, context: RecordContext): EvidenceRecordFacts {
  const { registry } = context
  const id = registry.uniqueId('E', bytes)
  const read = readRecord(bytes, context)
  const facts = read
    ? { id, origin: context.origin, ...describeRecord(read, registry) }
    : unreadable(id, context.origin)
  registry.addEvidenceRecord(facts)
  return facts
}

const unreadable = (id: string, origin: EvidenceRecordFacts['origin']): EvidenceRecordFacts => ({
  id,
  origin,
  findings: [finding('EVIDENCE_RECORD_UNREADABLE')],
  digests: [],
  timestamps: [],
  covers: [],
  chainDigests: [],
})

interface Read {
  readonly reading: EvidenceReading
  readonly group: readonly PreservedObject[]
  readonly cryptoInfos: readonly { readonly oid: string; readonly values: readonly Uint8Array[] }[]
}

/** Held against each group until one is carried through; null where it is no evidence record. */
function readRecord(bytes: Uint8Array, { groups }: RecordContext): Read | null {
  try {
    const record = parseEvidenceRecord(bytes)
    let first: Read | null = null
    for (const group of groups.length > 0 ? groups : [[]]) {
      const reading = readEvidence(record, group.map(toArchiveObject))
      const read = { reading, group, cryptoInfos: record.cryptoInfos }
      if (reading.covers.length === group.length && group.length > 0) return read
      if (!first || begins(reading) > begins(first.reading)) first = read
    }
    return first
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** How many objects the first archive time-stamp is about. */
const begins = ({ archiveTimeStamps }: EvidenceReading): number => archiveTimeStamps[0]?.covers.length ?? 0

const toArchiveObject = (object: PreservedObject, at: number): ArchiveObject => ({
  id: String(at),
  digest: object.digest,
})

function describeRecord(
  { reading, group, cryptoInfos }: Read,
  registry: Registry,
): Omit<EvidenceRecordFacts, 'id' | 'origin'> {
  const out: EmbeddedCollector = { embedded: [], findings: [] }
  for (const info of cryptoInfos) {
    for (const value of info.values) addAttributeValue(out, registry, info, value)
  }
  const coversOf = (ids: readonly string[]): string[] => [
    ...new Set(ids.flatMap((at) => group[Number(at)]?.covers ?? [])),
  ]
  const timestamps: TimestampFacts[] = []
  for (const stamped of reading.archiveTimeStamps) {
    const facts = collectStamp(stamped, registry, [
      ...coversOf(stamped.covers),
      ...(stamped.covers.length > 0 ? timestamps.flatMap(idsOf) : []),
    ])
    if (facts) timestamps.push(facts)
  }
  return {
    findings: [
      ...out.findings,
      ...reading.findings.map(({ code, clause, detail }) => ({ code, clause, detail })),
    ],
    digests: reading.archiveTimeStamps.flatMap(({ digests }) => describeDigests(digests)),
    timestamps: timestamps.map(({ id }) => id),
    covers: coversOf(reading.covers),
    chainDigests: reading.chainDigests.map((name) => name ?? 'unknown'),
  }
}

const idsOf = ({ id, embedded }: TimestampFacts): string[] => [id, ...embedded.map(({ object }) => object)]

function collectStamp(
  stamped: ArchiveTimeStampReading,
  registry: Registry,
  covers: readonly string[],
): TimestampFacts | null {
  const token = openToken(stamped.archiveTimeStamp.token)
  if (!token) return null
  return collectOpenToken(token, {
    registry,
    type: 'evidence-record',
    source: 'evidence-record',
    // the root of the hash tree was held against the imprint already
    imprintOf: () => (stamped.imprintIntact ? token.tstInfo.imprint : new Uint8Array(0)),
    covers,
    digests: describeDigests(stamped.digests),
  })
}

/** Leaves of which nothing is known are other people's: a record may preserve a whole archive. */
const describeDigests = (digests: ArchiveTimeStampReading['digests']): DigestFacts[] =>
  digests.flatMap(({ kind, digest, found, intact }): DigestFacts[] => {
    if (kind === 'other') return []
    return [
      {
        kind: kind === 'archive-object' ? 'archive-object' : 'previous-time-stamp',
        digest: digest ?? 'unknown',
        found,
        intact,
      },
    ]
  })

/**
 * Ids of the records among a signature's unsigned attributes: internal where the content is inside the CMS, external where
 * the record is about the content too (EN 319 122-3 V1.1.1; RFC 4998, appendix A).
 */
export function collectEmbeddedRecords(
  source: CmsSource,
  subject: SignedSubject,
  covers: readonly string[],
  findings: FormatFinding[],
): string[] {
  const { registry } = source.context
  return subject.info.unsignedAttributes.flatMap((attribute, at) => {
    const name = attributeName(attribute.oid)
    if (name !== 'internal-evidence-record' && name !== 'external-evidence-record') return []
    if (!source.spend(2 * source.bytes.length)) {
      findings.push(finding('TOO_MANY_ARCHIVINGS', name))
      return []
    }
    const groups = preservedGroups(source, subject, at, name === 'external-evidence-record', covers)
    return attribute.values.map((value) => {
      const facts = collectRecord(value, { registry, origin: 'embedded', groups })
      if (facts.timestamps.length === 0) findings.push(finding('EVIDENCE_RECORD_UNREADABLE', name))
      return facts.id
    })
  })
}

function preservedGroups(
  source: CmsSource,
  subject: SignedSubject,
  attribute: number,
  external: boolean,
  covers: readonly string[],
): PreservedObject[][] {
  if (subject.index === null) return []
  const all = [...covers, ...source.shared.embedded.map(({ object }) => object), ...subject.contents.all]
  const content: PreservedObject = { digest: source.contentDigest, covers: [] }
  const forms = preservedForms(source.bytes, subject.index, attribute).map((form) => [
    { digest: memoizeDigest((name) => digestBytes(name, form)), covers: all },
  ])
  if (!external) return forms
  const both = forms.map((form) => [...form, content])
  // external, though the content is inside: some preserved the CMS alone
  return source.signedData.eContent ? [...both, ...forms] : both
}
