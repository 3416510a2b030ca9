import { type DerElement, der, parseDer, readOid, readSequence, readSet, readString } from '../der/index.ts'
import { FormatError } from '../errors.ts'

export interface NameAttribute {
  readonly oid: string
  /** Where `isText` is false: `#` and the hex of a value that is no character string (RFC 4514, 2.4). */
  readonly value: string
  readonly isText: boolean
}

/** A distinguished name (X.501): its original bytes, and its RDNs in the order of the encoding. */
export interface Name {
  readonly der: Uint8Array
  readonly rdns: readonly (readonly NameAttribute[])[]
}

export type NameStringType = 'utf8' | 'printable' | 'ia5'

/** An attribute to be written; without `type` it gets the string type its attribute is defined with, else UTF8String. */
export interface NameAttributeInput {
  readonly oid: string
  readonly value: string
  readonly type?: NameStringType
}

const UID = '0.9.2342.19200300.100.1.1'

/** The short names of RFC 4514, 3, and those that certificates in Việt Nam and CAs elsewhere use beside them. */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'givenName',
  '2.5.4.97': 'organizationIdentifier',
  [UID]: 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
}

/** Attributes whose syntax is PrintableString or IA5String alone (RFC 5280, appendix A.1). */
const fixedTypes: Readonly<Record<string, NameStringType>> = {
  '2.5.4.5': 'printable',
  '2.5.4.6': 'printable',
  '2.5.4.46': 'printable',
  '0.9.2342.19200300.100.1.25': 'ia5',
  '1.2.840.113549.1.9.1': 'ia5',
}

const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/
/** IA5String without its control characters. */
const ia5 = /^[ -~]*$/
const loneSurrogate = /\p{Surrogate}/u

/**
 * A Name in DER: RDNs in the order given, the attributes of one RDN in the order DER asks for.
 *
 * Throws `ERR_NAME_VALUE` for letters that the string type does not have. Not checked: lengths (RFC 5280, appendix A.1).
 */
export function encodeName(rdns: readonly (readonly NameAttributeInput[])[]): Uint8Array {
  return der.sequence(...rdns.map((rdn) => der.setOf(...rdn.map(encodeAttribute))))
}

function encodeAttribute({ oid, value, type }: NameAttributeInput): Uint8Array {
  return der.sequence(der.oid(oid), encodeValue(value, type ?? fixedTypes[oid] ?? 'utf8'))
}

function encodeValue(value: string, type: NameStringType): Uint8Array {
  if (type === 'printable' && printable.test(value)) return der.printableString(value)
  if (type === 'ia5' && ia5.test(value)) return der.ia5String(value)
  if (type === 'utf8' && !loneSurrogate.test(value)) return der.utf8String(value)
  throw new FormatError('ERR_NAME_VALUE')
}

/** The Name in `bytes`, DER. Throws as `readName` and `parseDer` do. */
export const parseName = (bytes: Uint8Array): Name => readName(parseDer(bytes))

/** The Name of an element. Throws `ERR_ASN1_STRUCTURE`, `ERR_DER_STRING`; an empty name is read. */
export function readName(element: DerElement): Name {
  return { der: element.bytes, rdns: readSequence(element).map(readRdn) }
}

/** One RelativeDistinguishedName, a SET. Throws as `readName` does. */
export function readRdn(element: DerElement): NameAttribute[] {
  const attributes = readSet(element).map(readAttribute)
  if (attributes.length === 0) throw malformed()
  return attributes
}

/** `name` with one more RDN, given as `rdn` and its DER, at the end (RFC 5280, 4.2.1.13). */
export const completeName = (name: Name, rdn: readonly NameAttribute[], rdnDer: Uint8Array): Name => ({
  der: der.sequence(parseDer(name.der).content, rdnDer),
  rdns: [...name.rdns, rdn],
})

const stringTags = new Set([12, 18, 19, 20, 22, 26, 28, 30])

function readAttribute(element: DerElement): NameAttribute {
  const [type, value, ...rest] = readSequence(element)
  if (!type || !value || rest.length > 0) throw malformed()
  const isText = value.tagClass === 'universal' && !value.constructed && stringTags.has(value.tag)
  return {
    oid: readOid(type),
    value: isText ? readString(value) : `#${Buffer.from(value.bytes).toString('hex')}`,
    isText,
  }
}

const malformed = (): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'Name' } })

/** The name as text, last RDN first (RFC 4514, 2): `CN=BÁC SĨ THỬ NGHIỆM 01,UID=CCCD:000000000001,C=VN`. */
export function formatName(name: Name): string {
  return [...name.rdns]
    .reverse()
    .map((rdn) => rdn.map(formatAttribute).join('+'))
    .join(',')
}

const formatAttribute = ({ oid, value, isText }: NameAttribute): string =>
  `${shortNames[oid] ?? oid}=${isText ? escapeValue(value) : value}`

/** RFC 4514, 2.4 */
const escapeValue = (value: string): string =>
  value
    .replace(/[\\",+;<>]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replaceAll('\0', '\\00')

/** Every value of the attribute `oid`, in the order of the encoding. */
export const nameValues = (name: Name, oid: string): string[] =>
  name.rdns.flatMap((rdn) => rdn.filter((attribute) => attribute.oid === oid).map(({ value }) => value))

/** Who the subject is by number: every UID, `CCCD:000000000001` told apart into type and value; bare ones have type `UID`. */
export function subjectIdentifiers(name: Name): { type: string; value: string }[] {
  return nameValues(name, UID).map((text) => {
    const match = /^([A-Za-z]{1,16}):(.+)$/s.exec(text)
    return match ? { type: match[1]!, value: match[2]! } : { type: 'UID', value: text }
  })
}
