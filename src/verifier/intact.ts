import type { DigestFacts, SignedTokenFacts } from './facts.ts'

/** Whether what was signed is unchanged and the value fits; null: neither broken nor all of it looked at. */
export function intactOf({
  valueIntact,
  digests,
}: Pick<SignedTokenFacts, 'valueIntact'> & { readonly digests: readonly DigestFacts[] }): boolean | null {
  if (valueIntact === false || digests.some(({ found, intact }) => found && !intact)) return false
  return valueIntact === null || digests.some(({ found }) => !found) ? null : true
}
