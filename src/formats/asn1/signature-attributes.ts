import {
  type DerElement,
  parseDer,
  readOctetString,
  readOid,
  readSequence,
  readSet,
  readString,
  readTime,
} from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { decodeSignatureAlgorithm } from './algorithm-identifier.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import type { DigestName } from './digests.ts'
import { asSequence, readDigest } from './ess-certificate.ts'
import { formatName, readName } from './name.ts'

const malformed = (what: string): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what } })
const read = (value: Uint8Array): DerElement => parseDer(value, { mode: 'ber' })

/** content-type (RFC 5652, 11.1). All readers here throw the errors of `parseDer` and of its values, `ERR_ASN1_STRUCTURE`. */
export const parseContentType = (value: Uint8Array): string => readOid(read(value))

/** message-digest (RFC 5652, 11.2). */
export const parseMessageDigest = (value: Uint8Array): Uint8Array => readOctetString(read(value))

/** signing-time (RFC 5652, 11.3): what the signer claims. Throws `ERR_DER_TIME`. */
export const parseSigningTime = (value: Uint8Array): Date => readTime(read(value))

/** mime-type (EN 319 122-1 V1.3.1, 5.2.5.1). */
export const parseMimeType = (value: Uint8Array): string => readString(read(value))

export interface AlgorithmProtection {
  readonly digest: DigestName | null
  readonly digestOid: string
  /** null: for a MAC, or not known here. */
  readonly signature: SignatureAlgorithm | null
}

/** CMSAlgorithmProtection (RFC 6211, 2). */
export function parseAlgorithmProtection(value: Uint8Array): AlgorithmProtection {
  const [digestAlgorithm, protectedAlgorithm, ...rest] = readSequence(read(value))
  if (!digestAlgorithm || !protectedAlgorithm || rest.length > 0) throw malformed('CMSAlgorithmProtection')
  const named = readDigest(digestAlgorithm)
  if (!protectedAlgorithm.is('context', 1)) return { ...named, signature: null }
  return { ...named, signature: decodeOrNull(asSequence(protectedAlgorithm), named.digest) }
}

function decodeOrNull(element: DerElement, digest: DigestName | null): SignatureAlgorithm | null {
  try {
    return decodeSignatureAlgorithm(element, digest ?? undefined)
  } catch (error) {
    if (error instanceof FormatError && error.code === 'ERR_ALGORITHM_UNSUPPORTED') return null
    throw error
  }
}

/**
 * Whether the protected algorithms are those the SignerInfo was made with; parameters that mean the same (absent and NULL,
 * RFC 8933, 3) are the same. False where either is not known here.
 */
export function isProtectedAlgorithm(
  protection: AlgorithmProtection,
  digest: DigestName,
  algorithm: SignatureAlgorithm,
): boolean {
  return (
    protection.digest === digest &&
    protection.signature !== null &&
    haveSameFields(protection.signature, algorithm)
  )
}

/** Of plain values. */
function haveSameFields(a: SignatureAlgorithm, b: SignatureAlgorithm): boolean {
  const [own, other] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))]
  return own.length === other.size && own.every(([key, value]) => other.get(key) === value)
}

/** signature-policy-identifier: implied by the content, or named (EN 319 122-1 V1.3.1, 5.2.9.1). */
export type SignaturePolicy =
  | { readonly kind: 'implied' }
  | {
      readonly kind: 'explicit'
      readonly oid: string
      /** null: left out. */
      readonly hash: {
        readonly digest: DigestName | null
        readonly digestOid: string
        readonly value: Uint8Array
      } | null
      /** SPuri. */
      readonly uri: string | null
    }

const SP_URI = '1.2.840.113549.1.9.16.5.1'

/** signature-policy-identifier. The policy's document is not looked at. */
export function parseSignaturePolicy(value: Uint8Array): SignaturePolicy {
  const element = read(value)
  if (element.is('universal', 5)) return { kind: 'implied' }
  const [identifier, ...fields] = readSequence(element)
  if (!identifier) throw malformed('SignaturePolicy')
  const oid = readOid(identifier)
  // hash and qualifiers are SEQUENCEs both; the hash alone ends in an OCTET STRING
  const isHash = fields[0]?.is('universal', 16) && fields[0].children[1]?.is('universal', 4)
  const hash = isHash ? readPolicyHash(fields.shift()!) : null
  const [qualifiers, ...rest] = fields
  if (rest.length > 0) throw malformed('SignaturePolicy')
  return { kind: 'explicit', oid, hash, uri: qualifiers ? readPolicyUri(qualifiers) : null }
}

