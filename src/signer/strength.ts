import type { KeyObject } from 'node:crypto'
import type { DigestName } from '../formats/index.ts'
import { keyBits } from '../trust/index.ts'

const weakDigests: ReadonlySet<DigestName> = new Set<DigestName>(['md5', 'sha1'])

/** Whether nothing is believed over this digest any more: two inputs with the same digest have been found. */
export const isWeakDigest = (digest: DigestName): boolean => weakDigests.has(digest)

const MIN_RSA_BITS = 2048
const MIN_CURVE_BITS = 256

/**
 * The name of a key under 112 bits of security, `RSA-1024` or `secp224r1`, or of a DSA key, which FIPS 186-5 has dropped;
 * null for RSA from 2048 bits, curves from 256 bits, Ed25519 and Ed448.
 */
export function weakKeyName(key: KeyObject): string | null {
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: details } = key
  if (type === 'ed25519' || type === 'ed448') return null
  const bits = keyBits(key) ?? 0
  if (type === 'ec') return bits < MIN_CURVE_BITS ? (details?.namedCurve ?? '?') : null
  if ((type === 'rsa' || type === 'rsa-pss') && bits >= MIN_RSA_BITS) return null
  return `${type.split('-')[0]!.toUpperCase()}-${bits}`
}
