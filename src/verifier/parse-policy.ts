import { z } from 'zod'
import { algorithmSuite, algorithmSuiteNames } from '../trust/index.ts'
import { VerifierError } from './errors.ts'
import { builtInPolicies, isBuiltInPolicy } from './policies/index.ts'
import { pathProblemCodes } from './policies/levels.ts'
import {
  certificateChecks,
  evidenceRecordChecks,
  type Policy,
  revocationChecks,
  tokenChecks,
} from './policy.ts'

const level = z.enum(['FAIL', 'WARN', 'INFORM', 'IGNORE'])
const levelsOf = <Name extends string>(names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, level])) as Record<Name, typeof level>)
const date = z.iso.datetime().or(z.iso.date())
const purpose = z.enum(['signature', 'certificate', 'timestamp', 'revocation'])

const row = { until: date.nullable(), uses: z.array(purpose).optional(), reason: z.string().optional() }
const digest = z.enum([
  ...(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-224', 'sha512-256'] as const),
  ...(['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512', 'shake256'] as const),
])
const suite = z.strictObject({
  name: z.string().min(1),
  source: z.string().min(1),
  digests: z.array(z.strictObject({ digest, ...row })),
  schemes: z.array(
    z.strictObject({
      scheme: z.enum(['rsa-pkcs1', 'rsa-pss', 'ecdsa', 'ecdsa-plain', 'dsa', 'ed25519', 'ed448']),
      minBits: z.number().int().min(0),
      digests: z.array(digest).optional(),
      ...row,
    }),
  ),
})
const algorithms = z.strictObject({
  suite: z.enum(algorithmSuiteNames).transform(algorithmSuite).or(suite),
  level,
  after: z.strictObject({ date, level }).nullable(),
})

const certificate = z.strictObject({
  checks: levelsOf(certificateChecks),
  pathProblems: levelsOf(pathProblemCodes),
  keyUsage: z.array(z.string()).nullable(),
  extendedKeyUsage: z
    .strictObject({ anyOf: z.array(z.string()).min(1), mayBeAbsent: z.boolean(), alone: z.boolean() })
    .nullable(),
  revocationNotNeeded: z.array(z.enum(['ocspNoCheck', 'shortTerm'])),
  freshness: z.strictObject({
    at: z.enum(['validation', 'use']),
    maxAgeSeconds: z.number().min(0).nullable(),
  }),
  algorithms: algorithms.nullable(),
})

const context = z.strictObject({
  checks: levelsOf(tokenChecks),
  modifications: levelsOf(['none', 'ltv', 'signing', 'form', 'annotation', 'other']),
  signaturePolicies: z.array(z.string()),
  timestampDelaySeconds: z.number().min(0).nullable(),
  algorithms: algorithms.nullable(),
  signingCertificate: certificate,
  caCertificate: certificate,
})

const policySchema = z.strictObject({
  name: z.string().min(1).max(100),
  description: z.string(),
  algorithms,
  findings: z.strictObject({ otherwise: level, codes: z.record(z.string(), level) }),
  contexts: z.strictObject({
    signature: context,
    counterSignature: context,
    timestamp: context,
    revocation: context,
  }),
  revocationData: levelsOf(revocationChecks),
  evidenceRecord: z.strictObject({
    checks: levelsOf(evidenceRecordChecks),
    algorithms: algorithms.nullable(),
  }),
})

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

/** The published JSON Schema of a complete policy. */
export const policyJsonSchema = (): object => ({
  title: 'Validation policy',
  ...z.toJSONSchema(policySchema, { target: 'draft-2020-12', io: 'input' }),
})
