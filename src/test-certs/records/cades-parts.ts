import { concat, der, parseDer, readSequence, readSet } from '../../formats/index.ts'

/** A SignedData taken apart into the encodings of its parts, to be put together otherwise (RFC 5652, 5.1). */
export interface SignedDataParts {
  readonly version: Uint8Array
  readonly digestAlgorithms: readonly Uint8Array[]
  readonly encapsulated: Uint8Array
  readonly certificates: readonly Uint8Array[]
  /** CertificateList, or [1] other revocation information. */
  readonly crls: readonly Uint8Array[]
  readonly signerInfos: readonly Uint8Array[]
}

export function takeApart(cms: Uint8Array): SignedDataParts {
  const signedData = parseDer(cms, { mode: 'ber' }).children[1]!.children[0]!
  const [version, digestAlgorithms, encapsulated, ...optional] = readSequence(signedData)
  const signerInfos = optional.pop()!
  const membersOf = (tag: number): Uint8Array[] =>
    optional.find((field) => field.is('context', tag))?.children.map(({ bytes }) => bytes) ?? []
  return {
    version: version!.bytes,
    digestAlgorithms: readSet(digestAlgorithms!).map(({ bytes }) => bytes),
    encapsulated: encapsulated!.bytes,
    certificates: membersOf(0),
    crls: membersOf(1),
    signerInfos: readSet(signerInfos).map(({ bytes }) => bytes),
  }
}

/** ContentInfo in DER; members in the order they are given. */
export function putTogether(parts: SignedDataParts): Uint8Array {
  const members = (tag: number, list: readonly Uint8Array[]): Uint8Array[] =>
    list.length === 0 ? [] : [der.tlv(0xa0 | tag, concat(list))]
  const signedData = der.sequence(
    parts.version,
    der.tlv(0x31, concat(parts.digestAlgorithms)),
    parts.encapsulated,
    ...members(0, parts.certificates),
    ...members(1, parts.crls),
    der.tlv(0x31, concat(parts.signerInfos)),
  )
  return der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, signedData))
}

/** `cms` with some of its parts changed. */
export function change(
  cms: Uint8Array,
  changed: (parts: SignedDataParts) => Partial<SignedDataParts>,
): Uint8Array {
  const parts = takeApart(cms)
  return putTogether({ ...parts, ...changed(parts) })
}

/** Each byte string once, in the order of DER. */
export function inSet(list: readonly Uint8Array[]): Uint8Array[] {
  const distinct = new Map(list.map((bytes) => [Buffer.from(bytes).toString('latin1'), bytes]))
  return [...distinct.values()].sort((a, b) => Buffer.compare(a, b))
}

/** The fields of a SignerInfo: version, sid, digestAlgorithm, signedAttrs [0], signatureAlgorithm, signature, unsignedAttrs [1]. */
export const signerFields = (signerInfo: Uint8Array): Uint8Array[] =>
  readSequence(parseDer(signerInfo, { mode: 'ber' })).map(({ bytes }) => bytes)
