import type { VectorCase } from './cases.ts'

/** What our code made of a row. */
export interface Judgement {
  /** Whether everything the row asserts was so; null where the row is not ours to judge. */
  readonly agrees: boolean | null
  /** Why it was not judged. */
  readonly skipped: string | null
  /** What was observed, by the names of what is asserted. */
  readonly got: Readonly<Record<string, unknown>>
}

/** The bytes of a file within the vectors' folder. */
export type ReadVector = (path: string) => Uint8Array

export type Judge = (row: VectorCase, read: ReadVector) => Judgement

/** How a suite's rows are judged. */
export interface Suite {
  readonly judge: Judge
  /** Whether each row gets a process of its own, so that its memory is its own; else all are judged in this one. */
  readonly ownProcess: boolean
}

/** A row's line in `conformance.json`. */
export interface CaseResult {
  readonly suite: string
  readonly id: string
  readonly outcome: 'agree' | 'explained' | 'unexplained' | 'skipped'
  readonly expected: Readonly<Record<string, unknown>>
  readonly got: Readonly<Record<string, unknown>>
  /** The rule of `docs/disagreements.md` that explains it. */
  readonly rule: string | null
  /** Why it was skipped. */
  readonly reason: string | null
  /** CPU time of reading and judging the file. */
  readonly cpuMs: number | null
  /** The most memory the process that judged it ever had. */
  readonly maxRssMiB: number | null
}
