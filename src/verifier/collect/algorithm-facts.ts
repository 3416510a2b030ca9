import type { KeyObject } from 'node:crypto'
import { algorithmName, type Certificate, FormatError, type SignatureAlgorithm } from '../../formats/index.ts'
import type { AlgorithmFacts } from '../../trust/index.ts'

/** Bits of the curves that node:crypto names; of another, unknown. */
const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp224r1: 224,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  brainpoolP224r1: 224,
  brainpoolP256r1: 256,
  brainpoolP320r1: 320,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
  brainpoolP256t1: 256,
  brainpoolP384t1: 384,
  brainpoolP512t1: 512,
}

const fixedBits: Readonly<Record<string, number>> = { ed25519: 256, ed448: 456 }

interface KeyFacts {
  /** As node:crypto names it: `rsa`, `rsa-pss`, `ec`, `dsa`, `ed25519`, `ed448`. */
  readonly algorithm: string
  /** Modulus, prime or curve size; null where unknown. */
  readonly bits: number | null
  /** RSA: the public exponent. */
  readonly exponent: bigint | null
}

const known = new WeakMap<KeyObject, KeyFacts>()

function describeKey(key: KeyObject): KeyFacts {
  let facts = known.get(key)
  if (!facts) {
    const algorithm = key.asymmetricKeyType ?? 'unknown'
    const details = key.asymmetricKeyDetails ?? {}
    const bits = details.modulusLength ?? curveBits[details.namedCurve ?? ''] ?? fixedBits[algorithm] ?? null
    facts = { algorithm, bits, exponent: details.publicExponent ?? null }
    known.set(key, facts)
  }
  return facts
}

/** What a certificate's key is; null where it cannot be read. */
export function keyFactsOf(certificate: Certificate): KeyFacts | null {
  try {
    return describeKey(certificate.keyObject)
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** An algorithm as policies judge it, with the key that it was, or would be, verified with. */
export const algorithmFacts = (algorithm: SignatureAlgorithm, keyBits: number | null): AlgorithmFacts => ({
  digest: 'digest' in algorithm ? algorithm.digest : null,
  mgfDigest: algorithm.scheme === 'rsa-pss' ? algorithm.mgfDigest : null,
  scheme: algorithm.scheme,
  keyBits,
})

/** `read`'s algorithm with its name; where it cannot be read, null and the name or OID that the error holds. */
export function readAlgorithm(read: () => SignatureAlgorithm): {
  algorithm: SignatureAlgorithm | null
  text: string
} {
  try {
    const algorithm = read()
    return { algorithm, text: algorithmName(algorithm) }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { algorithm: null, text: String(error.details['algorithm'] ?? error.code) }
  }
}
