import type { KeyObject } from 'node:crypto'
import { type Certificate, parseCertificate } from '../formats/index.ts'
import { CKK } from './cryptoki.ts'
import type { KeyObjectAttributes, TokenObjects } from './protocol.ts'
import type { KeyEntry } from './provider.ts'
import { encodePublicKey, kindOfKey, nameKind, readPublicKey } from './public-key.ts'

/** A private key of a token with its public key and the certificates for exactly that key, the newest first. */
export interface TokenKey {
  readonly entry: KeyEntry
  readonly publicKey: KeyObject
}

/**
 * Pairs private keys with certificates by CKA_ID *and* public key: a certificate under the right id but for another key
 * is not this key's. Keys of kinds we do not know, or that show no public key, are left out.
 */
export function pairKeys(objects: TokenObjects): TokenKey[] {
  const seen = new Set<string>()
  return objects.privateKeys.flatMap((privateKey) => {
    const certificates = certificatesOf(objects, privateKey.id)
    const publicKey = publicKeyOf(objects, privateKey, certificates)
    const key = publicKey && describeKey(privateKey, publicKey, certificates)
    if (!key) return []
    const name = `${key.entry.id} ${Buffer.from(key.entry.publicKey).toString('base64')}`
    if (seen.has(name)) return []
    seen.add(name)
    return [key]
  })
}

function certificatesOf(objects: TokenObjects, id: string): Certificate[] {
  const parsed = objects.certificates
    .filter((other) => other.id === id)
    .flatMap(({ value }) => readCertificate(value))
  return parsed.sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime())
}

/** Others may have put anything into the token; what is no certificate is not ours to complain of. */
function readCertificate(value: Uint8Array): Certificate[] {
  try {
    const certificate = parseCertificate(value)
    return certificate.keyObject ? [certificate] : []
  } catch {
    return []
  }
}

const opensslTypes: Readonly<Record<number, string>> = {
  [CKK.RSA]: 'rsa',
  [CKK.EC]: 'ec',
  [CKK.EC_EDWARDS]: 'ed25519',
}

function publicKeyOf(
  objects: TokenObjects,
  key: KeyObjectAttributes,
  certificates: readonly Certificate[],
): KeyObject | null {
  const siblings = objects.publicKeys.filter((other) => other.id === key.id && other.keyType === key.keyType)
  for (const source of [key, ...siblings]) {
    const sameModulus =
      key.modulus === null || (source.modulus && Buffer.from(key.modulus).equals(source.modulus))
    const spki = sameModulus ? encodePublicKey(source) : null
    const publicKey = spki && readPublicKey(spki)
    if (publicKey) return publicKey
  }
  const fromCertificate = certificates.map(({ keyObject }) => keyObject)
  return (
    fromCertificate.find((publicKey) => publicKey.asymmetricKeyType === opensslTypes[key.keyType]) ?? null
  )
}

function describeKey(
  key: KeyObjectAttributes,
  publicKey: KeyObject,
  certificates: readonly Certificate[],
): TokenKey | null {
  const own = certificates.filter((certificate) => certificate.keyObject.equals(publicKey))
  try {
    return { publicKey, entry: describeEntry(key, publicKey, own[0]?.der ?? null, false) }
  } catch {
    return null
  }
}

/** Throws `ERR_P11_KEY_TYPE_UNSUPPORTED`. */
export function describeEntry(
  key: { readonly id: string; readonly label: string },
  publicKey: KeyObject,
  certificate: Uint8Array | null,
  software: boolean,
): KeyEntry {
  const kind = kindOfKey(publicKey)
  return {
    id: key.id,
    label: key.label,
    type: kind.type,
    bits: kind.type === 'rsa' ? kind.bits : null,
    curve: kind.type === 'ec' ? kind.curve : null,
    algorithm: nameKind(kind),
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    certificate,
    software,
  }
}
