import {
  algorithmName,
  algorithmUse,
  type Certificate,
  type DigestName,
  digestLength,
  digestTitle,
  digestUse,
  type SignatureAlgorithm,
} from '../formats/index.ts'
import { algorithmReliability, algorithmSuite, describeAlgorithm } from '../trust/index.ts'
import { SignerError } from './errors.ts'
import { readSignerKey, type SignerKey } from './signer-key.ts'
import type { Conformity, SelectedAlgorithm } from './types.ts'

export interface AlgorithmWish {
  /** RSA only. */
  readonly scheme?: 'pss' | 'pkcs1'
  readonly digest?: DigestName
}

/** SHA-2 before SHA-3, the shortest that is strong enough first. */
const digestOrder: readonly DigestName[] = ['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512']

/** A curve's own strength first (SEC 1; FIPS 186-5, 6.1.1: a digest no shorter than the curve's order). */
const curveDigests: Readonly<Record<string, DigestName>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
}

/**
 * With which algorithm the certificate's key signs: RSASSA-PSS (MGF1 with the same digest, salt as long as the digest)
 * before RSASSA-PKCS1-v1_5, which is taken unasked only where the key cannot do PSS; ECDSA with the curve's digest;
 * Ed25519 with SHA-512 as the content's digest (RFC 8419, 3). `available` is what the key can do, null where we do not
 * hold it.
 *
 * Throws `ERR_SIGNER_KEY_WEAK`, `ERR_SIGNER_KEY_UNSUPPORTED`, `ERR_SIGNER_DIGEST_FORBIDDEN`,
 * `ERR_SIGNER_SCHEME_NOT_RSA`, `ERR_SIGNER_SCHEME_UNAVAILABLE`, `ERR_SIGNER_DIGEST_UNAVAILABLE`.
 */
export function selectAlgorithm(
  certificate: Certificate,
  available: readonly SignatureAlgorithm[] | null,
  wish: AlgorithmWish,
): SelectedAlgorithm {
  const key = readSignerKey(certificate)
  if (wish.digest !== undefined && digestUse(wish.digest) !== 'sign') {
    throw new SignerError('ERR_SIGNER_DIGEST_FORBIDDEN', { details: { digest: digestTitle(wish.digest) } })
  }
  if (wish.scheme !== undefined && key.kind !== 'rsa') {
    const scheme = wish.scheme === 'pss' ? 'RSASSA-PSS' : 'RSASSA-PKCS1-v1_5'
    throw new SignerError('ERR_SIGNER_SCHEME_NOT_RSA', { details: { scheme, key: key.name } })
  }
  const candidates = listCandidates(key, wish.scheme)
  const fitting = candidates.filter(
    (algorithm) => wish.digest === undefined || contentDigestOf(algorithm) === wish.digest,
  )
  const found = fitting.find((algorithm) => available === null || available.some(isSame(algorithm)))
  if (found) {
    return { algorithm: found, digest: contentDigestOf(found), conformity: conformityOf(found) }
  }
  const canAny = candidates.some((algorithm) => available?.some(isSame(algorithm)) ?? true)
  if (canAny && wish.digest !== undefined) {
    throw new SignerError('ERR_SIGNER_DIGEST_UNAVAILABLE', { details: { digest: digestTitle(wish.digest) } })
  }
  const scheme = candidates[0] ? schemeName(candidates[0]) : key.name
  throw new SignerError('ERR_SIGNER_SCHEME_UNAVAILABLE', { details: { scheme } })
}

/** What a key may sign with, in order of preference. */
function listCandidates(key: SignerKey, scheme: AlgorithmWish['scheme']): SignatureAlgorithm[] {
  if (key.kind === 'ed25519') return [{ scheme: 'ed25519' }]
  if (key.kind === 'ec') {
    const first = curveDigests[key.curve]!
    const digests = [first, ...digestOrder.filter((digest) => digest !== first)]
    return digests.map((digest) => ({ scheme: 'ecdsa', digest }))
  }
  const pss = digestOrder.map((digest): SignatureAlgorithm => pssWith(digest)).filter(key.allows)
  const pkcs1 = digestOrder
    .map((digest): SignatureAlgorithm => ({ scheme: 'rsa-pkcs1', digest }))
    .filter(key.allows)
  return scheme === 'pss' ? pss : scheme === 'pkcs1' ? pkcs1 : [...pss, ...pkcs1]
}

const pssWith = (digest: DigestName): SignatureAlgorithm => ({
  scheme: 'rsa-pss',
  digest,
  mgfDigest: digest,
  saltLength: digestLength(digest),
})

const isSame =
  (a: SignatureAlgorithm) =>
  (b: SignatureAlgorithm): boolean => {
    if (a.scheme !== b.scheme) return false
    if (!('digest' in a) || !('digest' in b)) return true
    if (a.digest !== b.digest) return false
    if (a.scheme !== 'rsa-pss' || b.scheme !== 'rsa-pss') return true
    return a.mgfDigest === b.mgfDigest && a.saltLength === b.saltLength
  }

const schemeName = (algorithm: SignatureAlgorithm): string => algorithmName(algorithm).split(' ')[0]!

/** The content's digest under an algorithm; Ed25519 goes with SHA-512 (RFC 8419, 3). */
export const contentDigestOf = (algorithm: SignatureAlgorithm): DigestName =>
  'digest' in algorithm ? algorithm.digest : 'sha512'

/** Of a signature-time-stamp's imprint: SHA-2 of the same length, which every authority knows. */
export const imprintDigestOf = (digest: DigestName): DigestName => imprintDigests[digest] ?? digest

const imprintDigests: Partial<Record<DigestName, DigestName>> = {
  'sha3-256': 'sha256',
  'sha3-384': 'sha384',
  'sha3-512': 'sha512',
}

const circular = algorithmSuite('tt15-2025')
/** Every key that may sign here reaches the sizes that the circular asks for. */
const SIGNER_BITS = 2048

/** Whether TT 15/2025/TT-BKHCN, annex I, 1.2 and 1.3, lists scheme and digest for a signer's own signature. */
export function conformityOf(algorithm: SignatureAlgorithm): Conformity {
  const facts = describeAlgorithm(algorithm, SIGNER_BITS)
  return algorithmReliability(circular, facts, 'signature').until === 'for-ever' ? 'tt15' : 'outside'
}

/**
 * Refuses an algorithm that must not sign, or not with this certificate's key.
 *
 * Throws `ERR_SIGNER_ALGORITHM_FORBIDDEN`, `ERR_SIGNER_ALGORITHM_MISMATCH`, `ERR_SIGNER_KEY_WEAK`,
 * `ERR_SIGNER_KEY_UNSUPPORTED`.
 */
export function checkSigningAlgorithm(certificate: Certificate, algorithm: SignatureAlgorithm): void {
  const key = readSignerKey(certificate)
  if (algorithmUse(algorithm) !== 'sign') {
    throw new SignerError('ERR_SIGNER_ALGORITHM_FORBIDDEN', {
      details: { algorithm: algorithmName(algorithm) },
    })
  }
  if (!key.allows(algorithm)) {
    throw new SignerError('ERR_SIGNER_ALGORITHM_MISMATCH', {
      details: { key: key.name, algorithm: algorithmName(algorithm) },
    })
  }
}
