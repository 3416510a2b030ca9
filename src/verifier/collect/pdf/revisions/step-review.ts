import {
  FormatError,
  isName,
  PdfDict,
  type PdfObject,
  PdfStream,
  type RevisionStep,
  type RevisionView,
} from '../../../../formats/index.ts'
import type { VisitBudget } from './exclusive-graph.ts'
import { isSameValue } from './same-value.ts'

/** What a later revision did, from harmless to not known here. */
export type ChangeLevel = 'none' | 'ltv' | 'signing' | 'other'

export interface ObjectChange {
  /** `12 0`, or `bytes 100-200`. */
  readonly object: string
  readonly kind: string
}

/** An object that a revision changed: what it was, null where it was not, and what it is, null where it is gone. Read when asked for. */
export interface Change {
  readonly num: number
  readonly isAdded: boolean
  readonly before: PdfObject
  readonly after: PdfObject
}

/** Why a change is harmless, and by whom alone its object may have been referred to before. */
interface Claim {
  readonly level: 'ltv' | 'signing'
  readonly kind: string
  /** References to it that are part of the claim; null: it may be referred to from anywhere. */
  readonly references: number | null
  /** Objects through which it was referred to, and how often they may have been. */
  readonly holders: ReadonlyMap<number, number>
}

const none: ReadonlyMap<number, number> = new Map()

/** More objects than any signing or long-term data touches. */
const maxChanges = 20_000

/** What one revision changed and which of it rules have explained so far. What remains unexplained is `other`. */
export class StepReview {
  readonly step: RevisionStep
  readonly budget: VisitBudget
  readonly before: RevisionView
  readonly after: RevisionView
  readonly changes = new Map<number, Change>()
  readonly #claims = new Map<number, Claim>()
  readonly #faults: ObjectChange[] = []

  /** `step` must not be a document's first. */
  constructor(step: RevisionStep, budget: VisitBudget) {
    if (!step.before) throw new TypeError('the first revision changes nothing')
    this.step = step
    this.budget = budget
    this.before = step.before
    this.after = step.after
    if (step.touched.size > maxChanges) this.fault('revision', 'too-many-changes')
    else for (const num of step.touched.keys()) this.#compare(num)
  }

  /** Says that something is wrong that no rule can explain. */
  fault(object: string, kind: string): void {
    this.#faults.push({ object, kind })
  }

  /** Explains an object's change; where it was explained before, the first explanation stays. */
  claim(
    num: number,
    level: Claim['level'],
    kind: string,
    references: number | null = null,
    holders: ReadonlyMap<number, number> = none,
  ): void {
    if (this.changes.has(num) && !this.#claims.has(num))
      this.#claims.set(num, { level, kind, references, holders })
  }

  isClaimed(num: number): boolean {
    return this.#claims.has(num)
  }

  isAdded(num: number): boolean {
    return this.changes.get(num)?.isAdded ?? false
  }

  /** The worst of all changes and what they are. */
  conclude(): { level: ChangeLevel; changes: ObjectChange[] } {
    const changes = [...this.#faults]
    let level: ChangeLevel = changes.length > 0 ? 'other' : 'none'
    for (const change of this.changes.values()) {
      const claim = this.#claims.get(change.num)
      const kind = claim ? this.#contradiction(change, claim) : describe(change)
      if (kind !== null) level = 'other'
      else if (claim && level !== 'other' && (level === 'none' || claim.level === 'signing'))
        level = claim.level
      changes.push({ object: this.#name(change.num), kind: kind ?? claim!.kind })
    }
    return { level, changes }
  }

  /** Why a claim does not hold: the object had a part in the document before, which the claim knows nothing of. */
  #contradiction({ num, isAdded }: Change, { references, holders }: Claim): string | null {
    const { step } = this
    if (isAdded) return step.countReferencesBefore(num) === (references ?? 0) ? null : 'revived'
    const isShared =
      (references !== null && step.countReferencesBefore(num) !== references) ||
      [...holders].some(([holder, count]) => step.countReferencesBefore(holder) !== count)
    return isShared ? 'shared' : null
  }

  #compare(num: number): void {
    const { step, before, after } = this
    try {
      const [old, now] = [before.object(num), after.object(num)]
      const isMoved = old !== null && generation(before, num) !== generation(after, num)
      if (isSameValue(old, now) && !isMoved) return
      this.changes.set(num, {
        num,
        isAdded: old === null,
        get before() {
          return before.object(num)
        },
        get after() {
          return after.object(num)
        },
      })
      const entry = after.entry(num)
      if (entry?.type !== 1) return
      const { start, tail } = step
      if (entry.offset < start || (tail && entry.offset >= tail.end)) this.fault(this.#name(num), 'misplaced')
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      this.fault(this.#name(num), 'unreadable')
    }
  }

  #name(num: number): string {
    return `${num} ${generation(this.after, num) ?? generation(this.before, num) ?? 0}`
  }
}

function generation(view: RevisionView, num: number): number | null {
  const entry = view.entry(num)
  if (!entry || entry.type === 0) return null
  return entry.type === 1 ? entry.gen : 0
}

function describe({ isAdded, after }: Change): string {
  if (after === null) return 'removed'
  if (isAdded) return 'added'
  const dict = after instanceof PdfStream ? after.dict : after
  if (dict instanceof PdfDict) {
    const type = dict.get('Type')
    if (isName(type, 'Catalog')) return 'catalog'
    if (isName(type, 'Page')) return 'page'
    if (isName(type, 'Pages')) return 'page-tree'
    if (isName(type, 'Annot')) return 'annotation'
  }
  return after instanceof PdfStream ? 'stream' : 'changed'
}
