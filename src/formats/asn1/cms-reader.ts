import {
  type DerElement,
  type DerLimits,
  der,
  parseDer,
  readInteger,
  readIntegerBytes,
  readOctetString,
  readOid,
  readSequence,
  readSet,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { decodeSignatureAlgorithm } from './algorithm-identifier.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import type { Attribute, SignedData, SignerIdentifier, SignerInfo } from './cms-types.ts'
import { type DigestName, decodeDigestAlgorithm } from './digests.ts'
import { readName } from './name.ts'
import { SIGNED_DATA } from './oids.ts'

/** Certificates and CRLs inside are not descended into, so that even a large archive has far fewer elements. */
const limits: DerLimits = { maxDepth: 64, maxNodes: 200_000 }
const MAX_SIGNERS = 256

/** What is wanted of SignedData, as elements: where each part stands in the original bytes. */
export interface SignedDataElements {
  readonly contentInfo: DerElement
  readonly content: DerElement
  readonly signedData: DerElement
  readonly signerInfos: DerElement
}

/** ContentInfo's elements on the way to its SignerInfos. Throws as `parseSignedData` does. */
export function openSignedData(bytes: Uint8Array): SignedDataElements {
  const contentInfo = parseDer(bytes, { mode: 'ber', limits })
  const [type, content, ...rest] = readSequence(contentInfo)
  if (!type || rest.length > 0) throw malformed()
  const oid = readOid(type)
  if (oid !== SIGNED_DATA) throw new FormatError('ERR_CMS_NOT_SIGNED_DATA', { details: { oid } })
  const signedData = unwrap(content, 0)
  const signerInfos = readSequence(signedData).at(-1)
  if (!signerInfos) throw malformed()
  return { contentInfo, content: content!, signedData, signerInfos }
}

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'SignedData' } })

/** The one element inside [tag] EXPLICIT. */
function unwrap(element: DerElement | undefined, tag: number): DerElement {
  if (!element?.is('context', tag) || !element.constructed) throw malformed()
  const [inner, ...rest] = element.children
  if (!inner || rest.length > 0) throw malformed()
  return inner
}

/**
 * Reads ContentInfo with SignedData, DER or BER, filling `bytes` (RFC 5652, 3 and 5).
 *
 * Throws the errors of `parseDer`, `ERR_ASN1_STRUCTURE`, `ERR_CMS_NOT_SIGNED_DATA`, `ERR_CMS_CONTENT`,
 * `ERR_CMS_TOO_MANY_SIGNERS`, `ERR_CMS_ATTRIBUTE_EMPTY`. Not checked: version numbers, the certificates' and CRLs' own
 * structure, which attributes there are, any signature.
 */
export function parseSignedData(bytes: Uint8Array): SignedData {
  const [version, digestAlgorithms, encapsulated, ...optional] = readSequence(
    openSignedData(bytes).signedData,
  )
  const signerInfos = optional.pop()
  if (!version || !digestAlgorithms || !encapsulated || !signerInfos) throw malformed()
  const [contentType, content, ...rest] = readSequence(encapsulated)
  if (!contentType || rest.length > 0) throw malformed()
  const infos = readSet(signerInfos)
  if (infos.length > MAX_SIGNERS) {
    throw new FormatError('ERR_CMS_TOO_MANY_SIGNERS', { details: { limit: MAX_SIGNERS } })
  }
  return {
    der: bytes,
    version: readInteger(version),
    digestAlgorithms: readSet(digestAlgorithms).map((algorithm) => readOid(firstOf(algorithm))),
    eContentType: readOid(contentType),
    eContent: content === undefined ? null : readContent(unwrap(content, 0)),
    ...readCollections(optional),
    signerInfos: infos.map((info) => new ParsedSignerInfo(info)),
  }
}

function firstOf(element: DerElement): DerElement {
  const [first] = readSequence(element)
  if (!first) throw malformed()
  return first
}

function readContent(element: DerElement): Uint8Array {
  // PKCS#7 (RFC 2315) allowed any type here
  if (!element.is('universal', 4)) throw new FormatError('ERR_CMS_CONTENT')
  return readOctetString(element)
}

