import type { KeyObject } from 'node:crypto'
import { algorithmName, type Certificate, FormatError, type SignatureAlgorithm } from '../../formats/index.ts'
import { keyBits } from '../../trust/index.ts'

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
    facts = {
      algorithm: key.asymmetricKeyType ?? 'unknown',
      bits: keyBits(key),
      exponent: key.asymmetricKeyDetails?.publicExponent ?? null,
    }
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
