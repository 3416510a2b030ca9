import { type DerElement, readOid, readSequence, readSet } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { openSignedData } from './cms-reader.ts'

/** The encodings that archive time-stamps are computed over, each as it stands in the CMS. */
export interface SignedDataBytes {
  /** encapContentInfo, whole. */
  readonly encapsulated: Uint8Array
  /** eContentType, whole. */
  readonly contentType: Uint8Array
  readonly hasContent: boolean
  /** certificates [0]: whole, and its members of every choice; null where absent. */
  readonly certificates: ElementBytes | null
  /** crls [1]. */
  readonly crls: ElementBytes | null
  readonly signers: readonly SignerInfoBytes[]
}

export interface ElementBytes {
  readonly bytes: Uint8Array
  readonly members: readonly Uint8Array[]
}

export interface SignerInfoBytes {
  /** version, sid, digestAlgorithm, signedAttrs [0] where present, signatureAlgorithm, signature: each whole, in order. */
  readonly fields: readonly Uint8Array[]
  /** unsignedAttrs [1]; empty where absent. */
  readonly unsigned: readonly AttributeBytes[]
}

export interface AttributeBytes {
  /** The attribute, whole. */
  readonly bytes: Uint8Array
  readonly oid: string
  /** attrType, whole. */
  readonly type: Uint8Array
  /** attrValues, the whole SET OF. */
  readonly set: Uint8Array
  readonly values: readonly Uint8Array[]
}

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'SignedData' } })

/** The parts of ContentInfo with SignedData as they are encoded. Throws as `parseSignedData` does. */
export function readSignedDataBytes(cms: Uint8Array): SignedDataBytes {
  const { signedData, signerInfos } = openSignedData(cms)
  const [, , encapsulated, ...optional] = readSequence(signedData)
  const [contentType, content] = encapsulated ? readSequence(encapsulated) : []
  if (!encapsulated || !contentType) throw malformed()
  optional.pop()
  const find = (tag: number): ElementBytes | null => {
    const element = optional.find((field) => field.is('context', tag))
    return element ? { bytes: element.bytes, members: element.children.map(({ bytes }) => bytes) } : null
  }
  return {
    encapsulated: encapsulated.bytes,
    contentType: contentType.bytes,
    hasContent: content !== undefined,
    certificates: find(0),
    crls: find(1),
    signers: readSet(signerInfos).map(readSigner),
  }
}

function readSigner(element: DerElement): SignerInfoBytes {
  const fields = [...readSequence(element)]
  const last = fields.at(-1)
  const unsigned = last?.is('context', 1) ? fields.pop() : undefined
  return {
    fields: fields.map(({ bytes }) => bytes),
    unsigned: unsigned ? unsigned.children.map(readAttribute) : [],
  }
}

function readAttribute(element: DerElement): AttributeBytes {
  const [type, set, ...rest] = readSequence(element)
  if (!type || !set || rest.length > 0) throw malformed()
  return {
    bytes: element.bytes,
    oid: readOid(type),
    type: type.bytes,
    set: set.bytes,
    values: readSet(set).map(({ bytes }) => bytes),
  }
}
