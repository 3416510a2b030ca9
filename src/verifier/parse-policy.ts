import { VerifierError } from './errors.ts'
import { builtInPolicies, isBuiltInPolicy } from './policies/index.ts'
import type { Policy } from './policy.ts'
import { policySchema } from './policy-schema.ts'

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A policy from JSON: complete, or with `extends` naming a built-in one whose members it replaces one by one (lists as a
 * whole). `algorithms.suite` is a suite's name or the suite itself. A policy of its own must have a name of its own. The
 * schema is published as `docs/validation-policy.schema.json`.
 *
 * Throws `ERR_VERIFIER_POLICY_INVALID`, `ERR_VERIFIER_POLICY_UNKNOWN`.
 */
export function parsePolicy(json: unknown): Policy {
  if (!isObject(json)) throw invalid('$', 'object')
  const { extends: base, ...own } = json
  if (base !== undefined && (typeof base !== 'string' || !isBuiltInPolicy(base))) {
    const names = Object.keys(builtInPolicies).join(', ')
    throw new VerifierError('ERR_VERIFIER_POLICY_UNKNOWN', { details: { name: String(base), names } })
  }
  if (typeof own['name'] === 'string' && isBuiltInPolicy(own['name'])) throw invalid('$.name', 'built-in')
  if (own['name'] === undefined) throw invalid('$.name', 'string')
  const merged = base === undefined ? own : merge(builtInPolicies[base as keyof typeof builtInPolicies], own)
  const parsed = policySchema.safeParse(merged)
  if (parsed.success) return withoutUndefined(parsed.data) as unknown as Policy
  const [issue] = parsed.error.issues
  throw invalid(['$', ...(issue?.path ?? [])].join('.'), issue?.message ?? '')
}

const invalid = (path: string, problem: string): VerifierError =>
  new VerifierError('ERR_VERIFIER_POLICY_INVALID', { details: { path, problem } })

/** Suites are taken as a whole: two tables of algorithms do not mix. */
function merge(base: unknown, own: unknown, name = ''): unknown {
  if (!isObject(base) || !isObject(own) || name === 'suite') return own
  const result: Record<string, unknown> = { ...base }
  for (const [member, value] of Object.entries(own)) {
    Object.defineProperty(result, member, {
      value: member in base ? merge(base[member], value, member) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return result
}

const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
