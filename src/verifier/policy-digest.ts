import { createHash } from 'node:crypto'
import type { Policy } from './policy.ts'

const digests = new WeakMap<Policy, string>()

/** SHA-256, hex, over the policy as canonical JSON (RFC 8785): names sorted, no white space. Worked out once an object. */
export function policyDigest(policy: Policy): string {
  let digest = digests.get(policy)
  if (digest === undefined) {
    digest = createHash('sha256').update(canonicalJson(policy)).digest('hex')
    digests.set(policy, digest)
  }
  return digest
}

/** Plain data only: what a policy is made of. */
function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
