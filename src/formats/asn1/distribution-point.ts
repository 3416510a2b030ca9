import { type DerElement, der, parseDer, readBitString, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { type GeneralName, readAllGeneralNames } from './general-name.ts'
import { type NameAttribute, readRdn } from './name.ts'

/** ReasonFlags in the order of their bits; bit 0 is unused (RFC 5280, 4.2.1.13). */
const reasonFlags = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const

export type ReasonFlag = Exclude<(typeof reasonFlags)[number], 'unused'>

/** Every reason that a CRL can be about, which is what `reasons` left out means. */
export const allReasons: readonly ReasonFlag[] = reasonFlags.slice(1) as ReasonFlag[]

export type DistributionPointName =
  | { readonly kind: 'fullName'; readonly names: readonly GeneralName[] }
  /** One RDN that completes the CRL issuer's name (`completeName`). */
  | {
      readonly kind: 'nameRelativeToCRLIssuer'
      readonly rdn: readonly NameAttribute[]
      readonly der: Uint8Array
    }

/** Where a CRL is to be had, what it is about and who issues it (RFC 5280, 4.2.1.13). */
export interface DistributionPoint {
  readonly name: DistributionPointName | null
  /** null: all reasons */
  readonly reasons: readonly ReasonFlag[] | null
  /** null: the certificate's issuer */
  readonly crlIssuer: readonly GeneralName[] | null
}

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'DistributionPoint' } })

/** CRLDistributionPoints, FreshestCRL. Throws `ERR_ASN1_STRUCTURE` and the errors of the names in it. */
export function readDistributionPoints(element: DerElement): DistributionPoint[] {
  const points = readSequence(element).map(readDistributionPoint)
  if (points.length === 0) throw malformed()
  return points
}

function readDistributionPoint(element: DerElement): DistributionPoint {
  let name: DistributionPointName | null = null
  let reasons: readonly ReasonFlag[] | null = null
  let crlIssuer: readonly GeneralName[] | null = null
  let last = -1
  for (const field of readSequence(element)) {
    if (field.tagClass !== 'context' || field.tag <= last || field.tag > 2) throw malformed()
    last = field.tag
    if (field.tag === 0) name = readDistributionPointName(field)
    else if (field.tag === 1) reasons = readReasonFlags(field)
    else crlIssuer = readAllGeneralNames(field.children)
  }
  return { name, reasons, crlIssuer }
}

/** DistributionPointName, a CHOICE, and so explicit behind the tag [0] that `field` has. */
export function readDistributionPointName(field: DerElement): DistributionPointName {
  const [choice, ...rest] = field.children
  if (!choice || rest.length > 0) throw malformed()
  if (choice.is('context', 0)) return { kind: 'fullName', names: readAllGeneralNames(choice.children) }
  if (!choice.is('context', 1)) throw malformed()
  // RelativeDistinguishedName, whose SET tag the implicit one took
  const set = parseDer(der.tlv(0x31, choice.content))
  return { kind: 'nameRelativeToCRLIssuer', rdn: readRdn(set), der: set.bytes }
}

/** ReasonFlags behind an implicit tag. */
export function readReasonFlags(field: DerElement): ReasonFlag[] {
  if (field.constructed) throw malformed()
  const { bytes } = readBitString(parseDer(der.tlv(0x03, field.content)))
  return allReasons.filter((_reason, i) => ((bytes[(i + 1) >> 3] ?? 0) << ((i + 1) & 7)) & 0x80)
}
