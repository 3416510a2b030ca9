import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import {
  type DerElement,
  type DerLimits,
  decodeOid,
  isEqual,
  parseDer,
  readBitString,
  readInteger,
  readSequence,
  readTime,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { decodeSignatureAlgorithm } from './algorithm-identifier.ts'
import { type Extension, readExtensions } from './certificate-extensions.ts'
import { readCrlExtensions } from './crl-extensions.ts'
import { CrlEntryCursor } from './crl-scan.ts'
import type { Crl, CrlLimits } from './crl-types.ts'
import { type Name, readName } from './name.ts'

/** The largest CRLs of public CAs have some tens of megabytes. */
export const defaultCrlLimits: CrlLimits = { maxBytes: 64 * 1024 * 1024, maxEntries: 2_000_000 }

/** All but the entries, which are walked through by themselves. */
const derLimits: DerLimits = { maxDepth: 64, maxNodes: 100_000 }
/** Unknown critical entry extensions that are named. */
const MAX_NAMED = 10

/**
 * Reads a CertificateList in DER: its head whole, its entries by one walk over the bytes, which are kept and not copied.
 *
 * Throws `ERR_CRL_TOO_LARGE`, `ERR_CRL_TOO_MANY_ENTRIES`, `ERR_CRL_ALGORITHM_MISMATCH`, `ERR_CRL_EXTENSION`,
 * `ERR_ASN1_STRUCTURE`, `ERR_CERTIFICATE_EXTENSION_DUPLICATE` and the errors of `parseDer`. Not checked: signature, dates,
 * the order of the entries and whether a serial number stands there twice.
 */
export function parseCrl(bytes: Uint8Array, limits: CrlLimits = defaultCrlLimits): Crl {
  const { algorithm, ...head } = readHead(bytes, limits)
  let sha256: string | undefined
  return {
    ...head,
    ...walkEntries(bytes, head.entriesStart, head.entriesEnd, head.version, limits),
    get signatureAlgorithm() {
      return decodeSignatureAlgorithm(algorithm)
    },
    get sha256() {
      sha256 ??= createHash('sha256').update(bytes).digest('hex')
      return sha256
    },
  }
}

/**
 * From when to when a CRL says it holds, without its entries being looked at: it takes the same time however many there
 * are. Throws as `parseCrl` does.
 */
export function readCrlTimes(
  bytes: Uint8Array,
  limits: CrlLimits = defaultCrlLimits,
): Pick<Crl, 'thisUpdate' | 'nextUpdate'> {
  const { thisUpdate, nextUpdate } = readHead(bytes, limits)
  return { thisUpdate, nextUpdate }
}

function readHead(bytes: Uint8Array, limits: CrlLimits) {
  if (bytes.length > limits.maxBytes) {
    throw new FormatError('ERR_CRL_TOO_LARGE', { details: { limit: limits.maxBytes } })
  }
  const [tbs, algorithm, value, ...rest] = readSequence(parseDer(bytes, { limits: derLimits }))
  if (!tbs || !algorithm || !value || rest.length > 0) throw malformed()
  const { entries, algorithm: inner, ...fields } = readTbs(tbs)
  if (!isSameAlgorithm(inner, algorithm)) throw new FormatError('ERR_CRL_ALGORITHM_MISMATCH')
  const { bytes: octets, unusedBits } = readBitString(value)
  const entriesStart = entries ? entries.content.byteOffset - bytes.byteOffset : 0
  return {
    kind: 'crl' as const,
    der: bytes,
    tbs: tbs.bytes,
    ...fields,
    algorithm: inner,
    // a value that is not of whole octets (PKITS 4.4.4) is one that verifies with no key
    signatureValue: unusedBits === 0 ? octets : new Uint8Array(),
    ...readCrlExtensions(fields.extensions),
    entriesStart,
    entriesEnd: entriesStart + (entries?.content.length ?? 0),
  }
}

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'CertificateList' } })

/**
 * RFC 5280, 5.1.1.2. With RSA, absent parameters mean the same as NULL, and some CAs write one inside and the other outside;
 * what is signed decides.
 */
function isSameAlgorithm(inner: DerElement, outer: DerElement): boolean {
  if (isEqual(inner.bytes, outer.bytes)) return true
  try {
    return isDeepStrictEqual(decodeSignatureAlgorithm(inner), decodeSignatureAlgorithm(outer))
  } catch {
    return false
  }
}

interface TbsFields {
  readonly version: 1 | 2
  readonly algorithm: DerElement
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  readonly entries: DerElement | null
  readonly extensions: readonly Extension[]
}

function readTbs(element: DerElement): TbsFields {
  const fields = [...readSequence(element)]
  const version = fields[0]?.is('universal', 2) ? readVersion(fields.shift()!) : 1
  const [algorithm, issuer, thisUpdate] = fields.splice(0, 3)
  if (!algorithm || !issuer || !thisUpdate) throw malformed()
  const isTime = fields[0]?.is('universal', 23) || fields[0]?.is('universal', 24)
  const nextUpdate = isTime ? readTime(fields.shift()!) : null
  const entries = fields[0]?.is('universal', 16) ? fields.shift()! : null
  const extensions = fields[0]?.is('context', 0) ? readCrlExtensionList(fields.shift()!) : []
  // RFC 5280, 5.1.2.1: extensions are of version 2
  if (fields.length > 0 || (extensions.length > 0 && version === 1)) throw malformed()
  return {
    version,
    algorithm,
    issuer: readName(issuer),
    thisUpdate: readTime(thisUpdate),
    nextUpdate,
    entries,
    extensions,
  }
}

function readVersion(element: DerElement): 2 {
  if (readInteger(element) !== 1) throw malformed()
  return 2
}

function readCrlExtensionList(element: DerElement): Extension[] {
  const [inner, ...rest] = element.children
  if (!inner || rest.length > 0) throw malformed()
  return readExtensions(inner)
}

function walkEntries(bytes: Uint8Array, start: number, end: number, version: 1 | 2, limits: CrlLimits) {
  const cursor = new CrlEntryCursor(bytes, start, end)
  const unknown = new Set<string>()
  let entryCount = 0
  let namesCertificateIssuers = false
  while (cursor.next()) {
    if (++entryCount > limits.maxEntries) {
      throw new FormatError('ERR_CRL_TOO_MANY_ENTRIES', { details: { limit: limits.maxEntries } })
    }
    if (!cursor.hasExtensions) continue
    if (version === 1) throw malformed()
    if (cursor.issuerStart !== 0) namesCertificateIssuers = true
    if (cursor.unknownStart !== 0 && unknown.size < MAX_NAMED) {
      unknown.add(decodeOid(bytes.subarray(cursor.unknownStart, cursor.unknownEnd)))
    }
  }
  return { entryCount, namesCertificateIssuers, unknownCriticalEntry: [...unknown] }
}
