import type { KeyObject } from 'node:crypto'
import { type Certificate, digestLength, type SignatureAlgorithm } from '../formats/index.ts'
import { SignerError } from './errors.ts'
import { weakKeyName } from './strength.ts'

/** A public key whose private half may sign here. */
export type SignerKey = {
  /** `RSA-3072`, `P-256`, `Ed25519` */
  readonly name: string
  /** Whether it can be used with an algorithm; strength is not looked at again. */
  readonly allows: (algorithm: SignatureAlgorithm) => boolean
} & ({ readonly kind: 'rsa' | 'ed25519' } | { readonly kind: 'ec'; readonly curve: string })

const curveNames: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
}

/**
 * The certificate's key where it may sign: RSA of 2048 bits or more, P-256, P-384, P-521, Ed25519.
 *
 * Throws `ERR_SIGNER_KEY_WEAK`, `ERR_SIGNER_KEY_UNSUPPORTED` (other kinds and curves, and keys that cannot be read).
 */
export function readSignerKey(certificate: Certificate): SignerKey {
  const key = readKey(certificate)
  const type = key.asymmetricKeyType
  const weak = type === 'dsa' ? null : weakKeyName(key)
  if (weak !== null) throw new SignerError('ERR_SIGNER_KEY_WEAK', { details: { key: weak } })
  if (type === 'rsa' || type === 'rsa-pss') return readRsa(key)
  if (type === 'ed25519') {
    return { kind: 'ed25519', name: 'Ed25519', allows: ({ scheme }) => scheme === 'ed25519' }
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? ''
  const name = curveNames[curve]
  if (type === 'ec' && name) return { kind: 'ec', curve, name, allows: ({ scheme }) => scheme === 'ecdsa' }
  throw new SignerError('ERR_SIGNER_KEY_UNSUPPORTED', { details: { key: curve || String(type) } })
}

function readKey(certificate: Certificate): KeyObject {
  try {
    return certificate.keyObject
  } catch (cause) {
    throw new SignerError('ERR_SIGNER_KEY_UNSUPPORTED', { details: { key: '?' }, cause })
  }
}

function readRsa(key: KeyObject): SignerKey {
  const { modulusLength = 0, hashAlgorithm, saltLength } = key.asymmetricKeyDetails ?? {}
  const name = `RSA-${modulusLength}`
  const pssOnly = key.asymmetricKeyType === 'rsa-pss'
  const allows = (algorithm: SignatureAlgorithm): boolean => {
    if (algorithm.scheme === 'rsa-pkcs1') return !pssOnly
    if (algorithm.scheme !== 'rsa-pss') return false
    // RFC 8017, 9.1.1: the encoded message holds digest and salt and two octets more
    const room =
      Math.ceil((modulusLength - 1) / 8) >= digestLength(algorithm.digest) + algorithm.saltLength + 2
    // RFC 4055, 3.3: an id-RSASSA-PSS key may fix the digest, and the least salt
    const digestFits = hashAlgorithm === undefined || hashAlgorithm.toLowerCase() === algorithm.digest
    return room && digestFits && algorithm.saltLength >= (saltLength ?? 0)
  }
  return { kind: 'rsa', name, allows }
}
