import { parseDer, readOctetString } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { signerBytesOf } from './archive-imprint.ts'
import { attributeOids } from './attribute-oids.ts'
import type { AttributeBytes, SignedDataBytes, SignerInfoBytes } from './cms-bytes.ts'
import type { ImprintPart } from './imprint.ts'

/** What a time-stamp among a signer's unsigned attributes is over, and the numbers of the attributes it so covers. */
export interface AttributeImprint {
  /** In the order that the standard gives. */
  readonly parts: readonly ImprintPart[]
  /** The same in other orders that writers are known for; to be tried where `parts` do not fit. */
  readonly alternatives: readonly (readonly ImprintPart[])[]
  /** The signature value, by which everything that was signed. */
  readonly coversSignature: boolean
  /** Numbers of unsigned attributes (0…). */
  readonly attributes: readonly number[]
}

/** signature is the last of SignerInfo's fields before the unsigned attributes. */
function signatureOctets(signer: SignerInfoBytes): Uint8Array {
  const field = signer.fields.at(-1)
  if (!field) throw new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'SignerInfo' } })
  return readOctetString(parseDer(field, { mode: 'ber' }))
}

/**
 * CAdES-C-time-stamp: the signature's octets, then type and values of each signature-time-stamp, of
 * complete-certificate-references and of complete-revocation-references (RFC 5126, 6.3.5).
 *
 * Throws `ERR_CMS_SIGNER_UNKNOWN`. Signature time-stamps that were added later are hashed with the others.
 */
export function cadesCTimestampImprint(cms: SignedDataBytes, signerIndex: number): AttributeImprint {
  const signer = signerBytesOf(cms, signerIndex)
  const chosen = [...pick(signer, 'signature-time-stamp'), ...references(signer)]
  return {
    ...orders([signatureOctets(signer)], chosen),
    coversSignature: true,
    attributes: chosen.map(({ index }) => index),
  }
}

/** time-stamped-certs-crls-references: type and values of both references alone (RFC 5126, 6.3.6). */
export function referencesTimestampImprint(cms: SignedDataBytes, signerIndex: number): AttributeImprint {
  const chosen = references(signerBytesOf(cms, signerIndex))
  return {
    ...orders([], chosen),
    coversSignature: false,
    attributes: chosen.map(({ index }) => index),
  }
}

interface Numbered {
  readonly index: number
  readonly attribute: AttributeBytes
}

const references = (signer: SignerInfoBytes): Numbered[] => [
  ...pick(signer, 'complete-certificate-references'),
  ...pick(signer, 'complete-revocation-references'),
]

const pick = (signer: SignerInfoBytes, name: keyof typeof attributeOids): Numbered[] =>
  signer.unsigned
    .map((attribute, index) => ({ index, attribute }))
    .filter(({ attribute }) => attribute.oid === attributeOids[name])

/** Behind `first`, the attributes as chosen, and as they stand in the CMS where that is another order. */
function orders(
  first: readonly Uint8Array[],
  chosen: readonly Numbered[],
): Pick<AttributeImprint, 'parts' | 'alternatives'> {
  const partsOf = (list: readonly Numbered[]): ImprintPart[] => [...first, ...list.flatMap(withoutHeader)]
  const asStands = [...chosen].sort((a, b) => a.index - b.index)
  const differs = asStands.some((found, at) => found !== chosen[at])
  return { parts: partsOf(chosen), alternatives: differs ? [partsOf(asStands)] : [] }
}

/** attrType and attrValues without the SEQUENCE around them. */
const withoutHeader = ({ attribute }: Numbered): Uint8Array[] => [attribute.type, attribute.set]
