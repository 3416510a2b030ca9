import { createHash, type Hash } from 'node:crypto'
import { type DerElement, der, readOid, readSequence } from '../der/index.ts'
import { FormatError } from '../errors.ts'

export type DigestName =
  | 'md5'
  | 'sha1'
  | 'sha224'
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha512-224'
  | 'sha512-256'
  | 'sha3-224'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512'
  | 'shake256'

/** What an algorithm is good for here: signing (and judging), judging only, or being named in a report. */
export type AlgorithmUse = 'sign' | 'verify' | 'name'

interface DigestRow {
  readonly oid: string
  readonly title: string
  readonly use: AlgorithmUse
  /** Octets of a digest. */
  readonly length: number
}

/** OIDs: RFC 1321 arc for MD5, RFC 3370 for SHA-1, else NIST's arc 2.16.840.1.101.3.4.2 (FIPS 180-4, FIPS 202). */
const digests: Readonly<Record<DigestName, DigestRow>> = {
  md5: { oid: '1.2.840.113549.2.5', title: 'MD5', use: 'name', length: 16 },
  sha1: { oid: '1.3.14.3.2.26', title: 'SHA-1', use: 'verify', length: 20 },
  sha224: { oid: '2.16.840.1.101.3.4.2.4', title: 'SHA-224', use: 'verify', length: 28 },
  sha256: { oid: '2.16.840.1.101.3.4.2.1', title: 'SHA-256', use: 'sign', length: 32 },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', title: 'SHA-384', use: 'sign', length: 48 },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', title: 'SHA-512', use: 'sign', length: 64 },
  'sha512-224': { oid: '2.16.840.1.101.3.4.2.5', title: 'SHA-512/224', use: 'verify', length: 28 },
  'sha512-256': { oid: '2.16.840.1.101.3.4.2.6', title: 'SHA-512/256', use: 'verify', length: 32 },
  'sha3-224': { oid: '2.16.840.1.101.3.4.2.7', title: 'SHA3-224', use: 'verify', length: 28 },
  'sha3-256': { oid: '2.16.840.1.101.3.4.2.8', title: 'SHA3-256', use: 'sign', length: 32 },
  'sha3-384': { oid: '2.16.840.1.101.3.4.2.9', title: 'SHA3-384', use: 'sign', length: 48 },
  'sha3-512': { oid: '2.16.840.1.101.3.4.2.10', title: 'SHA3-512', use: 'sign', length: 64 },
  // 512 bits of output, as CMS with Ed448 has it (RFC 8419, 2.3)
  shake256: { oid: '2.16.840.1.101.3.4.2.12', title: 'SHAKE256', use: 'verify', length: 64 },
}

const byOid = new Map(Object.entries(digests).map(([name, row]) => [row.oid, name as DigestName]))

export const digestNames = Object.keys(digests) as readonly DigestName[]
export const digestUse = (name: DigestName): AlgorithmUse => digests[name].use
/** `SHA-256`, `SHA3-512`… */
export const digestTitle = (name: DigestName): string => digests[name].title
/** Octets of a digest; for SHAKE256 the 64 that RFC 8419 uses. */
export const digestLength = (name: DigestName): number => digests[name].length

/** A streaming digest of node:crypto. */
export const createDigest = (name: DigestName): Hash =>
  name === 'shake256' ? createHash(name, { outputLength: digests.shake256.length }) : createHash(name)

/** The digest of `parts` joined. */
export function digestBytes(name: DigestName, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createDigest(name)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** AlgorithmIdentifier of a digest with its parameters absent (RFC 5754, 2; RFC 9688, 2). */
export const encodeDigestAlgorithm = (name: DigestName): Uint8Array => encodedAlgorithms[name].slice()

const encodedAlgorithms = Object.fromEntries(
  Object.entries(digests).map(([name, { oid }]) => [name, der.sequence(der.oid(oid))]),
) as Readonly<Record<DigestName, Uint8Array>>

/** The same with NULL, as RSASSA-PSS parameters carry it (RFC 4055, 2.1). */
export const encodeDigestAlgorithmWithNull = (name: DigestName): Uint8Array =>
  der.sequence(der.oid(digests[name].oid), der.nullValue())

/**
 * The digest an AlgorithmIdentifier names; its parameters may be absent or NULL (RFC 5754, 2).
 *
 * Throws `ERR_ALGORITHM_UNSUPPORTED` (with the OID), `ERR_ALGORITHM_PARAMETERS`. Whether it may still be used is not
 * checked.
 */
export function decodeDigestAlgorithm(element: DerElement): DigestName {
  const [identifier, parameters, ...rest] = readSequence(element)
  if (!identifier || rest.length > 0)
    throw new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'AlgorithmIdentifier' } })
  const oid = readOid(identifier)
  const name = byOid.get(oid)
  if (!name) throw new FormatError('ERR_ALGORITHM_UNSUPPORTED', { details: { algorithm: oid } })
  if (parameters && !(parameters.is('universal', 5) && parameters.content.length === 0)) {
    throw new FormatError('ERR_ALGORITHM_PARAMETERS', { details: { algorithm: digests[name].title } })
  }
  return name
}
