import { type PdfDocument, type RevisionTail, walkRevisions } from '../../../formats/index.ts'
import type { EmbeddedFacts } from '../../facts.ts'
import type { Registry } from '../registry.ts'
import { VisitBudget } from './revisions/exclusive-graph.ts'
import { type RevisionReview, reviewStep } from './revisions/review-step.ts'
import type { ChangeLevel, ObjectChange } from './revisions/step-review.ts'
import { SecurityStoreReader } from './security-store.ts'
import type { SignatureValue } from './signature-values.ts'

/** What is said of the revisions behind one. */
export interface LaterRevisions {
  readonly level: ChangeLevel
  readonly changes: readonly ObjectChange[]
  /** Whether every byte behind it belongs to a whole revision. */
  readonly isWhole: boolean
}

/** Changes listed for one signature; more help nobody. */
const maxListed = 100

/** Revisions of a document as its signatures see them: what later ones did, and what evidence there was by then. */
export interface RevisionHistory {
  /** Index of the newest revision. */
  readonly last: number
  /** What the revisions behind one did. */
  after(revision: number): LaterRevisions
  /** Validation data that had been in a document security store by then, even if a later revision removed it. */
  storedBy(revision: number): readonly EmbeddedFacts[]
  /** What the newest store holds. */
  readonly store: ReadonlySet<string>
  /** Whether cross-references of a revision, or of one before it, name places behind it. */
  reachesBeyond(revision: number): boolean
}

/**
 * Goes through the revisions once; linear in what they changed. Nothing is read where only the newest revision is signed and there is no
 * store. Throws `ERR_PDF_WORK_LIMIT`, `ERR_PDF_INFLATE_LIMIT`.
 */
export function readHistory(
  doc: PdfDocument,
  values: readonly SignatureValue[],
  tails: readonly (RevisionTail | null)[],
  registry: Registry,
): RevisionHistory {
  const revisions = values.flatMap(({ range }) => (range.revision === null ? [] : [range.revision]))
  const first = Math.min(...revisions, tails.length - 1)
  const reviews: (RevisionReview | null)[] = tails.map(() => null)
  const stores: EmbeddedFacts[][] = []
  const reach: number[] = []
  const isQuiet = first === tails.length - 1 && !doc.catalog.has('DSS')
  if (!isQuiet) {
    const budget = new VisitBudget()
    const reader = new SecurityStoreReader(doc, registry, budget)
    for (const step of walkRevisions(doc)) {
      stores.push(reader.read(step.after))
      reach.push(step.index < tails.length - 1 ? step.highestOffset() : 0)
      if (step.index > first)
        reviews[step.index] = reviewStep(doc, step, valuesOf(values, step.index), budget)
    }
  }
  const rest = describeRest(doc, tails.at(-1) ?? null)
  const later = summarize(reviews, rest)
  const stored = accumulate(stores)
  return {
    last: tails.length - 1,
    after: (revision) => later[revision]!,
    storedBy: (revision) => stored[revision] ?? [],
    store: new Set(stores.at(-1)?.map(({ object }) => object)),
    reachesBeyond: (revision) =>
      reach.slice(0, revision + 1).some((offset) => offset >= (tails[revision]?.end ?? 0)),
  }
}

/** The signatures and time-stamps of one revision, by the object that holds their dictionary. */
function valuesOf(values: readonly SignatureValue[], revision: number) {
  const kinds = new Map<number, 'signature' | 'time-stamp'>()
  for (const { signature, range, kind, cms } of values) {
    if (range.revision !== revision || !range.strict || !cms) continue
    const holder = signature.ref ?? signature.field.ref
    if (holder) kinds.set(holder.num, kind === 'time-stamp' ? 'time-stamp' : 'signature')
  }
  return (num: number): 'signature' | 'time-stamp' | null => kinds.get(num) ?? null
}

/** Bytes behind the last revision. */
function describeRest(doc: PdfDocument, tail: RevisionTail | null): ObjectChange[] {
  if (tail && tail.end === doc.bytes.length) return []
  const start = tail?.end ?? doc.revisions.at(-2)?.end ?? 0
  return [
    { object: `bytes ${start}-${doc.bytes.length}`, kind: tail ? 'trailing-bytes' : 'revision-without-end' },
  ]
}

const ranks: readonly ChangeLevel[] = ['none', 'ltv', 'signing', 'other']

/** For each revision, what those behind it and the file's rest add up to. */
function summarize(
  reviews: readonly (RevisionReview | null)[],
  rest: readonly ObjectChange[],
): LaterRevisions[] {
  const out: LaterRevisions[] = []
  let later: LaterRevisions = {
    level: rest.length > 0 ? 'other' : 'none',
    changes: rest,
    isWhole: rest.length === 0,
  }
  for (let i = reviews.length - 1; i >= 0; i--) {
    out[i] = later
    const review = reviews[i]
    if (!review) continue
    const level = ranks[Math.max(ranks.indexOf(later.level), ranks.indexOf(review.level))]!
    // What weighs most is listed.
    const [mine, theirs] = [ranks.indexOf(review.level), ranks.indexOf(later.level)]
    const changes =
      mine >= theirs ? [...review.changes, ...later.changes] : [...later.changes, ...review.changes]
    later = {
      level,
      changes: changes.slice(0, maxListed),
      isWhole: later.isWhole && !review.hasUnlistedBytes,
    }
  }
  return out
}

/** Each object once, since the first store that had it. */
function accumulate(stores: readonly (readonly EmbeddedFacts[])[]): EmbeddedFacts[][] {
  const known = new Set<string>()
  let all: EmbeddedFacts[] = []
  return stores.map((store) => {
    const fresh = store.filter(({ object }) => !known.has(object))
    for (const { object } of fresh) known.add(object)
    if (fresh.length > 0) all = [...all, ...fresh]
    return all
  })
}
