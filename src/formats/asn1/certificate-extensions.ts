import {
  type DerElement,
  parseDer,
  readBitString,
  readBoolean,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'

/** One extension; `value` is what its OCTET STRING holds. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Uint8Array
}

export interface BasicConstraints {
  readonly ca: boolean
  /** null: no limit */
  readonly pathLength: number | null
}

/** KeyUsage bits in order (RFC 5280, 4.2.1.3); nonRepudiation is contentCommitment's older name. */
const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

export type CertificateKeyUsage = (typeof keyUsages)[number]

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | null
  /** INTEGER contents octets of authorityCertSerialNumber. */
  readonly serialNumber: Uint8Array | null
}

/** What the extensions say that everybody needs (RFC 5280, 4.2.1 and 4.2.2); undefined: not there. */
export interface KnownExtensions {
  readonly basicConstraints: BasicConstraints | undefined
  readonly keyUsage: readonly CertificateKeyUsage[] | undefined
  /** OIDs; an empty list, which RFC 5280 does not allow, is read: it allows no purpose. */
  readonly extKeyUsage: readonly string[] | undefined
  readonly subjectKeyIdentifier: Uint8Array | undefined
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined
  /** URIs of full CRL distribution points. */
  readonly crlUrls: readonly string[]
  readonly ocspUrls: readonly string[]
  /** caIssuers of the authority information access. */
  readonly issuerUrls: readonly string[]
}

const OCSP = '1.3.6.1.5.5.7.48.1'
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2'

/**
 * Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension. An explicit `critical FALSE`, which many CAs write, is read.
 *
 * Throws `ERR_ASN1_STRUCTURE`, `ERR_CERTIFICATE_EXTENSION_DUPLICATE`.
 */
export function readExtensions(element: DerElement): Extension[] {
  const extensions = readSequence(element).map(readExtension)
  if (extensions.length === 0) throw malformed()
  const seen = new Set<string>()
  for (const { oid } of extensions) {
    if (seen.has(oid)) throw new FormatError('ERR_CERTIFICATE_EXTENSION_DUPLICATE', { details: { oid } })
    seen.add(oid)
  }
  return extensions
}

const malformed = (): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'Extension' } })

function readExtension(element: DerElement): Extension {
  const [identifier, ...fields] = readSequence(element)
  if (!identifier) throw malformed()
  const critical = fields[0]?.is('universal', 1) ? readBoolean(fields.shift()!) : false
  const [value, ...rest] = fields
  if (!value || rest.length > 0) throw malformed()
  return { oid: readOid(identifier), critical, value: readOctetString(value) }
}

/** Reads what is known among the extensions. Throws `ERR_CERTIFICATE_EXTENSION` with the OID where one is malformed. */
export function readKnownExtensions(extensions: readonly Extension[]): KnownExtensions {
  const find = <T>(oid: string, read: (element: DerElement) => T): T | undefined => {
    const found = extensions.find((extension) => extension.oid === oid)
    if (!found) return undefined
    try {
      return read(parseDer(found.value))
    } catch (cause) {
      throw new FormatError('ERR_CERTIFICATE_EXTENSION', { details: { oid }, cause })
    }
  }
  const access = find('1.3.6.1.5.5.7.1.1', readAuthorityInfoAccess) ?? []
  const urlsOf = (method: string): string[] =>
    access.filter((entry) => entry.method === method).map((e) => e.url)
  return {
    basicConstraints: find('2.5.29.19', readBasicConstraints),
    keyUsage: find('2.5.29.15', readKeyUsage),
    extKeyUsage: find('2.5.29.37', (element) => readSequence(element).map(readOid)),
    subjectKeyIdentifier: find('2.5.29.14', readOctetString),
    authorityKeyIdentifier: find('2.5.29.35', readAuthorityKeyIdentifier),
    crlUrls: find('2.5.29.31', readCrlUrls) ?? [],
    ocspUrls: urlsOf(OCSP),
    issuerUrls: urlsOf(CA_ISSUERS),
  }
}

function nonEmpty(elements: readonly DerElement[]): readonly DerElement[] {
  if (elements.length === 0) throw malformed()
  return elements
}

function readBasicConstraints(element: DerElement): BasicConstraints {
  const fields = [...readSequence(element)]
  const ca = fields[0]?.is('universal', 1) ? readBoolean(fields.shift()!) : false
  const length = fields.shift()
  const pathLength = length ? readInteger(length) : null
  if (fields.length > 0 || (pathLength !== null && pathLength < 0)) throw malformed()
  return { ca, pathLength }
}

function readKeyUsage(element: DerElement): CertificateKeyUsage[] {
  const { bytes } = readBitString(element)
  return keyUsages.filter((_usage, bit) => ((bytes[bit >> 3] ?? 0) << (bit & 7)) & 0x80)
}

/** AuthorityKeyIdentifier (RFC 5280, 4.2.1.1), without the issuer's names. Throws `ERR_ASN1_STRUCTURE`. */
export function readAuthorityKeyIdentifier(element: DerElement): AuthorityKeyIdentifier {
  let keyIdentifier: Uint8Array | null = null
  let serialNumber: Uint8Array | null = null
  let last = -1
  for (const field of readSequence(element)) {
    if (field.tagClass !== 'context' || field.tag <= last || field.tag > 2) throw malformed()
    if (field.constructed !== (field.tag === 1)) throw malformed()
    last = field.tag
    if (field.tag === 0) keyIdentifier = field.content
    if (field.tag === 2) serialNumber = field.content
  }
  return { keyIdentifier, serialNumber }
}

/** GeneralName uniformResourceIdentifier [6] IA5String; null for any other kind. */
function readUri(element: DerElement): string | null {
  if (!element.is('context', 6)) return null
  if (element.constructed || element.content.some((octet) => octet > 0x7f)) throw malformed()
  return Buffer.from(element.content).toString('latin1')
}

/** URIs under distributionPoint [0] → fullName [0] of every point that is for all reasons (RFC 5280, 4.2.1.13). */
function readCrlUrls(element: DerElement): string[] {
  return nonEmpty(readSequence(element)).flatMap((point) => {
    const fields = readSequence(point)
    const name = fields.find((field) => field.is('context', 0))?.children[0]
    if (!name?.is('context', 0) || fields.some((field) => field.is('context', 1))) return []
    return name.children.flatMap((generalName) => readUri(generalName) ?? [])
  })
}

function readAuthorityInfoAccess(element: DerElement): { method: string; url: string }[] {
  return nonEmpty(readSequence(element)).flatMap((description) => {
    const [method, location, ...rest] = readSequence(description)
    if (!method || !location || rest.length > 0) throw malformed()
    const url = readUri(location)
    return url === null ? [] : [{ method: readOid(method), url }]
  })
}
