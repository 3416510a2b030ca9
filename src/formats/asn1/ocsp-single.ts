import {
  type DerElement,
  parseDer,
  readIntegerBytes,
  readOctetString,
  readSequence,
  readTime,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { type Extension, readExtensions } from './certificate-extensions.ts'
import { type DigestName, decodeDigestAlgorithm } from './digests.ts'
import { findOcspExtension } from './ocsp-extensions.ts'
import type { OcspCertId, SingleOcspResponse } from './ocsp-types.ts'

const CRL_REFERENCES = '1.3.6.1.5.5.7.48.1.3'
const ARCHIVE_CUTOFF = '1.3.6.1.5.5.7.48.1.6'
const CERT_HASH = '1.3.36.8.3.13'
const INVALIDITY_DATE = '2.5.29.24'
/** What is read or tells of places alone; reasonCode repeats revocationReason (RFC 6960, 4.4.5). */
const known = new Set([CRL_REFERENCES, ARCHIVE_CUTOFF, CERT_HASH, INVALIDITY_DATE, '2.5.29.21'])

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'SingleResponse' } })

/** SingleResponse (RFC 6960, 4.2.1). Throws `ERR_ASN1_STRUCTURE`, `ERR_OCSP_EXTENSION` and the errors of its values. */
export function readSingleResponse(element: DerElement): SingleOcspResponse {
  const [certId, status, thisUpdate, ...optional] = readSequence(element)
  if (!certId || !status || !thisUpdate) throw malformed()
  let nextUpdate: Date | null = null
  let extensions: readonly Extension[] = []
  let last = -1
  for (const field of optional) {
    const [child, ...rest] = field.tagClass === 'context' ? field.children : []
    if (!child || rest.length > 0 || field.tag <= last || field.tag > 1) throw malformed()
    last = field.tag
    if (field.tag === 0) nextUpdate = readGeneralizedTime(child)
    else extensions = readExtensions(child)
  }
  return {
    certId: readCertId(certId),
    status: readStatus(status),
    thisUpdate: readGeneralizedTime(thisUpdate),
    nextUpdate,
    extensions,
    archiveCutoff: findDate(extensions, ARCHIVE_CUTOFF),
    certHash: findOcspExtension(extensions, CERT_HASH, readCertHash),
    invalidityDate: findDate(extensions, INVALIDITY_DATE),
    unknownCritical: extensions
      .filter(({ oid, critical }) => critical && !known.has(oid))
      .map(({ oid }) => oid),
  }
}

/** A date that only tells more; one that cannot be read, and need not be, tells nothing. */
function findDate(extensions: readonly Extension[], oid: string): Date | null {
  try {
    return findOcspExtension(extensions, oid, (value) => readTime(parseDer(value)))
  } catch (error) {
    if (extensions.some((extension) => extension.oid === oid && extension.critical)) throw error
    return null
  }
}

/** CertID; a digest that is not known makes it one that fits nothing. */
export function readCertId(element: DerElement): OcspCertId {
  const [algorithm, nameHash, keyHash, serial, ...rest] = readSequence(element)
  if (!algorithm || !nameHash || !keyHash || !serial || rest.length > 0) throw malformed()
  return {
    der: element.bytes,
    digest: readDigest(algorithm),
    issuerNameHash: readOctetString(nameHash),
    issuerKeyHash: readOctetString(keyHash),
    serialNumber: readIntegerBytes(serial),
  }
}

function readDigest(element: DerElement): DigestName | null {
  try {
    return decodeDigestAlgorithm(element)
  } catch (error) {
    if (error instanceof FormatError && error.code === 'ERR_ALGORITHM_UNSUPPORTED') return null
    throw error
  }
}

/** good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL, all implicit. */
function readStatus(element: DerElement): SingleOcspResponse['status'] {
  if (element.tagClass !== 'context') throw malformed()
  if (element.tag === 1) return readRevoked(element)
  if (element.constructed || element.content.length > 0) throw malformed()
  if (element.tag === 0) return { kind: 'good' }
  if (element.tag === 2) return { kind: 'unknown' }
  throw malformed()
}

function readRevoked(element: DerElement): SingleOcspResponse['status'] {
  const [at, reason, ...rest] = element.children
  if (!at || rest.length > 0) throw malformed()
  return { kind: 'revoked', at: readGeneralizedTime(at), reasonCode: reason ? readReason(reason) : null }
}

/** revocationReason [0] EXPLICIT CRLReason */
function readReason(element: DerElement): number {
  const [reason, ...rest] = element.is('context', 0) ? element.children : []
  if (!reason?.is('universal', 10) || rest.length > 0 || reason.content.length !== 1) throw malformed()
  const code = reason.content[0]!
  if (code > 10 || code === 7) throw malformed()
  return code
}

function readGeneralizedTime(element: DerElement): Date {
  if (!element.is('universal', 24)) throw malformed()
  return readTime(element)
}

/** CertHash ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, certificateHash OCTET STRING } */
function readCertHash(value: Uint8Array): { digest: DigestName | null; hash: Uint8Array } {
  const [algorithm, hash, ...rest] = readSequence(parseDer(value))
  if (!algorithm || !hash || rest.length > 0) throw malformed()
  return { digest: readDigest(algorithm), hash: readOctetString(hash) }
}
