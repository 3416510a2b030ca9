import type { KeyObject } from 'node:crypto'
import {
  type Certificate,
  type DigestName,
  encodeSignedData,
  type SignatureAlgorithm,
} from '../formats/index.ts'
import { SignerError } from './errors.ts'
import { ID_DATA, SIGNATURE_TIME_STAMP } from './oids.ts'

export interface CmsSizeInput {
  /** End entity first. */
  readonly chain: readonly Certificate[]
  readonly algorithm: SignatureAlgorithm
  readonly digest: DigestName
  /** Bytes of the SET OF. */
  readonly signedAttributesLength: number
  /** Upper bound of the time-stamp token's bytes; null where there will be none. */
  readonly timestampSize: number | null
}

/**
 * The most bytes that the detached CMS will have, found by writing one with a value and token of the greatest length.
 *
 * Throws `ERR_SIGNER_CHAIN_EMPTY`, `ERR_SIGNER_KEY_UNSUPPORTED`.
 */
export function estimateCmsSize(input: CmsSizeInput): number {
  const [signer] = input.chain
  if (!signer) throw new SignerError('ERR_SIGNER_CHAIN_EMPTY')
  const cms = encodeSignedData({
    eContentType: ID_DATA,
    eContent: null,
    certificates: input.chain.map((certificate) => certificate.der),
    digest: input.digest,
    signer: {
      issuerAndSerialOf: signer,
      signedAttributes: new Uint8Array(input.signedAttributesLength),
      algorithm: input.algorithm,
      signatureValue: new Uint8Array(maxValueLength(signer.keyObject)),
      ...(input.timestampSize !== null && {
        unsignedAttributes: [{ oid: SIGNATURE_TIME_STAMP, values: [new Uint8Array(input.timestampSize)] }],
      }),
    },
  })
  return cms.length
}

/** Ecdsa-Sig-Value in DER at its longest: P-521's integers need no sign octet, since 521 bits leave one free. */
const ecdsaLengths: Readonly<Record<string, number>> = { prime256v1: 72, secp384r1: 104, secp521r1: 139 }

/** The greatest length of a signature value in bytes. Throws `ERR_SIGNER_KEY_UNSUPPORTED`. */
function maxValueLength(key: KeyObject): number {
  const { modulusLength, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined) return Math.ceil(modulusLength / 8)
  if (key.asymmetricKeyType === 'ed25519') return 64
  const length = ecdsaLengths[namedCurve]
  if (length === undefined) {
    throw new SignerError('ERR_SIGNER_KEY_UNSUPPORTED', {
      details: { key: namedCurve || String(key.asymmetricKeyType) },
    })
  }
  return length
}
