import { concat, der } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { encodeSignatureAlgorithm } from './algorithm-identifier.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import type { Attribute, SignedDataInput } from './cms-types.ts'
import { encodeDigestAlgorithm } from './digests.ts'
import { DATA, SIGNED_DATA } from './oids.ts'

const signedDataOid = der.oid(SIGNED_DATA)
const versionOne = der.integer(1)
const versionThree = der.integer(3)

/**
 * SignedAttributes as a SET OF in DER: the bytes to be signed (RFC 5652, 5.4). Values stand as given, in DER order.
 *
 * Throws `ERR_CMS_ATTRIBUTE_EMPTY`. Not checked: which attributes there are, and that no type stands twice.
 */
export const encodeSignedAttributes = (attributes: readonly Attribute[]): Uint8Array =>
  der.setOf(...attributes.map(encodeAttribute))

/** Attribute ::= SEQUENCE { type, SET OF value } (RFC 5652, 5.3). Throws `ERR_CMS_ATTRIBUTE_EMPTY`. */
export function encodeAttribute({ oid, values }: Attribute): Uint8Array {
  if (values.length === 0) throw new FormatError('ERR_CMS_ATTRIBUTE_EMPTY', { details: { oid } })
  return der.sequence(der.oid(oid), der.setOf(...values))
}

/**
 * ContentInfo with SignedData and one SignerInfo, named by issuer and serial number, in DER (RFC 5652, 3, 5.1 and 5.3).
 *
 * Throws `ERR_CMS_ATTRIBUTE_EMPTY`, `ERR_ALGORITHM_UNSUPPORTED`. Not checked: that the value verifies.
 */
export function encodeSignedData(input: SignedDataInput): Uint8Array {
  const { signer, eContent, certificates } = input
  const digestAlgorithm = encodeDigestAlgorithm(input.digest)
  const encapsulated = eContent === null ? [] : [der.explicit(0, der.octetString(eContent))]
  const signedData = der.sequence(
    // RFC 5652, 5.1: 3 where the content is not id-data, else 1 for a signer named by issuer and serial number
    input.eContentType === DATA ? versionOne : versionThree,
    der.setOf(digestAlgorithm),
    der.sequence(der.oid(input.eContentType), ...encapsulated),
    ...(certificates.length === 0 ? [] : [der.tlv(0xa0, concat(inDerOrder(certificates)))]),
    der.setOf(encodeSignerInfo(signer, digestAlgorithm)),
  )
  return der.sequence(signedDataOid, der.explicit(0, signedData))
}

function encodeSignerInfo(signer: SignedDataInput['signer'], digestAlgorithm: Uint8Array): Uint8Array {
  const { issuer, serialNumber } = signer.issuerAndSerialOf
  const unsigned = signer.unsignedAttributes ?? []
  return der.sequence(
    versionOne,
    der.sequence(issuer.der, der.tlv(0x02, serialNumber)),
    digestAlgorithm,
    der.implicit(0, signer.signedAttributes),
    algorithmOf(signer.algorithm),
    der.octetString(signer.signatureValue),
    ...(unsigned.length === 0 ? [] : [der.tlv(0xa1, concat(inDerOrder(unsigned.map(encodeAttribute))))]),
  )
}

/** X.690, 11.6 */
const inDerOrder = (parts: readonly Uint8Array[]): Uint8Array[] =>
  [...parts].sort((a, b) => Buffer.compare(a, b))

const algorithms = new Map<string, Uint8Array>()

/** The AlgorithmIdentifier, kept; the few salt lengths there are bound the map. */
function algorithmOf(algorithm: SignatureAlgorithm): Uint8Array {
  const name = JSON.stringify(algorithm)
  let found = algorithms.get(name)
  if (!found) {
    found = encodeSignatureAlgorithm(algorithm)
    if (algorithms.size < 1000) algorithms.set(name, found)
  }
  return found
}
