import { algorithmName, algorithmUse, type Certificate, isEqual, verifySignature } from '../formats/index.ts'
import { isWeakDigest, weakKeyName } from './strength.ts'

/** Why a path of certificates is not believed. */
export type PathProblem =
  | { readonly kind: 'none' }
  | { readonly kind: 'not-ca'; readonly certificate: Certificate }
  | { readonly kind: 'expired' | 'not-yet-valid'; readonly certificate: Certificate }
  | { readonly kind: 'weak'; readonly certificate: Certificate; readonly algorithm: string }

const MAX_DEPTH = 8
/** Signature checks that one search may make. */
const MAX_CHECKS = 100

export interface PathInput {
  readonly certificate: Certificate
  /** What may stand in between; believed only where it leads to an anchor. */
  readonly intermediates: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  /** When every issuer must be valid. */
  readonly at: Date
}

/**
 * Whether `certificate` leads by signatures to one of `anchors`, over CAs that are valid `at` that time: null where it
 * does, else what stands in the way of the path that came farthest.
 *
 * Names are compared byte by byte. Not checked: `certificate`'s own dates and use, revocation, policies, name
 * constraints (RFC 5280, 6, is the validator's business).
 */
export function findPathProblem(input: PathInput): PathProblem | null {
  const search: Search = { ...input, checks: 0, problem: { kind: 'none' } }
  return climb(search, input.certificate, [input.certificate]) ? null : search.problem
}

interface Search extends PathInput {
  checks: number
  problem: PathProblem
}

function climb(search: Search, certificate: Certificate, path: readonly Certificate[]): boolean {
  if (path.length > MAX_DEPTH) return false
  for (const issuer of candidates(search, certificate, path)) {
    if (++search.checks > MAX_CHECKS) return false
    if (!isSignedBy(certificate, issuer)) continue
    const problem = findIssuerProblem(search, certificate, issuer, path.length - 1)
    if (problem) {
      search.problem = problem
      continue
    }
    if (search.anchors.some((anchor) => isSame(anchor, issuer))) return true
    if (climb(search, issuer, [...path, issuer])) return true
  }
  return false
}

/** Issuers by name, the anchors first. */
function* candidates(
  { anchors, intermediates }: Search,
  certificate: Certificate,
  path: readonly Certificate[],
): Generator<Certificate> {
  for (const issuer of [...anchors, ...intermediates]) {
    const named = isEqual(issuer.subject.der, certificate.issuer.der)
    if (named && !path.some((member) => isSame(member, issuer))) yield issuer
  }
}

/** `below`: how many CAs stand under the issuer, self-issued ones counted too. */
function findIssuerProblem(
  { at }: Search,
  certificate: Certificate,
  issuer: Certificate,
  below: number,
): PathProblem | null {
  const { basicConstraints, keyUsage, notBefore, notAfter } = issuer
  const limit = basicConstraints?.pathLength ?? null
  const mayIssue =
    basicConstraints?.ca === true && (keyUsage === undefined || keyUsage.includes('keyCertSign'))
  if (!mayIssue || (limit !== null && below > limit)) return { kind: 'not-ca', certificate: issuer }
  if (at < notBefore) return { kind: 'not-yet-valid', certificate: issuer }
  if (at > notAfter) return { kind: 'expired', certificate: issuer }
  const weak = findWeakness(certificate, issuer)
  return weak === null ? null : { kind: 'weak', certificate, algorithm: weak }
}

/** The name of an algorithm or key that nothing is believed from any more, or null. */
function findWeakness(certificate: Certificate, issuer: Certificate): string | null {
  const algorithm = certificate.signatureAlgorithm
  return 'digest' in algorithm && isWeakDigest(algorithm.digest)
    ? algorithmName(algorithm)
    : weakKeyName(issuer.keyObject)
}

export const isSame = (a: Certificate, b: Certificate): boolean => a === b || isEqual(a.der, b.der)

/** Pairs whose signature was found right: the same few issuers are asked for with every signature. */
const verified = new Set<string>()
const MAX_KEPT = 10_000

function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  const pair = `${certificate.sha256} ${issuer.sha256}`
  if (verified.has(pair)) return true
  const { tbs, signatureValue } = certificate
  let holds: boolean
  try {
    const algorithm = certificate.signatureAlgorithm
    holds =
      algorithmUse(algorithm) !== 'name' && verifySignature(issuer.keyObject, algorithm, tbs, signatureValue)
  } catch {
    // an algorithm or key that cannot be read proves nothing
    return false
  }
  if (holds) {
    if (verified.size >= MAX_KEPT) verified.clear()
    verified.add(pair)
  }
  return holds
}
