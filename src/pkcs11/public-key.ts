import { createPublicKey, type KeyObject } from 'node:crypto'
import { der } from '../formats/index.ts'
import { CKK } from './cryptoki.ts'
import { Pkcs11Error } from './errors.ts'
import type { KeyObjectAttributes } from './protocol.ts'
import { trimZeros, unwrapPoint } from './public-value.ts'

/** What kind of key it is, as far as signing needs to know. */
export type KeyKind =
  | { readonly type: 'rsa'; readonly bits: number }
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly type: 'ed25519' }

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const ED25519 = '1.3.101.112'

/** SubjectPublicKeyInfo (RFC 5280, 4.1) of a key object in a token, or null where it does not show enough. */
export function encodePublicKey(key: KeyObjectAttributes): Uint8Array | null {
  if (key.keyType === CKK.RSA && key.modulus && key.publicExponent) {
    const numbers = der.sequence(der.integer(key.modulus), der.integer(key.publicExponent))
    return publicKeyInfo([der.oid(RSA_ENCRYPTION), der.nullValue()], numbers)
  }
  if (!key.ecPoint) return null
  const point = unwrapPoint(key.ecPoint)
  if (key.keyType === CKK.EC_EDWARDS)
    return point.length === 32 ? publicKeyInfo([der.oid(ED25519)], point) : null
  if (key.keyType === CKK.EC && key.ecParams)
    return publicKeyInfo([der.oid(EC_PUBLIC_KEY), key.ecParams], point)
  return null
}

const publicKeyInfo = (algorithm: Uint8Array[], key: Uint8Array): Uint8Array =>
  der.sequence(der.sequence(...algorithm), der.bitString(key))

/** Reads a SubjectPublicKeyInfo, or null where it is none that OpenSSL knows. */
export function readPublicKey(spki: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}

const curves: Readonly<Record<string, 'P-256' | 'P-384' | 'P-521'>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
}
/** Bytes of the order of each curve. */
export const curveSizes = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const

/** The kind of a public key; throws `ERR_P11_KEY_TYPE_UNSUPPORTED`. */
export function kindOfKey(key: KeyObject): KeyKind {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa' && details?.modulusLength) return { type, bits: details.modulusLength }
  if (type === 'ed25519') return { type }
  const curve = type === 'ec' ? curves[details?.namedCurve ?? ''] : undefined
  if (curve) return { type: 'ec', curve }
  throw new Pkcs11Error('ERR_P11_KEY_TYPE_UNSUPPORTED', {
    details: { kind: details?.namedCurve ?? type ?? 'unknown' },
  })
}

/** `rsa-3072`, `ecdsa-p256`, `ed25519`. */
export function nameKind(kind: KeyKind): string {
  if (kind.type === 'rsa') return `rsa-${kind.bits}`
  return kind.type === 'ec' ? `ecdsa-${kind.curve.toLowerCase().replace('-', '')}` : kind.type
}

/** What identifies the key to the token: the modulus, or the public point. */
export function publicPart(key: KeyObject): { modulus: Uint8Array | null; point: Uint8Array | null } {
  const jwk = key.export({ format: 'jwk' })
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url')
  if (jwk.kty === 'RSA') return { modulus: trimZeros(bytes(jwk.n)), point: null }
  if (jwk.kty === 'OKP') return { modulus: null, point: bytes(jwk.x) }
  return { modulus: null, point: Buffer.concat([Buffer.of(4), bytes(jwk.x), bytes(jwk.y)]) }
}