/** certificates [0] and crls [1], in this order, each optional; the universal SEQUENCE among the choices is X.509's. */
function readCollections(
  fields: readonly DerElement[],
): Pick<SignedData, 'certificates' | 'crls' | 'hasRevocationInfo'> {
  const out = { certificates: [] as Uint8Array[], crls: [] as Uint8Array[], hasRevocationInfo: false }
  let last = -1
  for (const field of fields) {
    if (field.tagClass !== 'context' || !field.constructed || field.tag <= last || field.tag > 1) {
      throw malformed()
    }
    last = field.tag
    const plain = field.children.filter((child) => child.is('universal', 16)).map((child) => child.bytes)
    if (field.tag === 0) out.certificates = plain
    else {
      out.crls = plain
      out.hasRevocationInfo = field.children.length > 0
    }
  }
  return out
}

/**
 * Reads one SignerInfo that fills `bytes`, DER or BER: the value of a counter-signature (RFC 5652, 11.4). Throws as
 * `parseSignedData` does.
 */
export const parseSignerInfo = (bytes: Uint8Array): SignerInfo =>
  new ParsedSignerInfo(parseDer(bytes, { mode: 'ber', limits }))

class ParsedSignerInfo implements SignerInfo {
  readonly der: Uint8Array
  readonly version: number
  readonly sid: SignerIdentifier
  readonly signedAttributes: readonly Attribute[]
  readonly signedAttributesContent: Uint8Array | null
  readonly signature: Uint8Array
  readonly unsignedAttributes: readonly Attribute[]
  readonly #digestAlgorithm: DerElement
  readonly #signatureAlgorithm: DerElement

  constructor(element: DerElement) {
    const fields = [...readSequence(element)]
    const [version, sid, digestAlgorithm] = fields.splice(0, 3)
    const signed = fields[0]?.is('context', 0) ? fields.shift() : undefined
    const [signatureAlgorithm, signature, unsigned, ...rest] = fields
    if (!version || !sid || !digestAlgorithm || !signatureAlgorithm || !signature || rest.length > 0) {
      throw malformed()
    }
    if (unsigned && !unsigned.is('context', 1)) throw malformed()
    this.der = element.bytes
    this.version = readInteger(version)
    this.sid = readSignerIdentifier(sid)
    this.signedAttributes = signed ? readAttributes(signed) : []
    this.signedAttributesContent = signed ? signed.content : null
    this.signature = readOctetString(signature)
    this.unsignedAttributes = unsigned ? readAttributes(unsigned) : []
    this.#digestAlgorithm = digestAlgorithm
    this.#signatureAlgorithm = signatureAlgorithm
  }

  get digest(): DigestName {
    return decodeDigestAlgorithm(this.#digestAlgorithm)
  }

  get signatureAlgorithm(): SignatureAlgorithm {
    return decodeSignatureAlgorithm(this.#signatureAlgorithm, this.#digestOrNone())
  }

  /** SHAKE256 and others that the table lacks do not stand in the way of an algorithm that is complete by itself. */
  #digestOrNone(): DigestName | undefined {
    try {
      return this.digest
    } catch {
      return undefined
    }
  }
}

function readSignerIdentifier(element: DerElement): SignerIdentifier {
  if (element.is('context', 0)) {
    // [0] IMPLICIT OCTET STRING
    if (element.constructed) throw malformed()
    return { kind: 'subjectKeyIdentifier', keyIdentifier: element.content }
  }
  const [issuer, serialNumber, ...rest] = readSequence(element)
  if (!issuer || !serialNumber || rest.length > 0) throw malformed()
  return {
    kind: 'issuerAndSerialNumber',
    issuer: readName(issuer),
    serialNumber: readIntegerBytes(serialNumber),
  }
}

function readAttributes(element: DerElement): Attribute[] {
  return element.children.map((attribute) => {
    const [type, values, ...rest] = readSequence(attribute)
    if (!type || !values || rest.length > 0) throw malformed()
    const oid = readOid(type)
    const list = readSet(values).map((value) => value.bytes)
    if (list.length === 0) throw new FormatError('ERR_CMS_ATTRIBUTE_EMPTY', { details: { oid } })
    return { oid, values: list }
  })
}

/**
 * What the signature value is over: the signed attributes as they stood, under the tag and length of a SET OF
 * (RFC 5652, 5.4). Throws `ERR_ASN1_STRUCTURE` where there are none. Attributes that were not DER are not made so.
 */
export function signedAttributesForVerification(signerInfo: SignerInfo): Uint8Array {
  if (!signerInfo.signedAttributesContent) {
    throw new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'SignedAttributes' } })
  }
  return der.tlv(0x31, signerInfo.signedAttributesContent)
}
