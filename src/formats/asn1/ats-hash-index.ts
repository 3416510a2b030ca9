import { type DerElement, parseDer, readOctetString, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { type AttributeName, attributeOids } from './attribute-oids.ts'
import type { SignedDataBytes, SignerInfoBytes } from './cms-bytes.ts'
import type { Attribute } from './cms-types.ts'
import { type DigestName, digestBytes } from './digests.ts'
import { readDigest } from './ess-certificate.ts'

/**
 * What an archive time-stamp of version 3 is over, by digests. Version 1: TS 101 733 V2.2.1, 6.4.2; 2: EN 319 122-1 V1.0.0;
 * 3: EN 319 122-1 V1.3.1, 5.5.2.
 */
export interface AtsHashIndex {
  readonly version: 1 | 2 | 3
  /** null: not known here. */
  readonly digest: DigestName | null
  readonly digestOid: string
  /** Digests of members of SignedData.certificates, of SignedData.crls, and of unsigned attributes or their values. */
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly unsignedAttributes: readonly Uint8Array[]
  /** The value as it stands: it is part of the imprint. */
  readonly bytes: Uint8Array
}

const SHA256 = '2.16.840.1.101.3.4.2.1'

const malformed = (): FormatError =>
  new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'ATSHashIndex' } })

/** A value of ats-hash-index, -v2 or -v3. Throws the errors of `parseDer`, `ERR_ASN1_STRUCTURE`. */
export function parseAtsHashIndex(value: Uint8Array, version: 1 | 2 | 3): AtsHashIndex {
  const fields = [...readSequence(parseDer(value, { mode: 'ber' }))]
  // versions 1 and 2 leave SHA-256 out; four SEQUENCEs are told from three by their number
  const algorithm = fields.length === 4 ? fields.shift() : undefined
  const [certificates, crls, unsignedAttributes, ...rest] = fields
  if (!certificates || !crls || !unsignedAttributes || rest.length > 0) throw malformed()
  if (!algorithm && version === 3) throw malformed()
  const named = algorithm
    ? readDigest(algorithm)
    : { digest: 'sha256' as DigestName | null, digestOid: SHA256 }
  return {
    version,
    ...named,
    certificates: readDigests(certificates),
    crls: readDigests(crls),
    unsignedAttributes: readDigests(unsignedAttributes),
    bytes: value,
  }
}

const readDigests = (element: DerElement): Uint8Array[] => readSequence(element).map(readOctetString)

const versions: readonly (readonly [AttributeName, 1 | 2 | 3])[] = [
  ['ats-hash-index-v3', 3],
  ['ats-hash-index-v2', 2],
  ['ats-hash-index', 1],
]

/**
 * The hash index among the unsigned attributes of a time-stamp token's signer: how many values of such attributes stand
 * there, and the first of the newest version. Throws as `parseAtsHashIndex`.
 */
export function findAtsHashIndex(unsignedAttributes: readonly Attribute[]): {
  count: number
  index: AtsHashIndex | null
} {
  const found = versions.flatMap(([name, version]) =>
    unsignedAttributes
      .filter(({ oid }) => oid === attributeOids[name])
      .flatMap(({ values }) => values.map((value) => ({ value, version }))),
  )
  const [first] = found
  return { count: found.length, index: first ? parseAtsHashIndex(first.value, first.version) : null }
}

/** One thing that a hash index may list. */
export interface IndexedObject {
  readonly kind: 'certificate' | 'crl' | 'unsigned-attribute'
  /** As it stands in the CMS; of an attribute in version 3: one of its values. */
  readonly bytes: Uint8Array
  /** Number of the attribute among the unsigned ones (0…), and of its value; null for certificates and CRLs. */
  readonly attribute: number | null
  readonly value: number | null
}

export interface IndexComparison {
  readonly covered: readonly IndexedObject[]
  /** Present, but not listed: nothing is proved about them. */
  readonly uncovered: readonly IndexedObject[]
  /** Listed digests of what is not present (any more): the index is not intact. */
  readonly missing: readonly { readonly kind: IndexedObject['kind']; readonly digest: Uint8Array }[]
}

/**
 * A hash index held against the CMS it is about (EN 319 122-1 V1.3.1, 5.5.2). A digest that is listed twice needs two
 * objects. Throws `ERR_ALGORITHM_UNSUPPORTED` where the index's digest is not known.
 */
export function compareAtsHashIndex(
  index: AtsHashIndex,
  cms: SignedDataBytes,
  signer: SignerInfoBytes,
): IndexComparison {
  const { digest } = index
  if (!digest) throw new FormatError('ERR_ALGORITHM_UNSUPPORTED', { details: { algorithm: index.digestOid } })
  const out = { covered: [], uncovered: [], missing: [] } as {
    [K in keyof IndexComparison]: IndexComparison[K][number][]
  }
  const match = (
    kind: IndexedObject['kind'],
    listed: readonly Uint8Array[],
    objects: readonly Candidate[],
  ): void => {
    const open = countByHex(listed)
    for (const { hex, object } of objects) {
      const left = open.get(hex) ?? 0
      if (left > 0) open.set(hex, left - 1)
      out[left > 0 ? 'covered' : 'uncovered'].push(object)
    }
    for (const [hex, left] of open) {
      for (let i = 0; i < left; i++) out.missing.push({ kind, digest: Buffer.from(hex, 'hex') })
    }
  }
  match('certificate', index.certificates, membersOf('certificate', cms, digest))
  match('crl', index.crls, membersOf('crl', cms, digest))
  match('unsigned-attribute', index.unsignedAttributes, attributesOf(index.version, signer, digest))
  return out
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function countByHex(digests: readonly Uint8Array[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const digest of digests) {
    const hex = hexOf(digest)
    counts.set(hex, (counts.get(hex) ?? 0) + 1)
  }
  return counts
}

interface Candidate {
  readonly hex: string
  readonly object: IndexedObject
}

/** Digests by what they are of: a signature with many archive time-stamps is hashed once. */
const known = new WeakMap<object, Map<string, readonly Candidate[]>>()

function keep(of: object, key: string, make: () => readonly Candidate[]): readonly Candidate[] {
  const kept = known.get(of) ?? new Map<string, readonly Candidate[]>()
  known.set(of, kept)
  const found = kept.get(key) ?? make()
  kept.set(key, found)
  return found
}

const membersOf = (
  kind: 'certificate' | 'crl',
  cms: SignedDataBytes,
  digest: DigestName,
): readonly Candidate[] =>
  keep(cms, `${kind} ${digest}`, () => {
    const { members = [] } = (kind === 'certificate' ? cms.certificates : cms.crls) ?? {}
    return members.map((bytes) => ({
      hex: hexOf(digestBytes(digest, bytes)),
      object: { kind, bytes, attribute: null, value: null },
    }))
  })

/** Versions 1 and 2 hash whole attributes, 3 the type and each value by itself. */
const attributesOf = (
  version: 1 | 2 | 3,
  signer: SignerInfoBytes,
  digest: DigestName,
): readonly Candidate[] =>
  keep(signer, `${version} ${digest}`, () =>
    signer.unsigned.flatMap(({ bytes, type, values }, attribute): Candidate[] => {
      const kind = 'unsigned-attribute'
      if (version < 3) {
        const hex = hexOf(digestBytes(digest, bytes))
        return [{ hex, object: { kind, bytes, attribute, value: null } }]
      }
      return values.map((found, value) => ({
        hex: hexOf(digestBytes(digest, type, found)),
        object: { kind, bytes: found, attribute, value },
      }))
    }),
  )
