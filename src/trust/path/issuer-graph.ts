import { type Certificate, isEqual } from '../../formats/index.ts'
import type { TrustCache } from '../cache.ts'
import { isSameName, nameKey } from './same-name.ts'
import type { CertificatePool, PathBudget } from './types.ts'
import { checkCost, verifyIssued } from './verify-issued.ts'

/** Who certified a certificate, by name and signature, of those in a pool. */
export interface Issuers {
  /** Best first: anchors, then those that the key identifiers name. */
  readonly issuers: readonly Certificate[]
  /** Named as its issuer (or, where none is, by the key identifier), but its key does not verify or cannot be used. */
  readonly refuted: readonly Refuted[]
}

export interface Refuted {
  readonly issuer: Certificate
  readonly reason: 'SIGNATURE_INVALID' | 'ALGORITHM_UNSUPPORTED' | 'NAME_CHAINING'
  readonly detail: string | null
}

/**
 * The verified "was certified by" between a certificate and those of a pool, found upwards from it, each pair checked once.
 * What cannot be reached costs nothing, and circles have no end here to run into.
 */
export class IssuerGraph {
  readonly exhausted: boolean
  readonly #start: Certificate
  readonly #anchors: ReadonlySet<Certificate>
  readonly #bySubject: ReadonlyMap<string, readonly Certificate[]>
  readonly #pool: readonly Certificate[]
  readonly #cache: TrustCache | undefined
  readonly #issuers = new Map<Certificate, Issuers>()
  readonly #leads = new Set<Certificate>()
  #checksLeft: number

  constructor(start: Certificate, pool: CertificatePool, budget: PathBudget, cache: TrustCache | undefined) {
    const { anchors, all, bySubject } = indexPool(pool)
    this.#start = start
    this.#anchors = anchors
    this.#pool = all
    this.#bySubject = bySubject
    this.#cache = cache
    this.#checksLeft = budget.signatureChecks
    this.exhausted = !this.#explore(start, budget.length)
    this.#markLeading()
  }

  isAnchor(certificate: Certificate): boolean {
    return this.#anchors.has(certificate)
  }

  /** Whether an anchor can be reached from it. */
  leads(certificate: Certificate): boolean {
    return this.#leads.has(certificate)
  }

  issuersOf(certificate: Certificate): Issuers {
    return this.#issuers.get(certificate) ?? { issuers: [], refuted: [] }
  }

  /** Level by level, so that what is near is checked before the budget is spent; false where it did not suffice. */
  #explore(start: Certificate, levels: number): boolean {
    let level: readonly Certificate[] = [start]
    for (let depth = 1; depth < levels && level.length > 0; depth++) {
      const next = new Set<Certificate>()
      for (const certificate of level) {
        if (this.#anchors.has(certificate) || this.#issuers.has(certificate)) continue
        const found = this.#findIssuers(certificate)
        if (!found) return false
        this.#issuers.set(certificate, found)
        for (const issuer of found.issuers) if (!this.#issuers.has(issuer)) next.add(issuer)
      }
      level = [...next]
    }
    return level.every((certificate) => this.#anchors.has(certificate))
  }

  #findIssuers(certificate: Certificate): Issuers | null {
    const issuers: Certificate[] = []
    const refuted: Refuted[] = []
    for (const issuer of this.#candidates(certificate)) {
      if (issuer === certificate || isEqual(issuer.der, certificate.der)) continue
      this.#checksLeft -= checkCost(issuer)
      if (this.#checksLeft < 0) return null
      const named = isSameName(issuer.subject, certificate.issuer)
      const issued = verifyIssued(certificate, issuer, issuer.publicKey, this.#cache)
      const verified = issued.result === 'valid' || issued.result === 'deferred'
      if (verified && named) issuers.push(issuer)
      else if (verified) refuted.push({ issuer, reason: 'NAME_CHAINING', detail: null })
      else if (issued.result === 'unsupported') {
        refuted.push({ issuer, reason: 'ALGORITHM_UNSUPPORTED', detail: issued.detail })
      } else if (named) refuted.push({ issuer, reason: 'SIGNATURE_INVALID', detail: null })
    }
    return { issuers, refuted }
  }

  /** A path does not come back to where it began. */
  readonly #isOther = (issuer: Certificate): boolean =>
    this.#anchors.has(issuer) || issuer.sha256 !== this.#start.sha256

  /** By name, those that the key identifier names first; where the name leads nowhere, by key identifier alone. */
  #candidates(certificate: Certificate): readonly Certificate[] {
    const named = (this.#bySubject.get(nameKey(certificate.issuer)) ?? []).filter(this.#isOther)
    if (named.length > 1) {
      const rank = (issuer: Certificate): number =>
        (this.#anchors.has(issuer) ? 0 : 3) + keyIdentifierRank(certificate, issuer)
      return named
        .map((issuer) => ({ issuer, rank: rank(issuer) }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ issuer }) => issuer)
    }
    return named.length === 1
      ? named
      : this.#pool.filter((issuer) => this.#isOther(issuer) && keyIdentifierRank(certificate, issuer) === 0)
  }

  /** From the anchors down along what was verified. */
  #markLeading(): void {
    const below = new Map<Certificate, Certificate[]>()
    for (const [certificate, { issuers }] of this.#issuers) {
      for (const issuer of issuers) below.set(issuer, [...(below.get(issuer) ?? []), certificate])
    }
    const open = [...this.#anchors]
    for (let certificate = open.pop(); certificate; certificate = open.pop()) {
      if (this.#leads.has(certificate)) continue
      this.#leads.add(certificate)
      for (const subject of below.get(certificate) ?? []) open.push(subject)
    }
  }
}

interface IndexedPool {
  readonly anchors: ReadonlySet<Certificate>
  /** Anchors first, each certificate once. */
  readonly all: readonly Certificate[]
  readonly bySubject: ReadonlyMap<string, readonly Certificate[]>
}

/** By the arrays themselves: many signers are sought paths for in the same pool. */
const indexes = new WeakMap<
  readonly Certificate[],
  { readonly anchors: readonly Certificate[]; readonly index: IndexedPool }
>()

function indexPool(pool: CertificatePool): IndexedPool {
  const known = indexes.get(pool.intermediates)
  if (known?.anchors === pool.anchors) return known.index
  const anchors = distinct(pool.anchors)
  const anchorBytes = new Set(anchors.map(({ sha256 }) => sha256))
  const all = [...anchors, ...distinct(pool.intermediates).filter(({ sha256 }) => !anchorBytes.has(sha256))]
  const index = { anchors: new Set(anchors), all, bySubject: groupBySubject(all) }
  indexes.set(pool.intermediates, { anchors: pool.anchors, index })
  return index
}

/** 0: the key identifiers say that it is the issuer; 1: they say nothing; 2: they name another key. */
function keyIdentifierRank(certificate: Certificate, issuer: Certificate): 0 | 1 | 2 {
  const wanted = certificate.authorityKeyIdentifier?.keyIdentifier
  const own = issuer.subjectKeyIdentifier
  if (!wanted || !own) return 1
  return isEqual(wanted, own) ? 0 : 2
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  if (certificates.length < 2) return [...certificates]
  return [...new Map(certificates.map((certificate) => [certificate.sha256, certificate])).values()]
}

function groupBySubject(certificates: readonly Certificate[]): Map<string, Certificate[]> {
  const groups = new Map<string, Certificate[]>()
  for (const certificate of certificates) {
    const key = nameKey(certificate.subject)
    const group = groups.get(key)
    if (group) group.push(certificate)
    else groups.set(key, [certificate])
  }
  return groups
}