function readPolicyHash(element: DerElement) {
  const [algorithm, value, ...rest] = readSequence(element)
  if (!algorithm || !value || rest.length > 0) throw malformed('SigPolicyHash')
  return { ...readDigest(algorithm), value: readOctetString(value) }
}

function readPolicyUri(element: DerElement): string | null {
  for (const qualifier of readSequence(element)) {
    const [identifier, content] = readSequence(qualifier)
    if (identifier && content && readOid(identifier) === SP_URI) return readString(content)
  }
  return null
}

/** commitment-type-indication: OID of the commitment (EN 319 122-1 V1.3.1, 5.2.3). Its qualifiers are passed over. */
export function parseCommitmentType(value: Uint8Array): string {
  const [identifier] = readSequence(read(value))
  if (!identifier) throw malformed('CommitmentTypeIndication')
  return readOid(identifier)
}

export interface SignerLocation {
  readonly country: string | null
  readonly locality: string | null
  readonly postalAddress: readonly string[]
}

/** signer-location (EN 319 122-1 V1.3.1, 5.2.5). */
export function parseSignerLocation(value: Uint8Array): SignerLocation {
  const out = {
    country: null as string | null,
    locality: null as string | null,
    postalAddress: [] as string[],
  }
  for (const field of readSequence(read(value))) {
    const [inner, ...rest] = field.tagClass === 'context' && field.constructed ? field.children : []
    if (!inner || field.tag > 2) throw malformed('SignerLocation')
    if (field.tag === 0 && rest.length === 0) out.country = readString(inner)
    else if (field.tag === 1 && rest.length === 0) out.locality = readString(inner)
    else if (field.tag === 2) {
      // explicit around a SEQUENCE; some write the lines straight into the tag
      const lines = inner.is('universal', 16) ? inner.children : field.children
      out.postalAddress = lines.map(readString)
    } else throw malformed('SignerLocation')
  }
  return out
}

export interface SignerAttributes {
  /** Roles the signer gives itself, as text; a value of another kind than text or a role's name is passed over. */
  readonly claimedRoles: readonly string[]
  /** How many attributes are certified by somebody or asserted in another format; what they say is not read. */
  readonly certified: number
}

/**
 * signer-attributes (TS 101 733 V2.2.1, 5.11.3: a SEQUENCE of choices) and signer-attributes-v2 (EN 319 122-1 V1.3.1,
 * 5.2.6.1: a SEQUENCE of optional fields), which look alike.
 */
export function parseSignerAttributes(value: Uint8Array): SignerAttributes {
  const claimedRoles: string[] = []
  let certified = 0
  for (const field of readSequence(read(value))) {
    if (field.tagClass !== 'context' || !field.constructed || field.tag > 2)
      throw malformed('SignerAttributes')
    if (field.tag === 0) claimedRoles.push(...readClaimed(field))
    else certified += field.children.length
  }
  return { claimedRoles, certified }
}

function readClaimed(field: DerElement): string[] {
  const [first, ...rest] = field.children
  // [0] EXPLICIT SEQUENCE OF Attribute; IMPLICIT where the first child's first child is an OID
  const isExplicit = rest.length === 0 && first?.is('universal', 16) && !first.children[0]?.is('universal', 6)
  return (isExplicit ? first!.children : field.children).flatMap((attribute) => {
    const [type, values] = readSequence(attribute)
    if (!type || !values) throw malformed('ClaimedAttributes')
    readOid(type)
    return readSet(values).flatMap(readRole)
  })
}

const textTags = new Set([12, 19, 20, 22, 30])

/** A role as text, or as RoleSyntax { [0] roleAuthority OPTIONAL, [1] roleName GeneralName } (RFC 5755, 4.4.5). */
function readRole(element: DerElement): string[] {
  if (element.tagClass === 'universal' && !element.constructed && textTags.has(element.tag)) {
    return [readString(element)]
  }
  if (!element.is('universal', 16)) return []
  const name = element.children.find((child) => child.is('context', 1))?.children[0]
  if (name?.tagClass !== 'context') return []
  if (name.tag === 4 && name.children[0]) return [formatName(readName(name.children[0]))]
  return [1, 2, 6].includes(name.tag) ? [Buffer.from(name.content).toString('latin1')] : []
}
