import { createHash } from 'node:crypto'
import type { Policy } from './policy.ts'

const digests = new WeakMap<Policy, string>()

/** SHA-256, lower-case hex, over the policy's JSON with the members of each object in the order of their names. */
export function policyDigest(policy: Policy): string {
  let digest = digests.get(policy)
  if (digest === undefined) {
    digest = createHash('sha256').update(canonicalJson(policy)).digest('hex')
    digests.set(policy, digest)
  }
  return digest
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
