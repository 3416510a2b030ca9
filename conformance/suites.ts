import { judgeDss } from './dss/index.ts'
import { ConformanceError } from './errors.ts'
import type { Suite } from './judgement.ts'
import { judgeLimbo } from './limbo.ts'
import { judgePkits } from './pkits.ts'
import { judgePyhanko } from './pyhanko.ts'

/** Suites that can be judged. */
export const suites: Readonly<Record<string, Suite>> = {
  pkits: { judge: judgePkits, ownProcess: false },
  limbo: { judge: judgeLimbo, ownProcess: false },
  dss: { judge: judgeDss, ownProcess: true },
  pyhanko: { judge: judgePyhanko, ownProcess: true },
}

/**
 * The suites to run, in the order given; all where none is named. Throws
 * `ERR_CONFORMANCE_SUITE_UNKNOWN`.
 */
export function selectSuites(names: readonly string[]): string[] {
  for (const suite of names) {
    if (!Object.hasOwn(suites, suite)) {
      const known = Object.keys(suites).join(', ')
      throw new ConformanceError('ERR_CONFORMANCE_SUITE_UNKNOWN', { details: { suite, suites: known } })
    }
  }
  return names.length > 0 ? [...new Set(names)] : Object.keys(suites)
}
