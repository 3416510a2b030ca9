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

type Memo = WeakMap<Crl, Map<string, CrlSigners>>
/** By where signers were looked for: a CRL is asked about with every certificate of its CA. */
const memos = new WeakMap<readonly Certificate[], Memo>()

/**
 * Who signed a CRL: the certificate's issuer, or another certificate that has the CRL issuer's name, whose key verifies and
 * that may sign CRLs (RFC 5280, 6.3.3 (f) and (g)). Whether its path holds is not asked here.
 */
export function findCrlSigners(crl: Crl, issuer: Certificate, { certificates }: StatusContext): CrlSigners {
  const memo: Memo = memos.get(certificates) ?? new WeakMap()
  memos.set(certificates, memo)
  const known = memo.get(crl) ?? new Map<string, CrlSigners>()
  memo.set(crl, known)
  // the length tells a key that inherited its DSA parameters on a path from one that did not
  const name = `${issuer.sha256} ${issuer.publicKey.length}`
  let found = known.get(name)
  if (!found) {
    found = searchSigners(crl, issuer, certificates)
    known.set(name, found)
  }
  return found
}

function searchSigners(crl: Crl, issuer: Certificate, pool: readonly Certificate[]): CrlSigners {
  const candidates = listCandidates(crl, issuer, pool)
  let problem: RevocationProblem = { code: 'CRL_SIGNER_UNKNOWN', clause: 'RFC 5280, 6.3.3 (f)' }
  const tried = new Set<string>()
  for (const candidate of candidates) {
    const key = keyOf(candidate)
    if (tried.has(key)) continue
    if (tried.size >= keysTried(crl)) break
    tried.add(key)
    const verdict = verifyValue(crl, candidate)
    if (verdict === 'unsupported') problem = { code: 'ALGORITHM_UNSUPPORTED', clause: 'RFC 5280, 6.3.3 (g)' }
    if (verdict === 'broken' && problem.code === 'CRL_SIGNER_UNKNOWN') {
      problem = { code: 'CRL_SIGNATURE', clause: 'RFC 5280, 6.3.3 (g)' }
    }
    if (verdict === 'intact') {
      return chooseSigners(
        candidates.filter((other) => keyOf(other) === key),
        issuer,
      )
    }
  }
  return { signers: [], isIssuer: false, problem }
}

/** Those certificates of the key that verified which may sign CRLs; one that is not the issuer's says so expressly. */
function chooseSigners(sameKey: readonly Certificate[], issuer: Certificate): CrlSigners {
  const mayBeIssuer = sameKey[0] === issuer && (issuer.keyUsage?.includes('cRLSign') ?? true)
  const others = sameKey.filter((other) => other !== issuer && other.keyUsage?.includes('cRLSign'))
  const signers = mayBeIssuer ? [issuer, ...others] : others
  return {
    signers,
    isIssuer: mayBeIssuer,
    problem: signers.length > 0 ? null : { code: 'CRL_SIGNER_KEY_USAGE', clause: 'RFC 5280, 6.3.3 (f)' },
  }
}

const keyOf = ({ publicKey }: Certificate): string => Buffer.from(publicKey).toString('latin1')

/** Name and key alike: whichever of its certificates is at hand, it is the same authority. */
export const isSameSigner = (a: Certificate, b: Certificate): boolean =>
  a === b || (isEqual(a.publicKey, b.publicKey) && isSameName(a.subject, b.subject))

/** The issuer first, then those that the CRL's key identifier names: an order, not a rule (RFC 5280, 5.2.1). */
function listCandidates(crl: Crl, issuer: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const wanted = crl.authorityKeyIdentifier?.keyIdentifier ?? null
  const seen = new Set([issuer.sha256])
  const first = isSameName(issuer.subject, crl.issuer) ? [issuer] : []
  const named: Certificate[] = []
  const others: Certificate[] = []
  for (const certificate of pool) {
    if (!isSameName(certificate.subject, crl.issuer) || seen.has(certificate.sha256)) continue
    seen.add(certificate.sha256)
    const own = certificate.subjectKeyIdentifier
    if (wanted && own && isEqual(wanted, own)) named.push(certificate)
    else others.push(certificate)
  }
  return [...first, ...named, ...others]
}
