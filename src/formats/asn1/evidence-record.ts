import {
  type DerElement,
  parseDer,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readSet,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { asSequence, readDigest } from './ess-certificate.ts'
import type { ArchiveTimeStamp, ArchiveTimeStampChain, EvidenceRecord } from './evidence-record-types.ts'

const malformed = (what: string): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what } })

/** Beyond these numbers no record of ours or of anybody seen goes; verification hashes each entry. */
const MAX_CHAINS = 64
const MAX_TIME_STAMPS = 1024

/**
 * Reads an EvidenceRecord (RFC 4998, 3.1), DER or BER; what is hashed keeps its bytes.
 *
 * Throws the errors of `parseDer`, `ERR_ASN1_STRUCTURE`, `ERR_EVIDENCE_RECORD_VERSION`,
 * `ERR_EVIDENCE_RECORD_ENCRYPTION_UNSUPPORTED` (encryptionInfo: what was hashed is not the object that is at hand),
 * `ERR_EVIDENCE_RECORD_XML_UNSUPPORTED` (RFC 6283), `ERR_EVIDENCE_RECORD_TOO_LARGE`. Not checked: any digest, and the
 * tokens' own structure.
 */
export function parseEvidenceRecord(bytes: Uint8Array): EvidenceRecord {
  if (looksLikeXml(bytes)) throw new FormatError('ERR_EVIDENCE_RECORD_XML_UNSUPPORTED')
  const fields = [...readSequence(parseDer(bytes, { mode: 'ber' }))]
  const version = fields.shift()
  const digestAlgorithms = fields.shift()
  if (!version || !digestAlgorithms) throw malformed('EvidenceRecord')
  checkVersion(version)
  const cryptoInfos = fields[0]?.is('context', 0) ? readAttributes(fields.shift()!) : []
  if (fields[0]?.is('context', 1)) throw new FormatError('ERR_EVIDENCE_RECORD_ENCRYPTION_UNSUPPORTED')
  const [sequence, ...rest] = fields
  if (!sequence || rest.length > 0) throw malformed('EvidenceRecord')
  const chains = readSequence(sequence)
  if (chains.length > MAX_CHAINS) throw tooLarge(MAX_CHAINS)
  return {
    der: bytes,
    digestAlgorithms: readSequence(digestAlgorithms).map(readDigest),
    cryptoInfos,
    chains: chains.map(readChain),
  }
}

const tooLarge = (limit: number): FormatError =>
  new FormatError('ERR_EVIDENCE_RECORD_TOO_LARGE', { details: { limit } })

/** Whether `bytes` begin like an XML document, of whatever kind; XML evidence records (RFC 6283) are not read. */
function looksLikeXml(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  return /^(?:\xef\xbb\xbf)?\s*</.test(head)
}

function checkVersion(element: DerElement): void {
  const version = readInteger(element)
  if (version !== 1) throw new FormatError('ERR_EVIDENCE_RECORD_VERSION', { details: { version } })
}

/** Attributes, each { OID, SET OF value }, under an implicit tag. */
const readAttributes = (element: DerElement) =>
  (element.constructed ? element.children : []).map((attribute) => {
    const [type, values, ...rest] = readSequence(attribute)
    if (!type || !values || rest.length > 0) throw malformed('Attribute')
    return { oid: readOid(type), values: readSet(values).map((value) => value.bytes) }
  })

function readChain(element: DerElement): ArchiveTimeStampChain {
  const archiveTimeStamps = readSequence(element)
  if (archiveTimeStamps.length > MAX_TIME_STAMPS) throw tooLarge(MAX_TIME_STAMPS)
  return { der: element.bytes, archiveTimeStamps: archiveTimeStamps.map(readArchiveTimeStamp) }
}

/** digestAlgorithm [0], attributes [1], reducedHashtree [2], each implicit and optional; then the token (RFC 4998, 4.1). */
function readArchiveTimeStamp(element: DerElement): ArchiveTimeStamp {
  const fields = [...readSequence(element)]
  const take = (tag: number): DerElement | undefined =>
    fields[0]?.is('context', tag) ? fields.shift() : undefined
  const digestAlgorithm = take(0)
  const attributes = take(1)
  const tree = take(2)
  const [token, ...rest] = fields
  if (!token?.is('universal', 16) || rest.length > 0) throw malformed('ArchiveTimeStamp')
  return {
    der: element.bytes,
    digestAlgorithm: digestAlgorithm ? readDigest(asSequence(digestAlgorithm)) : null,
    attributes: attributes ? readAttributes(attributes) : [],
    reducedHashtree: tree ? readTree(tree) : null,
    token: token.bytes,
  }
}

function readTree(element: DerElement): Uint8Array[][] {
  const lists = element.constructed ? element.children : []
  if (lists.length === 0) throw malformed('reducedHashtree')
  return lists.map((list) => {
    const digests = readSequence(list).map(readOctetString)
    if (digests.length === 0) throw malformed('PartialHashtree')
    return digests
  })
}
