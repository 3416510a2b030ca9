import { randomBytes } from 'node:crypto'
import type { Environment } from '../build.ts'

/** The real clock, because OpenSSL and live responders look at theirs. */
export const liveEnvironment: Environment = { clock: () => new Date(), random: (n) => randomBytes(n) }

/** A clock that stands still and random octets that count up: the same certificates' serial numbers at each run. */
export function fixedEnvironment(now = new Date('2026-03-15T10:20:30.456Z')): Environment {
  let next = 0
  return { clock: () => now, random: (n) => Uint8Array.from({ length: n }, () => next++ & 0xff) }
}
