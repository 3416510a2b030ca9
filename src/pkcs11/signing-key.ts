import type { KeyObject } from 'node:crypto'
import {
  type Certificate,
  parseCertificate,
  type SignatureAlgorithm,
  verifySignature,
} from '../formats/index.ts'
import type { SigningKey } from '../signer/index.ts'
import { Pkcs11Error } from './errors.ts'
import { algorithmKey } from './mechanisms.ts'

/** A value as the key's holder made it, and what to do where it turns out wrong. */
export interface RawSignature {
  readonly value: Uint8Array
  readonly discard: () => void
}

export type SignRaw = (dtbs: Uint8Array, algorithm: SignatureAlgorithm) => Promise<RawSignature>

/** Signs and verifies with the public key before anything is returned; throws `ERR_P11_SIGNATURE_WRONG`. */
export async function signVerified(
  publicKey: KeyObject,
  signRaw: SignRaw,
  dtbs: Uint8Array,
  algorithm: SignatureAlgorithm,
): Promise<Uint8Array> {
  const { value, discard } = await signRaw(dtbs, algorithm)
  if (verifySignature(publicKey, algorithm, dtbs, value)) return value
  discard()
  throw new Pkcs11Error('ERR_P11_SIGNATURE_WRONG')
}

/**
 * The port over any holder of a key. The bytes to be signed are copied first, so that a caller may reuse its buffer.
 *
 * `publicKey` must be the certificate's. Throws `ERR_P11_KEY_TOO_WEAK` where no algorithm is left,
 * `ERR_P11_ALGORITHM_UNSUPPORTED` for one that is not listed.
 */
export function createSigningKey(options: {
  readonly chain: readonly Certificate[]
  readonly publicKey: KeyObject
  readonly kind: string
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly signRaw: SignRaw
}): SigningKey {
  const { publicKey, signRaw } = options
  const algorithms = Object.freeze([...options.algorithms])
  if (algorithms.length === 0)
    throw new Pkcs11Error('ERR_P11_KEY_TOO_WEAK', { details: { kind: options.kind } })
  const known = new Set(algorithms.map(algorithmKey))
  return {
    chain: [...options.chain],
    algorithms,
    async sign(dtbs, algorithm) {
      const name = algorithmKey(algorithm)
      if (!known.has(name))
        throw new Pkcs11Error('ERR_P11_ALGORITHM_UNSUPPORTED', { details: { algorithm: name } })
      return signVerified(publicKey, signRaw, new Uint8Array(dtbs), algorithm)
    },
  }
}

/** The end entity of a chain, if its public key is `publicKey`; throws `ERR_P11_CHAIN_EMPTY`, `…_CERTIFICATE_MISMATCH`. */
export function requireOwnCertificate(
  chain: readonly Certificate[],
  publicKey: KeyObject,
  keyId: string,
): Certificate {
  const [endEntity] = chain
  if (!endEntity) throw new Pkcs11Error('ERR_P11_CHAIN_EMPTY')
  if (!endEntity.keyObject.equals(publicKey)) {
    throw new Pkcs11Error('ERR_P11_CERTIFICATE_MISMATCH', { details: { key: keyId } })
  }
  return endEntity
}

/** A certificate to be kept beside a key; throws `ERR_P11_CERTIFICATE_UNREADABLE`. */
export function readCertificate(bytes: Uint8Array): Certificate {
  try {
    return parseCertificate(bytes)
  } catch (cause) {
    throw new Pkcs11Error('ERR_P11_CERTIFICATE_UNREADABLE', { cause })
  }
}
