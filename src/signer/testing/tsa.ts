import { entityOf, type Pki, type Responders } from '../../test-certs/index.ts'
import type { TimestampAuthority } from '../ports.ts'
import { createTimestampPool, type TimestampPoolOptions } from '../tsp-pool.ts'
import { env } from './world.ts'

/** A pool of the responders' own TSA, trusted by its certificate. */
export const poolOf = (
  pki: Pki,
  responders: Responders,
  options: Partial<TimestampPoolOptions> = {},
): TimestampAuthority =>
  createTimestampPool({
    urls: [responders.tsaUrl],
    trusted: [entityOf(pki, 'tsa').certificate],
    deadlineMs: 5000,
    fetch,
    lookup: async () => [],
    ...env,
    netAllow: ['127.0.0.1'],
    ...options,
  })
