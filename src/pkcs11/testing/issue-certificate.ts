import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Certificate, der, parseCertificate } from '../../formats/index.ts'

const issuer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
const ECDSA_SHA256 = '1.2.840.10045.4.3.2'

/** A Name with one common name (UTF8String), DER. */
export const commonName = (text: string): Uint8Array =>
  der.sequence(der.setOf(der.sequence(der.oid('2.5.4.3'), der.utf8String(text))))

/** A certificate for a public key, signed by an issuer that lives as long as this process. */
export function issueCertificate(
  publicKey: Uint8Array,
  options: { serial?: number; notBefore?: Date } = {},
): Certificate {
  const notBefore = options.notBefore ?? new Date('2026-01-01T00:00:00Z')
  const algorithm = der.sequence(der.oid(ECDSA_SHA256))
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(options.serial ?? 1),
    algorithm,
    commonName('CA THỬ NGHIỆM'),
    der.sequence(der.time(notBefore), der.time(new Date('2036-01-01T00:00:00Z'))),
    commonName('BÁC SĨ THỬ NGHIỆM 01'),
    publicKey,
  )
  return parseCertificate(der.sequence(tbs, algorithm, der.bitString(sign('sha256', tbs, issuer))))
}

/** A key's SubjectPublicKeyInfo. */
export const spkiOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ format: 'der', type: 'spki' }))
