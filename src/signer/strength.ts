import type { KeyObject } from 'node:crypto'
import type { DigestName } from '../formats/index.ts'

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
  if (type === 'ec') {
    const curve = details?.namedCurve ?? '?'
    return curveBits(curve) < MIN_CURVE_BITS ? curve : null
  }
  const bits = details?.modulusLength ?? 0
  if ((type === 'rsa' || type === 'rsa-pss') && bits >= MIN_RSA_BITS) return null
  return `${type.split('-')[0]!.toUpperCase()}-${bits}`
}

/** A curve's name carries its size: `prime192v1`, `sect233k1`, `brainpoolP224r1`; but for SM2's no strong one leaves it out. */
const curveBits = (curve: string): number => (curve === 'SM2' ? 256 : Number(/\d{3}/.exec(curve)?.[0] ?? 0))
