import { der } from '../formats/index.ts'
import { Pkcs11Error } from './errors.ts'

/**
 * Ecdsa-Sig-Value (RFC 3279, 2.2.3) from what PKCS#11 returns: r and s of equal length joined (v3.1, 6.3.1).
 *
 * `size` is the curve order's length in bytes. Throws `ERR_P11_SIGNATURE_FORMAT` for another length or where r or s is
 * zero. Whether the value is right is for the verification that follows.
 */
export function encodeEcdsaValue(raw: Uint8Array, size: number): Uint8Array {
  const r = raw.subarray(0, size)
  const s = raw.subarray(size)
  if (raw.length !== 2 * size || isZero(r) || isZero(s)) {
    throw new Pkcs11Error('ERR_P11_SIGNATURE_FORMAT', { details: { actual: raw.length, expected: 2 * size } })
  }
  return der.sequence(der.integer(r), der.integer(s))
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** The leftmost bytes of a digest that a curve of `size` bytes signs (FIPS 186-5, 6.4.1; P-256, P-384, P-521). */
export const truncateDigest = (digest: Uint8Array, size: number): Uint8Array => digest.subarray(0, size)
