import { hash } from 'node:crypto'
import { concat, der, type SignatureAlgorithm } from '../formats/index.ts'
import { encodeEcdsaValue, truncateDigest } from './ecdsa.ts'
import type { MechanismCall } from './protocol.ts'
import { curveSizes, type KeyKind } from './public-key.ts'

/** How one algorithm is carried out by a token: the mechanism, what goes in, and what its answer becomes. */
export interface SigningPlan {
  readonly algorithm: SignatureAlgorithm
  readonly call: MechanismCall
  readonly input: (dtbs: Uint8Array) => Uint8Array
  readonly output: (value: Uint8Array) => Uint8Array
}

/** The digests we sign with; SHA-1 and SHA-224 are only ever verified. */
type SigningDigest = 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-384' | 'sha3-512'

interface DigestRow {
  readonly bytes: number
  /** A DigestInfo up to the digest itself. */
  readonly digestInfo: Uint8Array
  readonly ckm: number
  readonly mgf: number
  readonly rsaPkcs: number
  readonly rsaPss: number
  readonly ecdsa: number
}

/** OIDs: FIPS 180-4/202 via NIST's arc 2.16.840.1.101.3.4.2. CKM and CKG values: pkcs11t.h v3.1. */
const digests: Readonly<Record<SigningDigest, DigestRow>> = {
  sha256: row(32, 1, 0x250, 2, 0x40, 0x43, 0x1044),
  sha384: row(48, 2, 0x260, 3, 0x41, 0x44, 0x1045),
  sha512: row(64, 3, 0x270, 4, 0x42, 0x45, 0x1046),
  'sha3-256': row(32, 8, 0x2b0, 7, 0x60, 0x63, 0x1048),
  'sha3-384': row(48, 9, 0x2c0, 8, 0x61, 0x64, 0x1049),
  'sha3-512': row(64, 10, 0x2d0, 9, 0x62, 0x65, 0x104a),
}

function row(
  bytes: number,
  arc: number,
  ckm: number,
  mgf: number,
  rsaPkcs: number,
  rsaPss: number,
  ecdsa: number,
): DigestRow {
  const identifier = der.sequence(der.oid(`2.16.840.1.101.3.4.2.${arc}`), der.nullValue())
  const whole = der.sequence(identifier, der.octetString(new Uint8Array(bytes)))
  const digestInfo = whole.subarray(0, whole.length - bytes)
  return { bytes, digestInfo, ckm, mgf, rsaPkcs, rsaPss, ecdsa }
}

const CKM_RSA_PKCS = 0x0001
const CKM_RSA_PKCS_PSS = 0x000d
const CKM_ECDSA = 0x1041
const CKM_EDDSA = 0x1057
/** The addon's own number for CK_RSA_PKCS_PSS_PARAMS. */
const PSS_PARAMETERS = 5

const MIN_RSA_BITS = 2048
const allDigests = Object.keys(digests) as SigningDigest[]

/** Digests in order of preference: for a curve, those of its own strength first. */
const preferredDigests: Readonly<Record<'P-256' | 'P-384' | 'P-521', readonly SigningDigest[]>> = {
  'P-256': allDigests,
  'P-384': ['sha384', 'sha512', 'sha256', 'sha3-384', 'sha3-512', 'sha3-256'],
  'P-521': ['sha512', 'sha384', 'sha256', 'sha3-512', 'sha3-384', 'sha3-256'],
}

/**
 * The algorithms a key of this kind could sign with, in order of preference: PSS before PKCS#1 v1.5, SHA-2 before SHA-3.
 *
 * Empty for RSA under 2048 bits.
 */
export function algorithmsFor(kind: KeyKind): SignatureAlgorithm[] {
  if (kind.type === 'ed25519') return [{ scheme: 'ed25519' }]
  if (kind.type === 'ec') return preferredDigests[kind.curve].map((digest) => ({ scheme: 'ecdsa', digest }))
  if (kind.bits < MIN_RSA_BITS) return []
  return [
    ...allDigests.map((digest) => ({
      scheme: 'rsa-pss' as const,
      digest,
      mgfDigest: digest,
      saltLength: digests[digest].bytes,
    })),
    ...allDigests.map((digest) => ({ scheme: 'rsa-pkcs1' as const, digest })),
  ]
}

/**
 * Ways to carry out `algorithm` with the mechanisms a token names, the best first: the hash made here, so that the
 * document's data never goes to the token; else by the token's own combined mechanism.
 */
export function plansFor(
  kind: KeyKind,
  algorithm: SignatureAlgorithm,
  offered: ReadonlySet<number>,
): SigningPlan[] {
  return candidates(kind, algorithm).filter((plan) => offered.has(plan.call.mechanism))
}

function candidates(kind: KeyKind, algorithm: SignatureAlgorithm): SigningPlan[] {
  const same = (bytes: Uint8Array): Uint8Array => bytes
  const plan = (
    mechanism: number,
    input: SigningPlan['input'],
    pss: MechanismCall['pss'] = null,
    output = same,
  ): SigningPlan => ({
    algorithm,
    call: { mechanism, pss },
    input,
    output,
  })
  if (algorithm.scheme === 'ed25519') return kind.type === 'ed25519' ? [plan(CKM_EDDSA, same)] : []
  if (!('digest' in algorithm) || !isSigningDigest(algorithm.digest)) return []
  const { digest } = algorithm
  const found = digests[digest]
  const digestOf = (dtbs: Uint8Array): Uint8Array => hash(digest, dtbs, 'buffer')
  if (algorithm.scheme === 'ecdsa' && kind.type === 'ec') {
    const size = curveSizes[kind.curve]
    const output = (value: Uint8Array): Uint8Array => encodeEcdsaValue(value, size)
    return [
      plan(CKM_ECDSA, (dtbs) => truncateDigest(digestOf(dtbs), size), null, output),
      plan(found.ecdsa, same, null, output),
    ]
  }
  if (kind.type !== 'rsa') return []
  if (algorithm.scheme === 'rsa-pkcs1') {
    return [plan(CKM_RSA_PKCS, (dtbs) => encodeDigestInfo(digest, digestOf(dtbs))), plan(found.rsaPkcs, same)]
  }
  if (algorithm.scheme !== 'rsa-pss' || algorithm.mgfDigest !== digest) return []
  const pss = { type: PSS_PARAMETERS, hashAlg: found.ckm, mgf: found.mgf, saltLen: algorithm.saltLength }
  return [plan(CKM_RSA_PKCS_PSS, digestOf, pss), plan(found.rsaPss, same, pss)]
}

const isSigningDigest = (name: string): name is SigningDigest => name in digests

/** DigestInfo (RFC 8017, 9.2): the parameters are NULL, for SHA-3 too. */
function encodeDigestInfo(digest: SigningDigest, value: Uint8Array): Uint8Array {
  return concat([digests[digest].digestInfo, value])
}

/** A name for an algorithm that equals another's exactly where both are the same. */
export function algorithmKey(algorithm: SignatureAlgorithm): string {
  if (!('digest' in algorithm)) return algorithm.scheme
  const pss = algorithm.scheme === 'rsa-pss' ? `:${algorithm.mgfDigest}:${algorithm.saltLength}` : ''
  return `${algorithm.scheme}:${algorithm.digest}${pss}`
}
