import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { der, parseDer, readIntegerBytes, readSequence } from '../../der/index.ts'
import { FormatError } from '../../errors.ts'
import { encodePssParameters } from '../algorithm-identifier.ts'
import { algorithmName, algorithmUse, type SignatureAlgorithm } from '../algorithms.ts'
import { importPublicKey, readSpki } from './import.ts'

type Pss = Extract<SignatureAlgorithm, { scheme: 'rsa-pss' }>

const keyTypes: Readonly<Record<SignatureAlgorithm['scheme'], readonly string[]>> = {
  'rsa-pkcs1': ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  'ecdsa-plain': ['ec'],
  dsa: ['dsa'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
}

/**
 * Whether `value` is the signature over `data`, by node:crypto. A key of another kind than the algorithm's, and one
 * whose own RSASSA-PSS parameters forbid the signature's, give false; so do RSA values that are not as long as the modulus,
 * and ECDSA and DSA values that are not DER.
 *
 * `publicKey` as bytes is a SubjectPublicKeyInfo. Throws `ERR_ALGORITHM_UNSUPPORTED` for algorithms that the table knows
 * by name only and for RSASSA-PSS with two digests of which one is SHA-3, and the errors of `importPublicKey`. Not
 * checked: whether key and algorithm are still strong enough.
 */
export function verifySignature(
  publicKey: KeyObject | Uint8Array,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  value: Uint8Array,
): boolean {
  if (algorithmUse(algorithm) === 'name') throw unsupported(algorithm)
  const key = publicKey instanceof Uint8Array ? importPublicKey(publicKey) : publicKey
  if (!keyTypes[algorithm.scheme].includes(key.asymmetricKeyType ?? '')) return false
  switch (algorithm.scheme) {
    case 'ed25519':
    case 'ed448':
      return tryVerify(null, data, { key }, value)
    case 'ecdsa':
    case 'dsa':
      return isDerValue(value) && tryVerify(algorithm.digest, data, { key, dsaEncoding: 'der' }, value)
    case 'ecdsa-plain':
      return tryVerify(algorithm.digest, data, { key, dsaEncoding: 'ieee-p1363' }, value)
    case 'rsa-pkcs1':
      return (
        isAsLongAsModulus(key, value) &&
        tryVerify(algorithm.digest, data, { key, padding: constants.RSA_PKCS1_PADDING }, value)
      )
    case 'rsa-pss':
      return isAsLongAsModulus(key, value) && verifyPss(key, algorithm, data, value)
  }
}

const unsupported = (algorithm: SignatureAlgorithm): FormatError =>
  new FormatError('ERR_ALGORITHM_UNSUPPORTED', { details: { algorithm: algorithmName(algorithm) } })

type VerifyInput = Extract<Parameters<typeof verify>[2], { key: unknown }>

/** OpenSSL throws where a value or key cannot even be tried (a digest too long for the key, say): not verified. */
function tryVerify(digest: string | null, data: Uint8Array, input: VerifyInput, value: Uint8Array): boolean {
  try {
    return verify(digest, data, input, value)
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL_')) return false
    throw error
  }
}

/** RFC 8017, 8.1.2 and 8.2.2, step 1. With RSASSA-PSS OpenSSL also takes a value whose leading zeros were cut off. */
const isAsLongAsModulus = (key: KeyObject, value: Uint8Array): boolean =>
  value.length === Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)

function verifyPss(key: KeyObject, algorithm: Pss, data: Uint8Array, value: Uint8Array): boolean {
  if (!keyAllows(key, algorithm)) return false
  const digests = [algorithm.digest, algorithm.mgfDigest]
  // OpenSSL 3.0 reads no SHA-3 in the parameters of an id-RSASSA-PSS key
  if (digests[0] !== digests[1] && digests.some((name) => name.startsWith('sha3-')))
    throw unsupported(algorithm)
  const input = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength }
  // verify() takes MGF1's hash from the digest, or else from the parameters of an id-RSASSA-PSS key
  const ready = algorithm.mgfDigest === algorithm.digest ? key : pssKey(key, algorithm)
  return tryVerify(algorithm.digest, data, { key: ready, ...input }, value)
}

/** RFC 4055, 3.3: what an id-RSASSA-PSS key's parameters fix; its salt length is the least. */
function keyAllows(key: KeyObject, algorithm: Pss): boolean {
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength } = key.asymmetricKeyDetails ?? {}
  return (
    (hashAlgorithm === undefined || sameDigest(hashAlgorithm, algorithm.digest)) &&
    (mgf1HashAlgorithm === undefined || sameDigest(mgf1HashAlgorithm, algorithm.mgfDigest)) &&
    (saltLength === undefined || algorithm.saltLength >= saltLength)
  )
}

const sameDigest = (openssl: string, ours: string): boolean =>
  openssl.toLowerCase().replace('/', '-') === ours

const pssKeys = new WeakMap<KeyObject, Map<string, KeyObject>>()

/** `key` as an id-RSASSA-PSS key with the signature's parameters, kept as long as `key` lives. */
function pssKey(key: KeyObject, algorithm: Pss): KeyObject {
  const kept = pssKeys.get(key) ?? new Map<string, KeyObject>()
  pssKeys.set(key, kept)
  const name = `${algorithm.digest} ${algorithm.mgfDigest} ${algorithm.saltLength}`
  let found = kept.get(name)
  if (!found) {
    const { bits } = readSpki(key.export({ type: 'spki', format: 'der' }))
    const identifier = der.sequence(der.oid('1.2.840.113549.1.1.10'), encodePssParameters(algorithm))
    found = createPublicKey({ key: Buffer.from(der.sequence(identifier, bits)), format: 'der', type: 'spki' })
    kept.set(name, found)
  }
  return found
}

/** Ecdsa-Sig-Value, Dsa-Sig-Value: SEQUENCE of two positive INTEGERs, DER (RFC 3279, 2.2.2 and 2.2.3). */
function isDerValue(value: Uint8Array): boolean {
  try {
    const [r, s, ...rest] = readSequence(parseDer(value))
    return (
      rest.length === 0 && [r, s].every((part) => part !== undefined && isPositive(readIntegerBytes(part)))
    )
  } catch {
    return false
  }
}

const isPositive = (content: Uint8Array): boolean =>
  content[0]! < 0x80 && content.some((octet) => octet !== 0)
