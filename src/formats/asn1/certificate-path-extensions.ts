import { type DerElement, der, parseDer, readInteger, readOid, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import type { Extension } from './certificate-extensions.ts'
import { type DistributionPoint, readDistributionPoints } from './distribution-point.ts'
import { type GeneralName, readGeneralName, readGeneralNames } from './general-name.ts'

/** What has extensions: a certificate, a CRL. */
export interface Extended {
  readonly extensions: readonly Extension[]
}

export interface PolicyMapping {
  readonly issuerDomainPolicy: string
  readonly subjectDomainPolicy: string
}

/** How many more certificates may come before it holds; null: not said (RFC 5280, 4.2.1.11). */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | null
  readonly inhibitPolicyMapping: number | null
}

export interface GeneralSubtree {
  readonly base: GeneralName
  /** Whether `minimum` is 0 and `maximum` absent, as RFC 5280, 4.2.1.10, demands; nothing else has a meaning there. */
  readonly plain: boolean
}

export interface NameConstraints {
  readonly permitted: readonly GeneralSubtree[]
  readonly excluded: readonly GeneralSubtree[]
}

export const ANY_POLICY = '2.5.29.32.0'

type Reader<T> = (holder: Extended) => T | undefined

/** An extension's reader: undefined where it is absent, `ERR_CERTIFICATE_EXTENSION` where malformed; kept as it lives. */
function extensionReader<T>(oid: string, read: (element: DerElement) => T): Reader<T> {
  const known = new WeakMap<Extension, { readonly value: T } | { readonly error: FormatError }>()
  return ({ extensions }) => {
    const extension = extensions.find((candidate) => candidate.oid === oid)
    if (!extension) return undefined
    let result = known.get(extension)
    if (!result) {
      try {
        result = { value: read(parseDer(extension.value)) }
      } catch (cause) {
        result = { error: new FormatError('ERR_CERTIFICATE_EXTENSION', { details: { oid }, cause }) }
      }
      known.set(extension, result)
    }
    if ('error' in result) throw result.error
    return result.value
  }
}

const malformed = (what: string): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what } })

const nonEmpty = <T>(values: readonly T[], what: string): readonly T[] => {
  if (values.length === 0) throw malformed(what)
  return values
}

/** subjectAltName (RFC 5280, 4.2.1.6). Throws `ERR_CERTIFICATE_EXTENSION`, as all readers here. */
export const subjectAltName: Reader<readonly GeneralName[]> = extensionReader('2.5.29.17', readGeneralNames)

/** issuerAltName (RFC 5280, 4.2.1.7). */
export const issuerAltName: Reader<readonly GeneralName[]> = extensionReader('2.5.29.18', readGeneralNames)

/** cRLDistributionPoints (RFC 5280, 4.2.1.13). */
export const crlDistributionPoints: Reader<readonly DistributionPoint[]> = extensionReader(
  '2.5.29.31',
  readDistributionPoints,
)

/** freshestCRL: where delta CRLs are (RFC 5280, 4.2.1.15 and 5.2.6). */
export const freshestCrl: Reader<readonly DistributionPoint[]> = extensionReader(
  '2.5.29.46',
  readDistributionPoints,
)

/** certificatePolicies: the OIDs, each once (RFC 5280, 4.2.1.4); qualifiers, which decide nothing, are not kept. */
export const certificatePolicies: Reader<readonly string[]> = extensionReader('2.5.29.32', (element) => {
  const oids = nonEmpty(readSequence(element), 'PolicyInformation').map((information) => {
    const [oid, qualifiers, ...rest] = readSequence(information)
    if (!oid || rest.length > 0) throw malformed('PolicyInformation')
    if (qualifiers) nonEmpty(readSequence(qualifiers), 'PolicyInformation')
    return readOid(oid)
  })
  if (new Set(oids).size !== oids.length) throw malformed('PolicyInformation')
  return oids
})

/** policyMappings (RFC 5280, 4.2.1.5). */
export const policyMappings: Reader<readonly PolicyMapping[]> = extensionReader('2.5.29.33', (element) =>
  nonEmpty(readSequence(element), 'PolicyMappings').map((mapping) => {
    const [issuer, subject, ...rest] = readSequence(mapping)
    if (!issuer || !subject || rest.length > 0) throw malformed('PolicyMappings')
    return { issuerDomainPolicy: readOid(issuer), subjectDomainPolicy: readOid(subject) }
  }),
)

/** policyConstraints (RFC 5280, 4.2.1.11), of which one field at least must be there. */
export const policyConstraints: Reader<PolicyConstraints> = extensionReader('2.5.29.36', (element) => {
  const [first, second] = readTagged(element, 'PolicyConstraints', 1).map((field) =>
    field ? readSkipCerts(parseDer(der.tlv(0x02, field.content))) : null,
  )
  return { requireExplicitPolicy: first ?? null, inhibitPolicyMapping: second ?? null }
})

/** inhibitAnyPolicy: after how many more certificates anyPolicy counts no more (RFC 5280, 4.2.1.14). */
export const inhibitAnyPolicy: Reader<number> = extensionReader('2.5.29.54', readSkipCerts)

/** nameConstraints (RFC 5280, 4.2.1.10), of which one list at least must be there. */
export const nameConstraints: Reader<NameConstraints> = extensionReader('2.5.29.30', (element) => {
  const [permitted, excluded] = readTagged(element, 'NameConstraints', 1).map((field) =>
    field ? nonEmpty(field.children, 'NameConstraints').map(readSubtree) : [],
  )
  return { permitted: permitted ?? [], excluded: excluded ?? [] }
})

/** The children by their context tag 0…`last`, in this order, one at least. */
function readTagged(element: DerElement, what: string, last: number): (DerElement | undefined)[] {
  const fields: (DerElement | undefined)[] = []
  for (const field of nonEmpty(readSequence(element), what)) {
    if (field.tagClass !== 'context' || field.tag < fields.length || field.tag > last) throw malformed(what)
    fields[field.tag] = field
  }
  return Array.from({ length: last + 1 }, (_none, tag) => fields[tag])
}

/** SkipCerts ::= INTEGER (0..MAX); beyond 32 bits is as good as never. */
function readSkipCerts(element: DerElement): number {
  const value = readInteger(element)
  if (value < 0) throw malformed('SkipCerts')
  return value
}

function readSubtree(element: DerElement): GeneralSubtree {
  const [base, ...distances] = readSequence(element)
  if (!base) throw malformed('GeneralSubtree')
  const plain = distances.every(
    (field) => field.is('context', 0) && field.content.every((octet) => octet === 0),
  )
  return { base: readGeneralName(base), plain }
}

const has = (oid: string): ((holder: Extended) => boolean) => {
  return ({ extensions }) => extensions.some((extension) => extension.oid === oid)
}

/** id-pkix-ocsp-nocheck: the responder's own status need not be asked (RFC 6960, 4.2.2.2.1). */
export const hasOcspNoCheck = has('1.3.6.1.5.5.7.48.1.5')

/** validity-assured-short-term: no revocation status is published (EN 319 412-1, 5.2.2). */
export const isValidityAssuredShortTerm = has('0.4.0.194121.2.1')
