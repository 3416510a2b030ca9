import { ConformanceError } from './errors.ts'
import type { Suite } from './judgement.ts'
import { judgeLimbo } from './limbo.ts'
import { judgePkits } from './pkits.ts'
import { judgePyhanko } from './pyhanko.ts'

/** Suites that can be judged. */
export const suites: Readonly<Record<string, Suite>> = {
  pkits: { judge: judgePkits, ownProcess: false },
  limbo: { judge: judgeLimbo, ownProcess: false },
  pyhanko: { judge: judgePyhanko, ownProcess: true },
}

/** Suites of the vectors that wait for verdicts on signatures. */
export const unsupported: readonly string[] = ['dss']

/**
 * The suites to run, in the order given; all that can be judged where none is named. Throws
 * `ERR_CONFORMANCE_SUITE_UNSUPPORTED`, `ERR_CONFORMANCE_SUITE_UNKNOWN`.
 */
export function selectSuites(names: readonly string[]): string[] {
  for (const suite of names) {
    if (unsupported.includes(suite)) {
      throw new ConformanceError('ERR_CONFORMANCE_SUITE_UNSUPPORTED', { details: { suite } })
    }
    if (!Object.hasOwn(suites, suite)) {
      const known = [...Object.keys(suites), ...unsupported].join(', ')
      throw new ConformanceError('ERR_CONFORMANCE_SUITE_UNKNOWN', { details: { suite, suites: known } })
    }
  }
  return names.length > 0 ? [...new Set(names)] : Object.keys(suites)
}
