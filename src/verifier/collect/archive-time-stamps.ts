import {
  type ArchiveImprintV3,
  type AtsHashIndex,
  type AttributeName,
  archiveImprintsV2,
  archiveImprintV3,
  digestImprint,
  FormatError,
  findAtsHashIndex,
  type ImprintContent,
  isEqual,
  parseDer,
} from '../../formats/index.ts'
import type { DigestFacts, FormatFinding } from '../facts.ts'
import type { CmsSource } from './cms-source.ts'
import { finding } from './findings.ts'
import { eachUnsigned, noteToken, type SignedSubject } from './signed-subject.ts'
import { collectOpenToken, type OpenToken, openToken } from './timestamp-token.ts'

interface Archived {
  readonly token: OpenToken
  readonly name: AttributeName
  readonly attribute: number
  readonly value: number
}

/** What an archive time-stamp is about, as far as that can be told. */
interface ArchiveFacts {
  readonly imprint: Uint8Array | null
  readonly covers: readonly string[]
  readonly findings: readonly FormatFinding[]
  readonly digests: readonly DigestFacts[]
}

const nothing: ArchiveFacts = { imprint: null, covers: [], findings: [], digests: [] }

/**
 * Archive time-stamps, oldest first, so that each can cover those before it (EN 319 122-1 V1.3.1, 5.5; TS 101 733 V2.2.1, 6.4).
 * Version 1, which no longer says what it is over, is told of and proves nothing.
 */
export function collectArchiveTimestamps(
  source: CmsSource,
  subject: SignedSubject,
  covers: readonly string[],
  findings: FormatFinding[],
): string[] {
  const names: AttributeName[] = ['archive-time-stamp-v1', 'archive-time-stamp-v2', 'archive-time-stamp-v3']
  const found = eachUnsigned(subject, names, (bytes, name, attribute, value): Archived[] => {
    const token = openToken(bytes)
    if (!token) findings.push(finding('TIME_STAMP_UNREADABLE', name))
    return token ? [{ token, name, attribute, value }] : []
  })
  found.sort((a, b) => a.token.tstInfo.genTime.getTime() - b.token.tstInfo.genTime.getTime())
  return found.flatMap((archived) => {
    const about = describeArchive(source, subject, archived, covers)
    const facts = collectOpenToken(archived.token, {
      registry: source.context.registry,
      type: 'archive',
      source: archived.name,
      imprintOf: () => about.imprint,
      covers: [...new Set(about.covers)],
      findings: about.findings,
      digests: about.digests,
    })
    return noteToken(subject, facts, archived.name, archived.attribute, archived.value, findings)
  })
}

function describeArchive(
  source: CmsSource,
  subject: SignedSubject,
  archived: Archived,
  covers: readonly string[],
): ArchiveFacts {
  // no standard puts one into a counter-signature
  if (subject.index === null) return nothing
  if (!source.spend(source.bytes.length)) return { ...nothing, findings: [finding('TOO_MANY_ARCHIVINGS')] }
  if (archived.name === 'archive-time-stamp-v2') {
    return describeV2(source, subject, subject.index, archived, covers)
  }
  return archived.name === 'archive-time-stamp-v3'
    ? describeV3(source, subject, subject.index, archived, covers)
    : nothing
}

const contentOf = (source: CmsSource): ImprintContent => ({
  bytes: source.content(),
  digest: source.contentDigest,
})

/** All of SignedData, and all that stands under its imprint. */
function describeV2(
  source: CmsSource,
  subject: SignedSubject,
  index: number,
  { token, attribute }: Archived,
  covers: readonly string[],
): ArchiveFacts {
  const { tstInfo } = token
  const imprints = archiveImprintsV2(source.parts(), index, attribute, tstInfo.genTime)
  const content = contentOf(source)
  let first: Uint8Array | null = null
  for (const { parts } of imprints.variants) {
    const imprint = digestImprint(parts, tstInfo.digest, content)
    if (imprint && isEqual(imprint, tstInfo.imprint)) {
      first = imprint
      break
    }
    first ??= imprint
  }
  return {
    ...nothing,
    imprint: first,
    covers: [
      ...covers,
      ...source.shared.embedded.filter(({ origin }) => origin === 'signed-data').map(({ object }) => object),
      ...imprints.attributes.flatMap((at) => subject.contents.of(at, null)),
    ],
  }
}

/** What its hash index lists and what is still there. */
function describeV3(
  source: CmsSource,
  subject: SignedSubject,
  index: number,
  { token }: Archived,
  covers: readonly string[],
): ArchiveFacts {
  const hashIndex = readHashIndex(token)
  const described = hashIndex?.digest ? archiveImprintV3(source.parts(), index, hashIndex) : null
  if (!hashIndex || !described) {
    const digests: DigestFacts[] = [{ kind: 'ats-hash-index', digest: '', found: false, intact: false }]
    return { ...nothing, findings: [finding('ATS_HASH_INDEX_UNREADABLE')], digests }
  }
  const { missing } = described.index
  return {
    imprint: digestImprint(described.parts, token.tstInfo.digest, contentOf(source)),
    covers: [...covers, ...objectsOf(source, subject, described)],
    findings: [
      ...(missing.length > 0 ? [finding('ATS_HASH_INDEX_DANGLING', describeMissing(missing))] : []),
      ...(hashIndex.digest === token.tstInfo.digest
        ? []
        : [finding('ATS_HASH_INDEX_DIGEST', hashIndex.digest)]),
    ],
    digests: [
      {
        kind: 'ats-hash-index',
        digest: hashIndex.digest ?? hashIndex.digestOid,
        found: true,
        intact: missing.length === 0,
      },
    ],
  }
}

function readHashIndex({ signer }: OpenToken): AtsHashIndex | null {
  try {
    const { count, index } = findAtsHashIndex(signer.unsignedAttributes)
    return count === 1 ? index : null
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

const describeMissing = (missing: ArchiveImprintV3['index']['missing']): string =>
  [...new Set(missing.map(({ kind }) => kind))].join(', ')

/** Ids of what an index covers: objects of SignedData by their bytes, attributes by what they hold. */
function objectsOf(
  { context }: CmsSource,
  { contents }: SignedSubject,
  { index }: ArchiveImprintV3,
): string[] {
  const { registry } = context
  return index.covered.flatMap(({ kind, bytes, attribute, value }) => {
    if (kind === 'unsigned-attribute') return attribute === null ? [] : contents.of(attribute, value)
    const id =
      kind === 'certificate'
        ? registry.addCertificate(bytes)
        : registry.addRevocation(revocationIn(bytes), 'embedded')
    return id === null ? [] : [id]
  })
}

/** A member of crls: a CertificateList, or other [1] IMPLICIT SEQUENCE { format, info } (RFC 5652, 10.2.1). */
function revocationIn(member: Uint8Array): Uint8Array {
  const element = parseDer(member, { mode: 'ber' })
  return element.is('context', 1) ? (element.children[1]?.bytes ?? member) : member
}
