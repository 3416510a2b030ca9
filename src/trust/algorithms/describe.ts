import type { KeyObject } from 'node:crypto'
import type { SignatureAlgorithm } from '../../formats/index.ts'
import type { AlgorithmFacts } from '../types.ts'

/** A curve's name carries its size: `prime256v1`, `sect233k1`, `brainpoolP512r1`; of the strong ones only SM2's leaves it out. */
const curveBits = (curve: string): number | null =>
  curve === 'SM2' ? 256 : Number(/\d{3}/.exec(curve)?.[0] ?? 0) || null

/** Modulus, prime or curve size of a public key; null where its kind is not known. */
export function keyBits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): number | null {
  switch (asymmetricKeyType) {
    case 'ed25519':
      return 256
    case 'ed448':
      return 456
    case 'ec':
      return curveBits(asymmetricKeyDetails?.namedCurve ?? '')
    default:
      return asymmetricKeyDetails?.modulusLength ?? null
  }
}

/** An algorithm as policies judge it, with the size of the key that it was, or would be, verified with. */
export const describeAlgorithm = (algorithm: SignatureAlgorithm, bits: number | null): AlgorithmFacts => ({
  digest: 'digest' in algorithm ? algorithm.digest : null,
  mgfDigest: algorithm.scheme === 'rsa-pss' ? algorithm.mgfDigest : null,
  scheme: algorithm.scheme,
  keyBits: bits,
})
