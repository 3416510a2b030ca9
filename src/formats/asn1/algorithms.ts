import { type AlgorithmUse, type DigestName, digestTitle, digestUse } from './digests.ts'

export type SignatureAlgorithm =
  | { readonly scheme: 'rsa-pkcs1'; readonly digest: DigestName }
  | {
      readonly scheme: 'rsa-pss'
      readonly digest: DigestName
      readonly mgfDigest: DigestName
      /** octets */
      readonly saltLength: number
    }
  /** `ecdsa-plain`: the value is r and s side by side (BSI TR-03111, 5.2.1), not in DER. */
  | { readonly scheme: 'ecdsa' | 'ecdsa-plain' | 'dsa'; readonly digest: DigestName }
  | { readonly scheme: 'ed25519' | 'ed448' }

type Scheme = SignatureAlgorithm['scheme']

/** What is known of an OID: a signature algorithm, a key algorithm that stands for one, or another's name alone. */
export interface AlgorithmRow {
  readonly oid: string
  readonly scheme: Scheme | 'key' | 'other'
  readonly digest: DigestName | null
  readonly use: AlgorithmUse
  readonly title: string
}

/** Names of the schemes, without digest. */
export const schemeTitles: Readonly<Record<Scheme, string>> = {
  'rsa-pkcs1': 'RSASSA-PKCS1-v1_5',
  'rsa-pss': 'RSASSA-PSS',
  ecdsa: 'ECDSA',
  'ecdsa-plain': 'plain ECDSA',
  dsa: 'DSA',
  ed25519: 'Ed25519',
  ed448: 'Ed448',
}

/** A row whose digest decides what it is good for; DSA and plain ECDSA only ever verify. */
const withDigest = (
  scheme: 'rsa-pkcs1' | 'ecdsa' | 'ecdsa-plain' | 'dsa',
  digest: DigestName,
  oid: string,
): AlgorithmRow => ({
  oid,
  scheme,
  digest,
  use:
    (scheme === 'dsa' || scheme === 'ecdsa-plain') && digestUse(digest) === 'sign'
      ? 'verify'
      : digestUse(digest),
  title: `${schemeTitles[scheme]} ${digestTitle(digest)}`,
})

const other = (oid: string, title: string): AlgorithmRow => ({
  oid,
  scheme: 'other',
  digest: null,
  use: 'name',
  title,
})

const NIST = '2.16.840.1.101.3.4.3'

/**
 * Signature algorithms by OID. The first row of a scheme and digest is the one that is written.
 *
 * Sources: RFC 4055 and 5754 (RSA), RFC 5758 (DSA, ECDSA), BSI TR-03111 (plain ECDSA), RFC 9688 (SHA-3), RFC 8410 (EdDSA).
 */
