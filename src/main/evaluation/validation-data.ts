import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../../signer/index.ts'
import { freshValidationData, loadCa } from '../../test-certs/index.ts'
import { pkiFolder } from './authorities.ts'

/** OCSP answers live a day, CRLs seven; a machine that slept is caught up with at the next look. */
const FRESH_MS = 3 * 3_600_000
const LOOK_MS = 60_000

/**
 * Writes CRLs and OCSP answers for judges without a network into the data folder's `validation-data/` now, and again
 * whenever they are three hours old.
 */
export function keepValidationData(
  dataFolder: string,
  clock: Clock,
  log: Logger,
): { readonly path: string; stop(): void } {
  const path = join(dataFolder, 'validation-data')
  let written = 0
  const refresh = (): void => {
    freshValidationData(path, loadCa(pkiFolder(dataFolder)), clock)
    written = clock().getTime()
  }
  refresh()
  const timer = setInterval(() => {
    if (Math.abs(clock().getTime() - written) < FRESH_MS) return
    try {
      refresh()
    } catch (error) {
      log.error({ err: error }, 'the evaluation validation data could not be refreshed')
    }
  }, LOOK_MS)
  timer.unref()
  return { path, stop: () => clearInterval(timer) }
}
