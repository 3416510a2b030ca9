import { type DigestName, digestTitle, schemeTitles } from '../../formats/index.ts'
import type { AlgorithmFacts } from '../types.ts'
import type { AlgorithmPurpose, AlgorithmSuite, Reliability, SchemeRow } from './types.ts'

/**
 * Until when `algorithm` may be relied on for `purpose`, by the part that ends first: its digest, that of MGF1, the scheme
 * with its padding, or the key's size (EN 319 102-1 V1.4.1, 5.2.8.4.3: every algorithm and key size that was used). What
 * the suite does not list, and a key whose size is unknown, was never reliable.
 *
 * Not checked: whether parts fit together (RFC 4055), exponents, curves of the same size.
 */
export function algorithmReliability(
  suite: AlgorithmSuite,
  algorithm: AlgorithmFacts,
  purpose: AlgorithmPurpose,
): Reliability {
  const { digest, mgfDigest } = algorithm
  const parts = [schemeReliability(suite, algorithm, purpose)]
  if (digest !== null) parts.push(digestReliability(suite, digest, purpose))
  if (mgfDigest !== null && mgfDigest !== digest) {
    const mgf = digestReliability(suite, mgfDigest, purpose)
    parts.push(mgf.limitedBy === null ? mgf : { ...mgf, limitedBy: 'mgf-digest' })
  }
  return parts.reduce(earlier)
}

/** Until when a digest alone may be relied on: of an imprint, a reference to a certificate, a hash tree. */
export function digestReliability(
  suite: AlgorithmSuite,
  digest: DigestName,
  purpose: AlgorithmPurpose,
): Reliability {
  const row = suite.digests.find((found) => found.digest === digest && isFor(found, purpose))
  return limit(row?.until, 'digest', digestTitle(digest))
}

/** Whether what may be relied on `until` then may be relied on at `at`; the last instant counts. */
export const isReliableAt = ({ until }: Pick<Reliability, 'until'>, at: Date): boolean =>
  until === 'for-ever' || (until !== 'never' && at <= until)

const isFor = (row: { readonly uses?: readonly AlgorithmPurpose[] }, purpose: AlgorithmPurpose): boolean =>
  row.uses === undefined || row.uses.includes(purpose)

function schemeReliability(
  suite: AlgorithmSuite,
  algorithm: AlgorithmFacts,
  purpose: AlgorithmPurpose,
): Reliability {
  const title = schemeTitles[algorithm.scheme]
  const rows = suite.schemes.filter((row) => row.scheme === algorithm.scheme && isFor(row, purpose))
  if (rows.length === 0) return limit(undefined, 'scheme', title)
  const row = rowFor(rows, algorithm)
  if (row && !isUsedWith(row, algorithm)) {
    return limit(undefined, 'digest', `${title} ${digestTitle(algorithm.digest!)}`)
  }
  const element = `${title} ${algorithm.keyBits ?? '?'}`
  // a date that is the largest row's own limits the scheme, not the size
  const largest = rows.reduce((a, b) => (b.minBits > a.minBits ? b : a))
  const isScheme = row !== undefined && row.until !== null && row.until === largest.until
  return isScheme ? limit(row.until, 'scheme', title) : limit(row?.until, 'key-size', element)
}

/** The row of the largest size that the key reaches. */
function rowFor(rows: readonly SchemeRow[], { keyBits }: AlgorithmFacts): SchemeRow | undefined {
  if (keyBits === null) return undefined
  const reached = rows.filter((row) => row.minBits <= keyBits)
  return reached.length === 0 ? undefined : reached.reduce((a, b) => (b.minBits > a.minBits ? b : a))
}

const isUsedWith = (row: SchemeRow, { digest }: AlgorithmFacts): boolean =>
  row.digests === undefined || digest === null || row.digests.includes(digest)

/** `until`: undefined: no row; null: without end. */
function limit(
  until: string | null | undefined,
  limitedBy: NonNullable<Reliability['limitedBy']>,
  element: string,
): Reliability {
  if (until === null) return { until: 'for-ever', limitedBy: null, element: null }
  return { until: until === undefined ? 'never' : new Date(until), limitedBy, element }
}

function earlier(a: Reliability, b: Reliability): Reliability {
  const order = ({ until }: Reliability): number =>
    until === 'never' ? -Infinity : until === 'for-ever' ? Infinity : until.getTime()
  return order(b) < order(a) ? b : a
}
