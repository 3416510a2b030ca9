import { AnkyError } from '../../src/formats/index.ts'
import {
  buildReport,
  collectFacts,
  contextDigest,
  type Facts,
  type Judgement,
  judge,
  type SignatureFacts,
  type SignatureReport,
  type TimestampFacts,
  type VerificationReport,
  type VerifyInput,
  verify,
} from '../../src/verifier/index.ts'

/** What our code made of a file. */
export interface Seen {
  /** Without facts where the file could not be read. */
  readonly facts: Facts | null
  readonly judgement: Judgement | null
  readonly report: VerificationReport
}

/** What came of one assertion: what was observed, and whether it is as asserted; null: not judged, for `reason`. */
export interface Outcome {
  readonly got: unknown
  readonly agrees: boolean | null
  readonly reason?: string
}

/** Holds an asserted value against what was seen. */
export type Assertion = (asserted: unknown, seen: Seen) => Outcome

export function see(input: VerifyInput): Seen {
  try {
    const facts = collectFacts(input)
    if (facts.file.kind !== 'unknown') {
      const judgement = judge(facts, input.policy, input.at)
      return { facts, judgement, report: buildReport(facts, judgement, contextDigest(input)) }
    }
  } catch (error) {
    if (!(error instanceof AnkyError)) throw error
  }
  return { facts: null, judgement: null, report: verify(input) }
}

export const notJudged = (reason: string, got: unknown = null): Outcome => ({ got, agrees: null, reason })

/** A name that we have no reading of: printed, and not agreed to. */
export const unknownAssertion: Outcome = notJudged('an assertion that is not known here')

export const same = (got: unknown, asserted: unknown): Outcome => ({
  got,
  agrees: JSON.stringify(got) === JSON.stringify(asserted),
})

/**
 * What is asserted of all together: true, that each is so; false, that not all are (EU DSS asserts it of the first or of one
 * in a loop).
 */
export const each = (values: readonly (boolean | null)[], asserted: unknown): Outcome => ({
  got: values.length === 1 ? values[0] : values,
  agrees: values.length > 0 && values.every((value) => value === true) === asserted,
})

/** A number, or at least one. */
export const counted = (count: number, asserted: unknown): Outcome => ({
  got: count,
  agrees: asserted === '>=1' ? count >= 1 : count === asserted,
})

export const signaturesOf = ({ facts }: Seen): readonly SignatureFacts[] => facts?.signatures ?? []

export const reportsOf = ({ report }: Seen): readonly SignatureReport[] => report.signatures

/** Of signatures; those of evidence records stand apart. */
export const timestampsOf = ({ facts }: Seen): readonly TimestampFacts[] =>
  (facts?.timestamps ?? []).filter(({ type }) => type !== 'evidence-record')

/** One outcome of several that stand under one name: what is not judged is passed over, unless nothing else is there. */
export function together(outcomes: readonly (readonly [string, Outcome])[]): Outcome {
  const judged = outcomes.filter(([, { agrees }]) => agrees !== null)
  const got = Object.fromEntries(outcomes.map(([name, outcome]) => [name, outcome.got]))
  if (judged.length > 0) return { got, agrees: judged.every(([, { agrees }]) => agrees === true) }
  return notJudged(outcomes[0]?.[1].reason ?? 'nothing is asserted', got)
}
