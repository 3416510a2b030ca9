import { constants, type KeyObject, sign } from 'node:crypto'
import { type DigestName, der, encodeSignatureAlgorithm, type SignatureAlgorithm } from '../formats/index.ts'
import { TestCertsError } from './errors.ts'

const curveDigests: Readonly<Record<string, DigestName>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
}

/** How the authorities sign with `key`: RSA with PKCS#1 v1.5, as the national CAs do; ECDSA with the curve's digest. */
export function signatureAlgorithmFor(key: KeyObject, digest?: DigestName): SignatureAlgorithm {
  if (key.asymmetricKeyType === 'ed25519') return { scheme: 'ed25519' }
  if (key.asymmetricKeyType === 'rsa') return { scheme: 'rsa-pkcs1', digest: digest ?? 'sha256' }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? ''
  const usual = curveDigests[curve]
  if (key.asymmetricKeyType !== 'ec' || !usual) {
    throw new TestCertsError('ERR_TEST_PKI_KEY_UNSUPPORTED', {
      details: { kind: curve || String(key.asymmetricKeyType) },
    })
  }
  return { scheme: 'ecdsa', digest: digest ?? usual }
}

/** The signature value over `data` as X.509 and CMS carry it. Throws `ERR_TEST_PKI_KEY_UNSUPPORTED`. */
export function signBytes(key: KeyObject, algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
  switch (algorithm.scheme) {
    case 'ed25519':
      return sign(null, data, key)
    case 'rsa-pkcs1':
      return sign(algorithm.digest, data, { key, padding: constants.RSA_PKCS1_PADDING })
    case 'rsa-pss':
      return sign(algorithm.digest, data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: algorithm.saltLength,
      })
    case 'ecdsa':
      return sign(algorithm.digest, data, { key, dsaEncoding: 'der' })
    default:
      throw new TestCertsError('ERR_TEST_PKI_KEY_UNSUPPORTED', { details: { kind: algorithm.scheme } })
  }
}

/** SIGNED{…} of X.509: what is signed, the algorithm, the value. */
export function encodeSigned(tbs: Uint8Array, algorithm: SignatureAlgorithm, value: Uint8Array): Uint8Array {
  return der.sequence(tbs, encodeSignatureAlgorithm(algorithm), der.bitString(value))
}

/** `value` with its last bit turned over. */
export function spoil(value: Uint8Array): Uint8Array {
  const out = new Uint8Array(value)
  out[out.length - 1]! ^= 1
  return out
}
