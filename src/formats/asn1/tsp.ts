import {
  type DerElement,
  der,
  parseDer,
  readBigInt,
  readBitString,
  readBoolean,
  readInteger,
  readIntegerBytes,
  readOctetString,
  readOid,
  readSequence,
  readString,
  readTime,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { readExtensions } from './certificate-extensions.ts'
import { parseSignedData } from './cms-reader.ts'
import { type DigestName, decodeDigestAlgorithm, encodeDigestAlgorithmWithNull } from './digests.ts'
import { TST_INFO } from './oids.ts'
import type {
  Accuracy,
  TimeStampRequest,
  TimeStampRequestInput,
  TimeStampResponse,
  TimeStampResponseInput,
  TimeStampToken,
  TstInfo,
  TstInfoInput,
} from './tsp-types.ts'

const structureOf = (what: string): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what } })

/** MessageImprint; NULL parameters, which every authority understands (RFC 3161, 2.4.1). */
const encodeImprint = (digest: DigestName, imprint: Uint8Array): Uint8Array =>
  der.sequence(encodeDigestAlgorithmWithNull(digest), der.octetString(imprint))

function readImprint(element: DerElement): { digest: DigestName; imprint: Uint8Array } {
  const [algorithm, hashed, ...rest] = readSequence(element)
  if (!algorithm || !hashed || rest.length > 0) throw structureOf('MessageImprint')
  return { digest: decodeDigestAlgorithm(algorithm), imprint: readOctetString(hashed) }
}

function readVersion(element: DerElement): void {
  const version = readInteger(element)
  if (version !== 1) throw new FormatError('ERR_TST_VERSION', { details: { version } })
}

/** TimeStampReq in DER (RFC 3161, 2.4.1). */
export function encodeTimeStampRequest(input: TimeStampRequestInput): Uint8Array {
  return der.sequence(
    der.integer(1),
    encodeImprint(input.digest, input.imprint),
    ...(input.policy === undefined ? [] : [der.oid(input.policy)]),
    ...(input.nonce === null ? [] : [der.integer(input.nonce)]),
    ...(input.certReq ? [der.boolean(true)] : []),
  )
}

/**
 * Reads a TimeStampReq in DER. Throws the errors of `parseDer`, `ERR_ASN1_STRUCTURE`, `ERR_TST_VERSION`,
 * `ERR_ALGORITHM_UNSUPPORTED`. Not checked: the imprint's length. Extensions are passed over.
 */
export function parseTimeStampRequest(bytes: Uint8Array): TimeStampRequest {
  const fields = [...readSequence(parseDer(bytes))]
  const [version, imprint] = fields.splice(0, 2)
  if (!version || !imprint) throw structureOf('TimeStampReq')
  readVersion(version)
  const take = optionalFields(fields)
  const request = {
    ...readImprint(imprint),
    policy: take('universal', 6, readOid) ?? null,
    nonce: take('universal', 2, readBigInt) ?? null,
    certReq: take('universal', 1, readBoolean) ?? false,
  }
  take('context', 0, (element) => element.children)
  if (fields.length > 0) throw structureOf('TimeStampReq')
  return request
}

/** Takes the next of `fields` where it has this tag. */
const optionalFields =
  (fields: DerElement[]) =>
  <T>(tagClass: 'universal' | 'context', tag: number, read: (element: DerElement) => T): T | undefined =>
    fields[0]?.is(tagClass, tag) ? read(fields.shift()!) : undefined

/** PKIFailureInfo (RFC 3161, 2.4.2) */
const failures: Readonly<Record<number, string>> = {
  0: 'badAlg',
  2: 'badRequest',
  5: 'badDataFormat',
  14: 'timeNotAvailable',
  15: 'unacceptedPolicy',
  16: 'unacceptedExtension',
  17: 'addInfoNotAvailable',
  25: 'systemFailure',
}

/** TimeStampResp in DER (RFC 3161, 2.4.2). */
export function encodeTimeStampResponse(input: TimeStampResponseInput): Uint8Array {
  const { status, statusString, failureInfo, token } = input
  const statusInfo = der.sequence(
    der.integer(status),
    ...(statusString === undefined ? [] : [der.sequence(der.utf8String(statusString))]),
    ...(failureInfo === undefined ? [] : [encodeBit(failureInfo)]),
  )
  return der.sequence(statusInfo, ...(token ? [token] : []))
}

/** A named bit list with one bit set: trailing zero bits are left out (X.690, 11.2.2). */
function encodeBit(bit: number): Uint8Array {
  const octets = new Uint8Array((bit >> 3) + 1)
  octets[bit >> 3] = 0x80 >> (bit & 7)
  return der.bitString(octets, 7 - (bit & 7))
}

/**
 * Reads a TimeStampResp; the token may be BER and is given back as it stood. Throws the errors of `parseDer`,
 * `ERR_ASN1_STRUCTURE`. Not checked: whether status and token agree.
 */
export function parseTimeStampResponse(bytes: Uint8Array): TimeStampResponse {
  const [statusInfo, token, ...rest] = readSequence(parseDer(bytes, { mode: 'ber' }))
  if (!statusInfo || rest.length > 0) throw structureOf('TimeStampResp')
  const fields = [...readSequence(statusInfo)]
  const status = fields.shift()
  if (!status) throw structureOf('PKIStatusInfo')
  const take = optionalFields(fields)
  const statusStrings = take('universal', 16, (element) => element.children.map(readString)) ?? []
  const failureInfo = take('universal', 3, readFailures) ?? []
  if (fields.length > 0) throw structureOf('PKIStatusInfo')
  return { status: readInteger(status), statusStrings, failureInfo, token: token?.bytes ?? null }
}

