import type { CaseResult } from './judgement.ts'

/** A suite's counts in `conformance.json`. */
export interface SuiteResult {
  readonly name: string
  readonly total: number
  readonly agree: number
  readonly explained: number
  readonly unexplained: number
  readonly skipped: number
}

/** The counts of a suite's line: how its rows came out. */
export function countSuite(name: string, cases: readonly CaseResult[]): SuiteResult {
  const count = (outcome: CaseResult['outcome']): number =>
    cases.filter((result) => result.outcome === outcome).length
  return {
    name,
    total: cases.length,
    agree: count('agree'),
    explained: count('explained'),
    unexplained: count('unexplained'),
    skipped: count('skipped'),
  }
}

/** The line printed for a suite, with how many rows each rule explains and why rows were skipped. */
export function describeSuite(suite: SuiteResult, cases: readonly CaseResult[]): string {
  const { name, total, agree, explained, unexplained, skipped } = suite
  const rules = tally(cases.map((result) => result.rule))
  const reasons = tally(cases.map((result) => result.reason))
  return `${name}: ${total} rows, ${agree} agree, ${explained} explained${rules}, ${unexplained} unexplained, ${skipped} skipped${reasons}`
}

function tally(values: readonly (string | null)[]): string {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size === 0) return ''
  return ` (${[...counts].map(([value, count]) => `${value}: ${count}`).join('; ')})`
}
