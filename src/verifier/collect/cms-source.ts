import {
  type DigestName,
  digestBytes,
  parseDerPrefix,
  parseSignedData,
  readSignedDataBytes,
  type SignedData,
  type SignedDataBytes,
} from '../../formats/index.ts'
import type { CmsContext } from './context.ts'
import { addCertificates, addSignedDataRevocations, type EmbeddedCollector } from './embedded.ts'
import { finding } from './findings.ts'
import { memoizeDigest } from './memoize-digest.ts'

/** A SignedData with what all its signers share. */
export interface CmsSource {
  readonly bytes: Uint8Array
  readonly signedData: SignedData
  readonly context: CmsContext
  /** Digest of what is signed, each algorithm once; null where it is not at hand. */
  readonly contentDigest: (name: DigestName) => Uint8Array | null
  readonly content: () => Uint8Array | null
  /** What SignedData holds for all, the DSS' objects behind it. */
  readonly shared: EmbeddedCollector
  /** Encodings that archive time-stamps are over; read on first use. */
  readonly parts: () => SignedDataBytes
  /** Whether so many octets may still be hashed for imprints: time-stamps over everything are many times everything. */
  readonly spend: (octets: number) => boolean
}

/** Octets that are hashed for imprints without asking how large the file is; beyond, some times its size. */
const FREE_OCTETS = 64 * 1024 * 1024
const TIMES_FILE = 16

/**
 * Opens a SignedData and puts its certificates and revocation data into the registry. Bytes behind it are a finding.
 * Throws FormatError where it is no SignedData.
 */
export function openCms(bytes: Uint8Array, context: CmsContext): CmsSource {
  const shared: EmbeddedCollector = { embedded: [], findings: [...(context.findings ?? [])] }
  const cms = parseDerPrefix(bytes, { mode: 'ber' }).bytes
  if (cms.length < bytes.length) {
    shared.findings.push(finding('TRAILING_DATA', String(bytes.length - cms.length)))
  }
  const signedData = parseSignedData(cms)
  const { registry } = context
  addCertificates(shared, registry, signedData.certificates, 'signed-data')
  addSignedDataRevocations(shared, registry, signedData, 'signed-data')
  shared.embedded.push(...(context.extraEmbedded ?? []))
  const inside = isContentInside(signedData, context) ? signedData.eContent : null
  if (context.pdf && signedData.eContent && !inside) shared.findings.push(finding('CONTENT_ENCAPSULATED'))
  let parts: SignedDataBytes | undefined
  let left = FREE_OCTETS + TIMES_FILE * cms.length
  return {
    bytes: cms,
    signedData,
    context,
    contentDigest: memoizeDigest((name) =>
      inside ? digestBytes(name, inside) : context.contentDigest(name),
    ),
    content: () => inside ?? context.content?.() ?? null,
    shared,
    parts: () => {
      parts ??= readSignedDataBytes(cms)
      return parts
    },
    spend: (octets) => {
      left -= octets
      return left >= 0
    },
  }
}

/** In a PDF the content is the file's, but for adbe.pkcs7.sha1, whose content is the file's digest (ISO 32000-1, 12.8.3.3). */
const isContentInside = (signedData: SignedData, { pdf }: CmsContext): boolean =>
  signedData.eContent !== null && (pdf === null || pdf.subFilter === 'adbe.pkcs7.sha1')