function readFailures(element: DerElement): string[] {
  const { bytes } = readBitString(element)
  const found: string[] = []
  for (let bit = 0; bit < Math.min(bytes.length * 8, 32); bit++) {
    if (bytes[bit >> 3]! & (0x80 >> (bit & 7))) found.push(failures[bit] ?? `bit ${bit}`)
  }
  return found
}

/** TSTInfo in DER (RFC 3161, 2.4.2). Throws `ERR_TST_ACCURACY`. */
export function encodeTstInfo(input: TstInfoInput): Uint8Array {
  return der.sequence(
    der.integer(1),
    der.oid(input.policy),
    encodeImprint(input.digest, input.imprint),
    der.integer(input.serialNumber),
    der.generalizedTime(input.genTime),
    ...(input.accuracy ? [encodeAccuracy(input.accuracy)] : []),
    ...(input.ordering ? [der.boolean(true)] : []),
    ...(input.nonce === null ? [] : [der.integer(input.nonce)]),
  )
}

function encodeAccuracy(accuracy: Accuracy): Uint8Array {
  const { seconds, millis, micros } = checkAccuracy(accuracy)
  return der.sequence(
    ...(seconds === undefined ? [] : [der.integer(seconds)]),
    ...(millis === undefined ? [] : [der.implicit(0, der.integer(millis))]),
    ...(micros === undefined ? [] : [der.implicit(1, der.integer(micros))]),
  )
}

function checkAccuracy(accuracy: Accuracy): Accuracy {
  const { seconds = 0, millis = 1, micros = 1 } = accuracy
  const fits = seconds >= 0 && millis >= 1 && millis <= 999 && micros >= 1 && micros <= 999
  if (!fits || ![seconds, millis, micros].every(Number.isInteger)) throw new FormatError('ERR_TST_ACCURACY')
  return accuracy
}

function readAccuracy(element: DerElement): Accuracy {
  const fields = [...readSequence(element)]
  const take = optionalFields(fields)
  const seconds = take('universal', 2, readInteger)
  const millis = take('context', 0, readImplicitInteger)
  const micros = take('context', 1, readImplicitInteger)
  if (fields.length > 0) throw new FormatError('ERR_TST_ACCURACY')
  return checkAccuracy({
    ...(seconds !== undefined && { seconds }),
    ...(millis !== undefined && { millis }),
    ...(micros !== undefined && { micros }),
  })
}

function readImplicitInteger(element: DerElement): number {
  if (element.constructed) throw new FormatError('ERR_TST_ACCURACY')
  return readInteger(parseDer(der.tlv(0x02, element.content)))
}

/**
 * Reads a TSTInfo in DER. Throws the errors of `parseDer`, `ERR_ASN1_STRUCTURE`, `ERR_TST_VERSION`, `ERR_TST_ACCURACY`,
 * `ERR_DER_TIME`, `ERR_ALGORITHM_UNSUPPORTED`. Not checked: the imprint's length.
 */
export function parseTstInfo(bytes: Uint8Array): TstInfo {
  const fields = [...readSequence(parseDer(bytes))]
  const [version, policy, imprint, serialNumber, genTime] = fields.splice(0, 5)
  if (!version || !policy || !imprint || !serialNumber || !genTime) throw structureOf('TSTInfo')
  if (!genTime.is('universal', 24)) throw structureOf('TSTInfo')
  readVersion(version)
  const take = optionalFields(fields)
  const info = {
    policy: readOid(policy),
    ...readImprint(imprint),
    serialNumber: readIntegerBytes(serialNumber),
    genTime: readTime(genTime),
    accuracy: take('universal', 16, readAccuracy) ?? null,
    ordering: take('universal', 1, readBoolean) ?? false,
    nonce: take('universal', 2, readBigInt) ?? null,
    tsa: take('context', 0, (element) => element.children[0]?.bytes) ?? null,
    extensions: take('context', 1, readImplicitExtensions) ?? [],
  }
  if (fields.length > 0) throw structureOf('TSTInfo')
  return info
}

/** [1] IMPLICIT Extensions */
const readImplicitExtensions = (element: DerElement) =>
  readExtensions(parseDer(der.tlv(0x30, element.content)))

/**
 * Reads a TimeStampToken: SignedData, DER or BER, around a TSTInfo in DER.
 *
 * Throws the errors of `parseSignedData` and `parseTstInfo`, `ERR_TST_CONTENT_TYPE`, `ERR_CMS_CONTENT` where the content
 * is not inside. Not checked: signers, attributes, signature, certificate.
 */
export function parseTimeStampToken(cms: Uint8Array): TimeStampToken {
  const signedData = parseSignedData(cms)
  if (signedData.eContentType !== TST_INFO) {
    throw new FormatError('ERR_TST_CONTENT_TYPE', { details: { oid: signedData.eContentType } })
  }
  if (!signedData.eContent) throw new FormatError('ERR_CMS_CONTENT')
  return { signedData, tstInfo: parseTstInfo(signedData.eContent) }
}
