import type { Certificate } from '../../formats/index.ts'
import { createTrustCache, type TrustCache } from '../cache.ts'
import type { PathProblem } from '../types.ts'
import { checkPath } from './check-path.ts'
import { identityOf } from './identity.ts'
import { IssuerGraph } from './issuer-graph.ts'
import { type CertificatePath, type CertificatePool, defaultPathBudget, type PathOptions } from './types.ts'
import { verifyIssued } from './verify-issued.ts'

/**
 * All certification paths from `certificate` to the pool's anchors within the budget, best first: those without problems,
 * then the shorter ones. Where none leads to an anchor there is one that breaks off, with the reason; one path at least.
 *
 * No path has a name with its key twice: such a circle proves nothing. `certificate` itself may be the anchor, by its bytes.
 * Signatures and names are verified (`checkPath`); dates and revocation are not.
 */
export function buildPaths(
  certificate: Certificate,
  pool: CertificatePool,
  options: PathOptions = {},
): CertificatePath[] {
  const budget = { ...defaultPathBudget, ...options.budget }
  if (pool.anchors.some(({ sha256 }) => sha256 === certificate.sha256)) {
    return [completePath([certificate], options)]
  }
  // paths have most of their certificates in common
  const cache = options.cache ?? createTrustCache()
  const graph = new IssuerGraph(certificate, pool, budget, cache)
  const { paths, complete } = enumerate(certificate, graph, budget)
  const found = paths.map((certificates) => completePath(certificates, { ...options, cache }))
  // stable: the shorter ones were found first
  found.sort((a, b) => rank(a) - rank(b))
  const exhausted = graph.exhausted || !complete
  if (found.length === 0 || (exhausted && rank(found[0]!) > 0)) {
    found.push(brokenPath(certificate, graph, exhausted, cache))
  }
  return found
}

const rank = ({ problems }: CertificatePath): number => (problems.length > 0 ? 1 : 0)

function completePath(
  certificates: readonly Certificate[],
  { inputs, cache, budget }: PathOptions,
): CertificatePath {
  const check = checkPath(certificates, inputs, {
    ...(cache && { cache }),
    ...(budget?.nameComparisons !== undefined && { nameComparisons: budget.nameComparisons }),
  })
  return { certificates, anchored: true, ...check }
}

/** Beginnings of paths, the shortest first, each lengthened by every issuer that still leads to an anchor. */
function enumerate(
  certificate: Certificate,
  graph: IssuerGraph,
  budget: { readonly length: number; readonly steps: number; readonly paths: number },
): { readonly paths: readonly (readonly Certificate[])[]; readonly complete: boolean } {
  const paths: (readonly Certificate[])[] = []
  let open: (readonly Certificate[])[] = graph.leads(certificate) ? [[certificate]] : []
  let steps = 0
  for (let length = 1; length < budget.length && open.length > 0; length++) {
    const longer: (readonly Certificate[])[] = []
    for (const beginning of open) {
      for (const issuer of graph.issuersOf(beginning.at(-1)!).issuers) {
        // only a renewed certificate of the anchor itself has the anchor's name and key
        const renewed = beginning.length === 1 && graph.isAnchor(issuer)
        if (!graph.leads(issuer) || (!renewed && repeats(beginning, issuer))) continue
        if (++steps > budget.steps) return { paths, complete: false }
        const path = [...beginning, issuer]
        if (!graph.isAnchor(issuer)) longer.push(path)
        else if (paths.push(path) >= budget.paths) return { paths, complete: false }
      }
    }
    open = longer
  }
  return { paths, complete: open.length === 0 }
}

const repeats = (path: readonly Certificate[], issuer: Certificate): boolean =>
  path.some((certificate) => identityOf(certificate) === identityOf(issuer))

/** As far as issuers go, one for each certificate, and why it ends there. */
function brokenPath(
  certificate: Certificate,
  graph: IssuerGraph,
  exhausted: boolean,
  cache: TrustCache,
): CertificatePath {
  const certificates = [certificate]
  let issuer = certificate as Certificate | undefined
  while (issuer) {
    issuer = graph.issuersOf(issuer).issuers.find((candidate) => !repeats(certificates, candidate))
    if (issuer) certificates.push(issuer)
  }
  const last = certificates.at(-1)!
  const problem = (code: PathProblem['code'], clause: string, detail: string | null = null): PathProblem => ({
    code,
    clause,
    certificate: last.sha256,
    detail,
  })
  // the first candidate is the likeliest; who certified itself has no other issuer to look for
  const isSelfSigned = verifyIssued(last, last, last.publicKey, cache).result === 'valid'
  const refuted = isSelfSigned ? undefined : graph.issuersOf(last).refuted[0]
  const problems = exhausted
    ? [problem('BUDGET_EXHAUSTED', 'RFC 5280, 6')]
    : refuted
      ? [problem(refuted.reason, clauses[refuted.reason], refuted.detail)]
      : [problem('NO_PATH', 'RFC 5280, 6.1')]
  return { certificates, anchored: false, problems, userConstrainedPolicySet: [] }
}

const clauses = {
  SIGNATURE_INVALID: 'RFC 5280, 6.1.3 (a)(1)',
  ALGORITHM_UNSUPPORTED: 'RFC 5280, 6.1.3 (a)(1)',
  NAME_CHAINING: 'RFC 5280, 6.1.3 (a)(4)',
} as const
