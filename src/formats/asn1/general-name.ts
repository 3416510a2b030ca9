import { type DerElement, decodeOid, readOid, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { type Name, readName } from './name.ts'

/** GeneralName (RFC 5280, 4.2.1.6). Texts stand as encoded: what a host or an address allows is not checked. */
export type GeneralName =
  | { readonly kind: 'directoryName'; readonly name: Name }
  | { readonly kind: 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier'; readonly value: string }
  /** An address of 4 or 16 octets; in name constraints followed by a mask of the same length. */
  | { readonly kind: 'iPAddress'; readonly octets: Uint8Array }
  | { readonly kind: 'registeredID'; readonly oid: string }
  /** `oid`: type-id; `der`: the value's element. */
  | { readonly kind: 'otherName'; readonly oid: string; readonly der: Uint8Array }
  /** Not taken apart: `der` is the whole GeneralName. */
  | { readonly kind: 'x400Address' | 'ediPartyName'; readonly der: Uint8Array }

export type GeneralNameKind = GeneralName['kind']

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'GeneralName' } })

/** Which of the nine choices are constructed: otherName, x400Address, directoryName, ediPartyName. */
const constructedTags = new Set([0, 3, 4, 5])

/** One GeneralName. Throws `ERR_ASN1_STRUCTURE` and the errors of `readName`. */
export function readGeneralName(element: DerElement): GeneralName {
  if (element.tagClass !== 'context' || element.constructed !== constructedTags.has(element.tag)) {
    throw malformed()
  }
  switch (element.tag) {
    case 0:
      return readOtherName(element)
    case 1:
      return { kind: 'rfc822Name', value: readIa5(element) }
    case 2:
      return { kind: 'dNSName', value: readIa5(element) }
    case 3:
      return { kind: 'x400Address', der: element.bytes }
    case 4:
      return { kind: 'directoryName', name: readName(onlyChild(element)) }
    case 5:
      return { kind: 'ediPartyName', der: element.bytes }
    case 6:
      return { kind: 'uniformResourceIdentifier', value: readIa5(element) }
    case 7:
      return { kind: 'iPAddress', octets: element.content }
    case 8:
      return { kind: 'registeredID', oid: decodeOid(element.content) }
    default:
      throw malformed()
  }
}

/** GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName. */
export const readGeneralNames = (element: DerElement): GeneralName[] =>
  readAllGeneralNames(readSequence(element))

/** The same where an implicit tag stands for the SEQUENCE: its children. */
export function readAllGeneralNames(elements: readonly DerElement[]): GeneralName[] {
  if (elements.length === 0) throw malformed()
  return elements.map(readGeneralName)
}

function readOtherName(element: DerElement): GeneralName {
  const [type, value, ...rest] = element.children
  if (!type || !value?.is('context', 0) || rest.length > 0) throw malformed()
  return { kind: 'otherName', oid: readOid(type), der: onlyChild(value).bytes }
}

function onlyChild(element: DerElement): DerElement {
  const [child, ...rest] = element.children
  if (!child || rest.length > 0) throw malformed()
  return child
}

/** IA5String behind an implicit tag. */
function readIa5(element: DerElement): string {
  if (element.content.some((octet) => octet > 0x7f)) throw malformed()
  return Buffer.from(element.content).toString('latin1')
}
