import { type Certificate, type Crl, isEqual } from '../../formats/index.ts'
import { isSameName } from '../path/same-name.ts'
import type { RevocationProblem, StatusContext } from './types.ts'
import { verifyValue } from './verify-value.ts'

/** Keys of one name that are tried with one CRL; fewer with a large one, four at least. */
const MAX_KEYS = 32
const MAX_OCTETS = 64 * 1024 * 1024

const keysTried = ({ tbs }: Crl): number =>
  Math.min(MAX_KEYS, Math.max(4, Math.floor(MAX_OCTETS / tbs.length)))

export interface CrlSigners {
  /** Certificates of the one key that verified, the certificate's issuer first; empty where there is a problem. */
  readonly signers: readonly Certificate[]
  readonly isIssuer: boolean
  readonly problem: RevocationProblem | null
}

/**
 * Who signed a CRL: the certificate's issuer, or another certificate that has the CRL issuer's name, whose key verifies and
 * that may sign CRLs (RFC 5280, 6.3.3 (f) and (g)). Whether its path holds is not asked here.
 */
export function findCrlSigners(crl: Crl, issuer: Certificate, context: StatusContext): CrlSigners {
  const candidates = listCandidates(crl, issuer, context.certificates)
  let worst: RevocationProblem = { code: 'CRL_SIGNER_UNKNOWN', clause: 'RFC 5280, 6.3.3 (f)' }
  const tried: Certificate[] = []
  for (const candidate of candidates) {
    if (tried.some((other) => isEqual(other.publicKey, candidate.publicKey))) continue
    if (tried.length >= keysTried(crl)) break
    tried.push(candidate)
    const isIssuer = isSameSigner(candidate, issuer)
    const verdict = verifyValue(crl, candidate)
    if (verdict === 'unsupported') worst = { code: 'ALGORITHM_UNSUPPORTED', clause: 'RFC 5280, 6.3.3 (g)' }
    if (verdict === 'broken' && worst.code === 'CRL_SIGNER_UNKNOWN') {
      worst = { code: 'CRL_SIGNATURE', clause: 'RFC 5280, 6.3.3 (g)' }
    }
    if (verdict !== 'intact') continue
    const sameKey = candidates.filter(({ publicKey }) => isEqual(publicKey, candidate.publicKey))
    // whom the certificate's issuer did not name by its key says expressly that it may
    const signers = sameKey.filter(({ keyUsage }) => (keyUsage ? keyUsage.includes('cRLSign') : isIssuer))
    if (signers.length > 0) return { signers, isIssuer, problem: null }
    worst = { code: 'CRL_SIGNER_KEY_USAGE', clause: 'RFC 5280, 6.3.3 (f)' }
    break
  }
  return { signers: [], isIssuer: false, problem: worst }
}

/** Name and key alike: whichever of its certificates is at hand, it is the same authority. */
export const isSameSigner = (a: Certificate, b: Certificate): boolean =>
  a === b || (isEqual(a.publicKey, b.publicKey) && isSameName(a.subject, b.subject))

/** The issuer first, then those that the CRL's key identifier names: an order, not a rule (RFC 5280, 5.2.1). */
function listCandidates(crl: Crl, issuer: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const all = [issuer, ...pool.filter((certificate) => certificate !== issuer)].filter(({ subject }) =>
    isSameName(subject, crl.issuer),
  )
  const wanted = crl.authorityKeyIdentifier?.keyIdentifier
  const isNamed = ({ subjectKeyIdentifier }: Certificate): boolean =>
    wanted !== undefined &&
    wanted !== null &&
    subjectKeyIdentifier !== undefined &&
    isEqual(wanted, subjectKeyIdentifier)
  const score = (certificate: Certificate): number =>
    (certificate === issuer ? 2 : 0) + (isNamed(certificate) ? 1 : 0)
  return all.length < 2 ? all : [...all].sort((a, b) => score(b) - score(a))
}
