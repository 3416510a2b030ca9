import { ConformanceError } from './errors.ts'
import type { Judge } from './judgement.ts'
import { judgePyhanko } from './pyhanko.ts'

/** Suites that can be judged. */
export const judges: Readonly<Record<string, Judge>> = { pyhanko: judgePyhanko }

/** Suites of the vectors that wait for verdicts on certification paths and signatures. */
export const unsupported: readonly string[] = ['pkits', 'limbo', 'dss']

/**
 * The suites to run, in the order given; all that can be judged where none is named. Throws
 * `ERR_CONFORMANCE_SUITE_UNSUPPORTED`, `ERR_CONFORMANCE_SUITE_UNKNOWN`.
 */
export function selectSuites(names: readonly string[]): string[] {
  for (const suite of names) {
    if (unsupported.includes(suite)) {
      throw new ConformanceError('ERR_CONFORMANCE_SUITE_UNSUPPORTED', { details: { suite } })
    }
    if (!Object.hasOwn(judges, suite)) {
      const suites = [...Object.keys(judges), ...unsupported].join(', ')
      throw new ConformanceError('ERR_CONFORMANCE_SUITE_UNKNOWN', { details: { suite, suites } })
    }
  }
  return names.length > 0 ? [...new Set(names)] : Object.keys(judges)
}
