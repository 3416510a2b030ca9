import {
  type Certificate,
  FormatError,
  importPublicKey,
  inheritKeyParameters,
  verifySignature,
} from '../../formats/index.ts'
import type { TrustCache } from '../cache.ts'

/**
 * Whether an issuer's key signed a certificate. `deferred`: the key leaves its parameters to whom it was certified by, so
 * that only a whole path can say (RFC 3279, 2.3.2). `unsupported`: key or algorithm is not known or cannot be used.
 */
export type IssuedBy =
  | { readonly result: 'valid' | 'invalid' | 'deferred' }
  | { readonly result: 'unsupported'; readonly detail: string }

/** Verifies the signature of `subject` with the key (SubjectPublicKeyInfo) that `issuer` has on this path. */
export function verifyIssued(
  subject: Certificate,
  issuer: Certificate,
  publicKey: Uint8Array,
  cache: TrustCache | undefined,
): IssuedBy {
  const verify = (): boolean =>
    verifySignature(publicKey, subject.signatureAlgorithm, subject.tbs, subject.signatureValue)
  try {
    // a key with inherited parameters depends on more than the two certificates
    const kept = cache && publicKey === issuer.publicKey
    const valid = kept ? cache.verified(`${subject.sha256}${issuer.sha256}`, verify) : verify()
    return { result: valid ? 'valid' : 'invalid' }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    if (error.code === 'ERR_KEY_PARAMETERS_MISSING') return { result: 'deferred' }
    if (error.code === 'ERR_KEY_UNREADABLE') return { result: 'invalid' }
    // algorithm or key unknown, or their parameters malformed: whoever wrote them, it is no reason to give up
    return { result: 'unsupported', detail: error.code }
  }
}

/** A certificate's key with the parameters of the key above where it leaves them to it; as it stands where that brings none. */
export function workingPublicKey(certificate: Certificate, above: Uint8Array): Uint8Array {
  try {
    return inheritKeyParameters(certificate.publicKey, above)
  } catch (error) {
    if (error instanceof FormatError) return certificate.publicKey
    throw error
  }
}

/** `certificate` with the key it has on a path: for who verifies with it what else it signed. */
export const withWorkingKey = (certificate: Certificate, publicKey: Uint8Array): Certificate =>
  publicKey === certificate.publicKey
    ? certificate
    : Object.create(certificate, {
        publicKey: { value: publicKey, enumerable: true },
        keyObject: { get: () => importPublicKey(publicKey), enumerable: true },
      })

const costs = new WeakMap<Certificate, number>()

/** What a check with this key costs, in checks with RSA-2048 or P-256; 1 for what cannot be read. */
export function checkCost(certificate: Certificate): number {
  let cost = costs.get(certificate)
  if (cost === undefined) {
    cost = measureCost(certificate)
    costs.set(certificate, cost)
  }
  return cost
}

function measureCost(certificate: Certificate): number {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.keyObject
    if (asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss') {
      const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {}
      const exponent = Math.max(1, publicExponent.toString(2).length / 17)
      return Math.max(1, Math.ceil((modulusLength / 2048) ** 2 * exponent))
    }
    if (asymmetricKeyType === 'ec') return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 1 : 5
    return asymmetricKeyType === 'dsa' ? 3 : 1
  } catch (error) {
    if (error instanceof FormatError) return 1
    throw error
  }
}
