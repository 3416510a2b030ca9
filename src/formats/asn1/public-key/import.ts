import { createPublicKey, type KeyObject } from 'node:crypto'
import { der, parseDer, readBitString, readIntegerBytes, readOid, readSequence } from '../../der/index.ts'
import { FormatError } from '../../errors.ts'

const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const DSA = '1.2.840.10040.4.1'
const RSA = '1.2.840.113549.1.1.1'

const supported = new Set(['rsa', 'rsa-pss', 'ec', 'dsa', 'ed25519', 'ed448'])

/** Keys by the very array they were read from: importing costs more than verifying with RSA. */
const known = new WeakMap<Uint8Array, KeyObject>()

/**
 * The key of a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7), kept for as long as `spki` lives, which must not be changed.
 *
 * Throws `ERR_KEY_UNREADABLE`, `ERR_KEY_UNSUPPORTED` (curves spelled out instead of named included: RFC 5480, 2.1.1),
 * `ERR_KEY_PARAMETERS_MISSING` (DSA, RFC 3279, 2.3.2: see `inheritKeyParameters`). Not checked: strength.
 */
export function importPublicKey(spki: Uint8Array): KeyObject {
  const found = known.get(spki)
  if (found) return found
  checkParameters(spki)
  let key: KeyObject
  try {
    key = importRsa(spki) ?? createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch (cause) {
    throw new FormatError('ERR_KEY_UNREADABLE', { cause })
  }
  if (!supported.has(key.asymmetricKeyType ?? '')) {
    throw new FormatError('ERR_KEY_UNSUPPORTED', { details: { kind: String(key.asymmetricKeyType) } })
  }
  known.set(spki, key)
  return key
}

/**
 * A plain RSA key by its two numbers: OpenSSL 3 takes ten times as long to find out what a SubjectPublicKeyInfo is. null: no
 * rsaEncryption with NULL, or no RSAPublicKey of two positive numbers in DER (RFC 8017, A.1.1), which OpenSSL then judges.
 */
function importRsa(spki: Uint8Array): KeyObject | null {
  const { oid, parameters, bits } = readSpki(spki)
  if (oid !== RSA || parameters?.length !== 2 || parameters[0] !== 0x05) return null
  try {
    const { bytes, unusedBits } = readBitString(parseDer(bits))
    const [n, e, ...rest] = readSequence(parseDer(bytes)).map(readIntegerBytes)
    if (unusedBits !== 0 || !n || !e || rest.length > 0 || !isPositive(n) || !isPositive(e)) return null
    const text = (number: Uint8Array): string =>
      Buffer.from(number[0] === 0 ? number.subarray(1) : number).toString('base64url')
    return createPublicKey({ key: { kty: 'RSA', n: text(n), e: text(e) }, format: 'jwk' })
  } catch {
    return null
  }
}

const isPositive = (content: Uint8Array): boolean =>
  content[0]! < 0x80 && content.some((octet) => octet !== 0)

function checkParameters(spki: Uint8Array): void {
  const { oid, parameters } = readSpki(spki)
  if (oid === DSA && parameters === null) throw new FormatError('ERR_KEY_PARAMETERS_MISSING')
  if (oid !== EC_PUBLIC_KEY) return
  if (parameters?.[0] !== 0x06) {
    throw new FormatError('ERR_KEY_UNSUPPORTED', { details: { kind: 'EC without a named curve' } })
  }
}

/** A SubjectPublicKeyInfo taken apart. Throws `ERR_KEY_UNREADABLE`. */
export function readSpki(spki: Uint8Array): {
  oid: string
  /** The parameters' DER, null where absent. */
  parameters: Uint8Array | null
  /** The BIT STRING, whole. */
  bits: Uint8Array
} {
  try {
    const [algorithm, bits, ...rest] = readSequence(parseDer(spki))
    const [oid, parameters, ...more] = readSequence(algorithm!)
    readBitString(bits!)
    if (rest.length > 0 || more.length > 0) throw new FormatError('ERR_KEY_UNREADABLE')
    return { oid: readOid(oid!), parameters: parameters?.bytes ?? null, bits: bits!.bytes }
  } catch (cause) {
    throw new FormatError('ERR_KEY_UNREADABLE', { cause })
  }
}

/**
 * `spki` with the DSA parameters of its issuer's key where it has none of its own (RFC 3279, 2.3.2); any other key as it
 * stands. Throws `ERR_KEY_PARAMETERS_MISSING` where the issuer's key does not bring them, `ERR_KEY_UNREADABLE`.
 */
export function inheritKeyParameters(spki: Uint8Array, issuer: Uint8Array): Uint8Array {
  const own = readSpki(spki)
  if (own.oid !== DSA || own.parameters !== null) return spki
  const above = readSpki(issuer)
  if (above.oid !== DSA || above.parameters === null) throw new FormatError('ERR_KEY_PARAMETERS_MISSING')
  return der.sequence(der.sequence(der.oid(DSA), above.parameters), own.bits)
}
