import { lookupAddresses, pinnedFetch } from '../sandbox/index.ts'
import {
  createCachedSource,
  createHttpSource,
  createMemoryEvidenceStore,
  type ValidationSource,
} from '../trust/index.ts'
import { CliError } from './errors.ts'
import type { CliIo } from './io.ts'

/**
 * What `--online` asks: issuers, CRLs and OCSP answers over HTTP, each once a run. Only public addresses, and those that
 * `ANKY_NET_ALLOW` names. Throws `ERR_CLI_NET_ALLOW`.
 */
export function createOnlineSource({ env, clock }: Pick<CliIo, 'env' | 'clock'>): ValidationSource {
  const netAllow = (env['ANKY_NET_ALLOW'] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  try {
    const source = createHttpSource({ fetch: pinnedFetch, lookup: lookupAddresses, netAllow })
    return createCachedSource(source, createMemoryEvidenceStore(), clock)
  } catch (cause) {
    throw new CliError('ERR_CLI_NET_ALLOW', { cause })
  }
}