const algorithms: readonly AlgorithmRow[] = [
  withDigest('rsa-pkcs1', 'sha256', '1.2.840.113549.1.1.11'),
  withDigest('rsa-pkcs1', 'sha384', '1.2.840.113549.1.1.12'),
  withDigest('rsa-pkcs1', 'sha512', '1.2.840.113549.1.1.13'),
  withDigest('rsa-pkcs1', 'sha224', '1.2.840.113549.1.1.14'),
  withDigest('rsa-pkcs1', 'sha512-224', '1.2.840.113549.1.1.15'),
  withDigest('rsa-pkcs1', 'sha512-256', '1.2.840.113549.1.1.16'),
  withDigest('rsa-pkcs1', 'sha1', '1.2.840.113549.1.1.5'),
  withDigest('rsa-pkcs1', 'sha1', '1.3.14.3.2.29'),
  withDigest('rsa-pkcs1', 'md5', '1.2.840.113549.1.1.4'),
  withDigest('rsa-pkcs1', 'sha3-224', `${NIST}.13`),
  withDigest('rsa-pkcs1', 'sha3-256', `${NIST}.14`),
  withDigest('rsa-pkcs1', 'sha3-384', `${NIST}.15`),
  withDigest('rsa-pkcs1', 'sha3-512', `${NIST}.16`),
  { oid: '1.2.840.113549.1.1.10', scheme: 'rsa-pss', digest: null, use: 'sign', title: 'RSASSA-PSS' },
  withDigest('ecdsa', 'sha1', '1.2.840.10045.4.1'),
  withDigest('ecdsa', 'sha224', '1.2.840.10045.4.3.1'),
  withDigest('ecdsa', 'sha256', '1.2.840.10045.4.3.2'),
  withDigest('ecdsa', 'sha384', '1.2.840.10045.4.3.3'),
  withDigest('ecdsa', 'sha512', '1.2.840.10045.4.3.4'),
  withDigest('ecdsa', 'sha3-224', `${NIST}.9`),
  withDigest('ecdsa', 'sha3-256', `${NIST}.10`),
  withDigest('ecdsa', 'sha3-384', `${NIST}.11`),
  withDigest('ecdsa', 'sha3-512', `${NIST}.12`),
  withDigest('ecdsa-plain', 'sha1', '0.4.0.127.0.7.1.1.4.1.1'),
  withDigest('ecdsa-plain', 'sha224', '0.4.0.127.0.7.1.1.4.1.2'),
  withDigest('ecdsa-plain', 'sha256', '0.4.0.127.0.7.1.1.4.1.3'),
  withDigest('ecdsa-plain', 'sha384', '0.4.0.127.0.7.1.1.4.1.4'),
  withDigest('ecdsa-plain', 'sha512', '0.4.0.127.0.7.1.1.4.1.5'),
  withDigest('ecdsa-plain', 'sha3-224', '0.4.0.127.0.7.1.1.4.1.8'),
  withDigest('ecdsa-plain', 'sha3-256', '0.4.0.127.0.7.1.1.4.1.9'),
  withDigest('ecdsa-plain', 'sha3-384', '0.4.0.127.0.7.1.1.4.1.10'),
  withDigest('ecdsa-plain', 'sha3-512', '0.4.0.127.0.7.1.1.4.1.11'),
  withDigest('dsa', 'sha1', '1.2.840.10040.4.3'),
  withDigest('dsa', 'sha1', '1.3.14.3.2.27'),
  withDigest('dsa', 'sha224', `${NIST}.1`),
  withDigest('dsa', 'sha256', `${NIST}.2`),
  withDigest('dsa', 'sha384', `${NIST}.3`),
  withDigest('dsa', 'sha512', `${NIST}.4`),
  withDigest('dsa', 'sha3-224', `${NIST}.5`),
  withDigest('dsa', 'sha3-256', `${NIST}.6`),
  withDigest('dsa', 'sha3-384', `${NIST}.7`),
  withDigest('dsa', 'sha3-512', `${NIST}.8`),
  { oid: '1.3.101.112', scheme: 'ed25519', digest: null, use: 'sign', title: 'Ed25519' },
  { oid: '1.3.101.113', scheme: 'ed448', digest: null, use: 'verify', title: 'Ed448' },
  // key algorithms that SignerInfo carries beside its digestAlgorithm (RFC 3370, 3.2; for the others seen in practice)
  { oid: '1.2.840.113549.1.1.1', scheme: 'key', digest: null, use: 'verify', title: 'rsaEncryption' },
  { oid: '1.2.840.10045.2.1', scheme: 'key', digest: null, use: 'verify', title: 'ecPublicKey' },
  { oid: '1.2.840.10040.4.1', scheme: 'key', digest: null, use: 'verify', title: 'dsa' },
  other('1.2.840.113549.1.1.2', 'RSASSA-PKCS1-v1_5 MD2'),
  other('1.2.840.113549.1.1.3', 'RSASSA-PKCS1-v1_5 MD4'),
  other('1.3.36.3.3.1.2', 'RSASSA-PKCS1-v1_5 RIPEMD-160'),
  other('1.3.6.1.5.5.7.6.30', 'RSASSA-PSS SHAKE128'),
  other('1.3.6.1.5.5.7.6.31', 'RSASSA-PSS SHAKE256'),
  other('1.3.6.1.5.5.7.6.32', 'ECDSA SHAKE128'),
  other('1.3.6.1.5.5.7.6.33', 'ECDSA SHAKE256'),
  other('1.2.156.10197.1.501', 'SM2 SM3'),
  other('1.2.643.7.1.1.3.2', 'GOST R 34.10-2012 (256)'),
  other('1.2.643.7.1.1.3.3', 'GOST R 34.10-2012 (512)'),
  other(`${NIST}.17`, 'ML-DSA-44'),
  other(`${NIST}.18`, 'ML-DSA-65'),
  other(`${NIST}.19`, 'ML-DSA-87'),
]

const byOid = new Map(algorithms.map((row) => [row.oid, row]))

/** The row of an OID. */
export const findRowByOid = (oid: string): AlgorithmRow | undefined => byOid.get(oid)

/** The row that an algorithm is written with. */
export const findRow = (algorithm: SignatureAlgorithm): AlgorithmRow | undefined => {
  const digest = 'digest' in algorithm && algorithm.scheme !== 'rsa-pss' ? algorithm.digest : null
  return algorithms.find((row) => row.scheme === algorithm.scheme && row.digest === digest)
}

/** `RSASSA-PSS SHA-256`, `ECDSA SHA3-384`, `Ed25519`; an MGF1 digest of its own is named too. */
export function algorithmName(algorithm: SignatureAlgorithm): string {
  if (!('digest' in algorithm)) return schemeTitles[algorithm.scheme]
  const mgf =
    algorithm.scheme === 'rsa-pss' && algorithm.mgfDigest !== algorithm.digest
      ? ` (MGF1 ${digestTitle(algorithm.mgfDigest)})`
      : ''
  return `${schemeTitles[algorithm.scheme]} ${digestTitle(algorithm.digest)}${mgf}`
}

/** What the table says an algorithm is good for; for RSASSA-PSS its digests decide. */
export function algorithmUse(algorithm: SignatureAlgorithm): AlgorithmUse {
  if (algorithm.scheme === 'rsa-pss') {
    const uses = [digestUse(algorithm.digest), digestUse(algorithm.mgfDigest)]
    if (uses.includes('name') || algorithm.digest === 'shake256' || algorithm.mgfDigest === 'shake256')
      return 'name'
    return uses.includes('verify') || algorithm.digest !== algorithm.mgfDigest ? 'verify' : 'sign'
  }
  return findRow(algorithm)?.use ?? 'name'
}
