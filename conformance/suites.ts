import { ConformanceError } from './errors.ts'
import type { Judge } from './judgement.ts'
import { judgePyhanko } from './pyhanko.ts'

/** Suites that can be judged. */
export const judges: Readonly<Record<string, Judge>> = { pyhanko: judgePyhanko }

/** Suites of the vectors that wait for a floor, and for which. */
export const unsupported: Readonly<Record<string, string>> = {
  pkits: 'it is about certification paths, which the verdict issue brings',
  limbo: 'it is about certification paths, which the verdict issue brings',
  dss: 'it is about verdicts, which the verdict issue brings',
}

/**
 * The suites to run, in the order given; all that can be judged where none is named. Throws
 * `ERR_CONFORMANCE_SUITE_UNSUPPORTED`, `ERR_CONFORMANCE_SUITE_UNKNOWN`.
 */
export function selectSuites(names: readonly string[]): string[] {
  for (const suite of names) {
    const reason = Object.hasOwn(unsupported, suite) ? unsupported[suite] : undefined
    if (reason)
      throw new ConformanceError('ERR_CONFORMANCE_SUITE_UNSUPPORTED', { details: { suite, reason } })
    if (!Object.hasOwn(judges, suite)) {
      const suites = [...Object.keys(judges), ...Object.keys(unsupported)].join(', ')
      throw new ConformanceError('ERR_CONFORMANCE_SUITE_UNKNOWN', { details: { suite, suites } })
    }
  }
  return names.length > 0 ? [...new Set(names)] : Object.keys(judges)
}
