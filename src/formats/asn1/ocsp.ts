import { createHash } from 'node:crypto'
import {
  type DerElement,
  type DerLimits,
  parseDer,
  readBitString,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readTime,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { decodeSignatureAlgorithm } from './algorithm-identifier.ts'
import { type Extension, readExtensions } from './certificate-extensions.ts'
import { readName } from './name.ts'
import { findOcspExtension, readNonce } from './ocsp-extensions.ts'
import { readSingleResponse } from './ocsp-single.ts'
import type { BasicOcspResponse, OcspResponse, OcspResponseStatus, ResponderId } from './ocsp-types.ts'

const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1'
const NONCE = '1.3.6.1.5.5.7.48.1.2'
/** extended-revoked: the responder also calls certificates revoked that were never issued (RFC 6960, 4.4.8). */
const EXTENDED_REVOKE = '1.3.6.1.5.5.7.48.1.9'

/** An answer is about one certificate, seldom some hundreds. */
const limits: DerLimits = { maxDepth: 64, maxNodes: 100_000 }

const statuses: Readonly<Record<number, OcspResponseStatus>> = {
  0: 'successful',
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
}

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'OCSPResponse' } })

/**
 * Reads an OCSPResponse in DER (RFC 6960, 4.2.1), or a BasicOCSPResponse alone, as CAdES keeps it (RFC 5126, 6.3.4).
 *
 * Throws `ERR_OCSP_TYPE`, `ERR_OCSP_EXTENSION`, `ERR_ASN1_STRUCTURE`, `ERR_CERTIFICATE_EXTENSION_DUPLICATE` and the errors
 * of `parseDer`. Not checked: signature, responder, times; the certificates inside are not read.
 */
export function parseOcspResponse(bytes: Uint8Array): OcspResponse {
  const whole = parseDer(bytes, { limits })
  const [first, body, ...rest] = readSequence(whole)
  if (!first) throw malformed()
  if (first.is('universal', 16)) return toResponse(bytes, 'successful', readBasicResponse(whole))
  if (rest.length > 0) throw malformed()
  const status = statuses[readEnumerated(first)]
  if (!status || (status === 'successful') !== (body !== undefined)) throw malformed()
  return toResponse(bytes, status, body ? readResponseBytes(body) : null)
}

function toResponse(
  der: Uint8Array,
  status: OcspResponseStatus,
  basic: BasicOcspResponse | null,
): OcspResponse {
  let sha256: string | undefined
  return {
    kind: 'ocsp',
    der,
    status,
    basic,
    get sha256() {
      sha256 ??= createHash('sha256').update(der).digest('hex')
      return sha256
    },
  }
}

function readEnumerated(element: DerElement): number {
  if (!element.is('universal', 10) || element.constructed || element.content.length !== 1) throw malformed()
  return element.content[0]!
}

/** responseBytes [0] EXPLICIT ResponseBytes */
function readResponseBytes(element: DerElement): BasicOcspResponse {
  if (!element.is('context', 0)) throw malformed()
  const [type, response, ...rest] = readSequence(onlyChild(element))
  if (!type || !response || rest.length > 0) throw malformed()
  const oid = readOid(type)
  if (oid !== BASIC_RESPONSE) throw new FormatError('ERR_OCSP_TYPE', { details: { oid } })
  return readBasicResponse(parseDer(readOctetString(response), { limits }))
}

function readBasicResponse(element: DerElement): BasicOcspResponse {
  const [tbs, algorithm, value, certificates, ...rest] = readSequence(element)
  if (!tbs || !algorithm || !value || rest.length > 0) throw malformed()
  if (certificates && !certificates.is('context', 0)) throw malformed()
  const { bytes: signatureValue, unusedBits } = readBitString(value)
  if (unusedBits !== 0) throw malformed()
  return {
    der: element.bytes,
    tbs: tbs.bytes,
    ...readResponseData(tbs),
    get signatureAlgorithm() {
      return decodeSignatureAlgorithm(algorithm)
    },
    signatureValue,
    certificates: certificates ? readSequence(onlyChild(certificates)).map(({ bytes }) => bytes) : [],
  }
}

function readResponseData(element: DerElement) {
  const fields = [...readSequence(element)]
  // DEFAULT v1, spelled out by some responders
  if (fields[0]?.is('context', 0) && readInteger(onlyChild(fields.shift()!)) !== 0) throw malformed()
  const [responder, producedAt, responses, extra, ...rest] = fields
  if (!responder || !producedAt || !responses || rest.length > 0) throw malformed()
  if (extra && !extra.is('context', 1)) throw malformed()
  const extensions: Extension[] = extra ? readExtensions(onlyChild(extra)) : []
  const singles = readSequence(responses).map(readSingleResponse)
  if (singles.length === 0) throw malformed()
  return {
    responderId: readResponderId(responder),
    producedAt: readGeneralizedTime(producedAt),
    responses: singles,
    extensions,
    nonce: findOcspExtension(extensions, NONCE, readNonce),
    unknownCritical: extensions
      .filter(({ oid, critical }) => critical && oid !== NONCE && oid !== EXTENDED_REVOKE)
      .map(({ oid }) => oid),
  }
}

function readGeneralizedTime(element: DerElement): Date {
  if (!element.is('universal', 24)) throw malformed()
  return readTime(element)
}

/** byName [1], byKey [2], both explicit: the module of RFC 6960 has explicit tags. */
function readResponderId(element: DerElement): ResponderId {
  if (element.is('context', 1)) return { kind: 'name', name: readName(onlyChild(element)) }
  if (element.is('context', 2)) return { kind: 'key', hash: readOctetString(onlyChild(element)) }
  throw malformed()
}

function onlyChild(element: DerElement): DerElement {
  const [child, ...rest] = element.children
  if (!child || rest.length > 0) throw malformed()
  return child
}
