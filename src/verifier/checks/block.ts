import type { Details } from '../../formats/index.ts'
import { outcomeOf } from '../indication.ts'
import type { Conclusion, ProcessConclusion, Reason, SubIndication } from '../judgement.ts'
import type { ReasonCode } from '../messages.ts'
import type { Level } from '../policy.ts'

export const edition = 'EN 319 102-1 V1.4.1'

/** What it means that a check does not hold. */
export interface Failure {
  readonly sub: SubIndication
  readonly code: ReasonCode
  /** Of EN 319 102-1, or with its own standard in front. */
  readonly clause: string
  readonly details?: Details
}

const reasonLevels = { FAIL: 'fail', WARN: 'warn', INFORM: 'inform' } as const

/**
 * A building block while it runs: checks are weighed in the standard's order, and the first that does not hold at level
 * FAIL is its result; what comes after is not asked any more.
 */
export class Block {
  readonly #check: string
  readonly #clause: string
  readonly #subject: string
  readonly #reasons: Reason[] = []
  #sub: SubIndication | null = null

  constructor(check: string, clause: string, subject: string) {
    this.#check = check
    this.#clause = `${edition}, ${clause}`
    this.#subject = subject
  }

  get failed(): boolean {
    return this.#sub !== null
  }

  /** Weighs a check; whether the block goes on. */
  weigh(holds: boolean, level: Level, failure: () => Failure): boolean {
    if (this.failed) return false
    if (holds || level === 'IGNORE') return true
    const { sub, code, clause, details = {} } = failure()
    const full = /^\d/.test(clause) ? `${edition}, ${clause}` : clause
    this.#reasons.push({ code, clause: full, level: reasonLevels[level], details })
    if (level === 'FAIL') this.#sub = sub
    return !this.failed
  }

  fail(failure: Failure): void {
    this.weigh(false, 'FAIL', () => failure)
  }

  /** Takes over what another block found: its failure as its own, its warnings along. */
  adopt(other: Conclusion): boolean {
    if (this.failed) return false
    this.#reasons.push(...other.reasons)
    this.#sub = other.subIndication
    return !this.failed
  }

  /** Takes over the warnings of a block whose failure was overcome, or is told elsewhere. */
  remark(other: Pick<Conclusion, 'reasons'>): void {
    this.#reasons.push(...remarksOf(other.reasons))
  }

  /** Ends with a result that an earlier process had, and its reasons. */
  return(earlier: Conclusion): void {
    if (this.failed) return
    this.#reasons.push(...earlier.reasons)
    this.#sub = earlier.subIndication
  }

  conclude(): Conclusion {
    return {
      check: this.#check,
      clause: this.#clause,
      subject: this.#subject,
      indication: outcomeOf(this.#sub),
      subIndication: this.#sub,
      reasons: this.#reasons,
    }
  }
}

export const remarksOf = (reasons: readonly Reason[]): Reason[] =>
  reasons.filter(({ level }) => level !== 'fail')

export const isPassed = ({ indication }: ProcessConclusion): boolean => indication === 'PASSED'
