import {
  attributeValues,
  FormatError,
  isEqual,
  parseDerPrefix,
  parseEvidenceRecord,
  parseMessageDigest,
  parseSignedData,
  parseTimeStampToken,
} from '../../formats/index.ts'
import type { CollectInput, DetachedContent } from '../input.ts'
import { collectCms } from './cms.ts'
import type { FileReading } from './context.ts'
import { collectRecord } from './evidence-records.ts'
import { memoizeDigest } from './memoize-digest.ts'
import type { Recognized } from './recognize.ts'
import type { Registry } from './registry.ts'
import { collectOpenToken, openToken } from './timestamp-token.ts'

/** A CMS file: its content is inside, or is one of the detached ones. Throws FormatError where it cannot be read. */
export function collectSignedData(
  { bytes, findings }: Recognized,
  { detached }: CollectInput,
  registry: Registry,
): FileReading {
  const content = chooseContent(bytes, detached)
  const signatures = collectCms(bytes, {
    registry,
    format: 'CAdES',
    field: null,
    contentDigest: (name) => content?.digest(name) ?? null,
    content: () => content?.bytes?.() ?? null,
    pdf: null,
    findings,
  })
  return { signatures, forgiven: [] }
}

/** The content whose digest a signer names; where nobody names any, the first. */
function chooseContent(bytes: Uint8Array, detached: readonly DetachedContent[]): DetachedContent | undefined {
  if (detached.length < 2) return detached[0]
  const named = namedDigests(bytes)
  const found = detached.find(({ digest }) =>
    named.some(({ name, value }) => {
      const own = digest(name)
      return own !== null && isEqual(own, value)
    }),
  )
  return found ?? detached[0]
}

/** message-digest of every signer, with its algorithm. */
function namedDigests(bytes: Uint8Array) {
  const { signerInfos } = parseSignedData(parseDerPrefix(bytes, { mode: 'ber' }).bytes)
  return signerInfos.flatMap((info) => {
    try {
      const name = info.digest
      return attributeValues(info.signedAttributes, 'message-digest').values.map((value) => ({
        name,
        value: parseMessageDigest(value),
      }))
    } catch (error) {
      if (error instanceof FormatError) return []
      throw error
    }
  })
}

/** A time-stamp token alone: its imprint is about the detached content, or, without any, about data that is not at hand. */
export function collectBareToken(
  { bytes, findings }: Recognized,
  { detached }: CollectInput,
  registry: Registry,
): FileReading {
  const token = openToken(bytes)
  if (!token) {
    // the reader's own error says why; a token without a signer is no token
    parseTimeStampToken(bytes)
    throw new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'TimeStampToken' } })
  }
  const { digest, imprint } = token.tstInfo
  const digests = detached.flatMap((content) => content.digest(digest) ?? [])
  const expected = digests.find((found) => isEqual(found, imprint)) ?? digests[0] ?? null
  collectOpenToken(token, {
    registry,
    type: 'content',
    source: 'time-stamp-token',
    imprintOf: () => expected,
    covers: [`data:${digest}:${Buffer.from(imprint).toString('hex')}`],
    findings,
  })
  return { signatures: [], forgiven: [] }
}

/** An evidence record alone: about the detached contents, all together or each by itself (RFC 4998, 3.3). */
export function collectBareRecord(
  { bytes }: Recognized,
  { detached }: CollectInput,
  registry: Registry,
): FileReading {
  parseEvidenceRecord(bytes)
  const objects = detached.map((content, at) => ({
    digest: memoizeDigest(content.digest),
    covers: [`data:${content.name ?? at + 1}`],
  }))
  collectRecord(bytes, { registry, origin: 'given', groups: [objects] })
  return { signatures: [], forgiven: [] }
}
