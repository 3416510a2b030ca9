import type { AlgorithmWish } from '../../src/signer/index.ts'

export interface Algorithm {
  readonly name: string
  /** Who signs with it. */
  readonly entity: string
  readonly wish: AlgorithmWish
  /** Oracles that do not know it; every other one is a judge. */
  readonly strangers: readonly string[]
  /** Oracles that judge it intact, but whose built-in policy does not accept the algorithm: their whole verdict is not asked. */
  readonly outsidePolicyOf?: readonly string[]
}

// poppler's NSS and pyHanko know no SHA-3 in signatures; OpenSSL 3.0 has no EdDSA in CMS, nor has NSS
const sha3 = ['pdfsig', 'pyHanko']
const eddsa = ['pdfsig', 'OpenSSL']

/** Each algorithm that we sign with, so ordered that any three in a row are of different keys. */
export const algorithms: readonly Algorithm[] = [
  rsa('RSA v1.5 SHA-256', 'nurse-02', 'pkcs1', 'sha256'),
  rsa('RSA-PSS SHA-256', 'seal-a', 'pss', 'sha256'),
  ec('ECDSA P-256 SHA-256', 'doctor-01', 'sha256'),
  rsa('RSA v1.5 SHA-384', 'seal-b', 'pkcs1', 'sha384'),
  rsa('RSA-PSS SHA-384', 'nurse-02', 'pss', 'sha384'),
  ec('ECDSA P-384 SHA-384', 'doctor-p384', 'sha384'),
  rsa('RSA v1.5 SHA-512', 'seal-a', 'pkcs1', 'sha512'),
  rsa('RSA-PSS SHA-512', 'seal-b', 'pss', 'sha512'),
  ec('ECDSA P-521 SHA-512', 'doctor-p521', 'sha512'),
  rsa('RSA v1.5 SHA3-256', 'nurse-02', 'pkcs1', 'sha3-256', sha3),
  rsa('RSA-PSS SHA3-384', 'seal-a', 'pss', 'sha3-384', sha3),
  ec('ECDSA P-256 SHA3-256', 'doctor-01', 'sha3-256', sha3),
  rsa('RSA v1.5 SHA3-512', 'seal-b', 'pkcs1', 'sha3-512', sha3),
  ec('ECDSA P-384 SHA3-384', 'doctor-p384', 'sha3-384', sha3),
  { name: 'Ed25519', entity: 'doctor-ed25519', wish: {}, strangers: eddsa, outsidePolicyOf: ['EU DSS'] },
]

function rsa(
  name: string,
  entity: string,
  scheme: 'pss' | 'pkcs1',
  digest: NonNullable<AlgorithmWish['digest']>,
  strangers: readonly string[] = [],
): Algorithm {
  return { name, entity, wish: { scheme, digest }, strangers }
}

function ec(
  name: string,
  entity: string,
  digest: NonNullable<AlgorithmWish['digest']>,
  strangers: readonly string[] = [],
): Algorithm {
  return { name, entity, wish: { digest }, strangers }
}

/** Chains of three that use every algorithm once; `shift` turns which stands where. */
export function chainsOfThree(shift: number): Algorithm[][] {
  const chains: Algorithm[][] = []
  for (let at = 0; at < algorithms.length; at += 3) {
    chains.push([0, 1, 2].map((place) => algorithms[at + ((place + shift) % 3)]!))
  }
  return chains
}
