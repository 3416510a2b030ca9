import type { DigestName } from '../../src/formats/index.ts'
import type { AlgorithmFacts } from '../../src/trust/index.ts'
import type { Element } from './xml.ts'

const digests: Readonly<Record<string, DigestName>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  SHA224: 'sha224',
  SHA256: 'sha256',
  SHA384: 'sha384',
  SHA512: 'sha512',
  'SHA3-224': 'sha3-224',
  'SHA3-256': 'sha3-256',
  'SHA3-384': 'sha3-384',
  'SHA3-512': 'sha3-512',
}

const schemes: Readonly<Record<string, AlgorithmFacts['scheme']>> = {
  RSA: 'rsa-pkcs1',
  'RSASSA-PSS': 'rsa-pss',
  DSA: 'dsa',
  ECDSA: 'ecdsa',
  'PLAIN-ECDSA': 'ecdsa',
  EDDSA: 'ed25519',
}

/** The name of a digest, as it stands where we have none for it. */
export const readDigest = (name: string | null): string => digests[name ?? ''] ?? name ?? '?'

/** How a token was signed; null where an algorithm is none of ours. */
export function readAlgorithm(token: Element): { algorithm: AlgorithmFacts | null; text: string } {
  const encryption = token.value('BasicSignature/EncryptionAlgoUsedToSignThisToken')
  const name = token.value('BasicSignature/DigestAlgoUsedToSignThisToken')
  const bits = Number(token.value('BasicSignature/KeyLengthUsedToSignThisToken'))
  const scheme = schemes[encryption ?? '']
  const digest = digests[name ?? '']
  const text = `${encryption ?? '?'} ${name ?? '?'}`
  if (!scheme || !digest) return { algorithm: null, text }
  const mgfDigest = scheme === 'rsa-pss' ? digest : null
  return { algorithm: { scheme, digest, mgfDigest, keyBits: bits > 0 ? bits : null }, text }
}
