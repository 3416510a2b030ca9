import { z } from 'zod'
import { algorithmSuite, algorithmSuiteNames } from '../trust/index.ts'
import { builtInPolicyNames } from './policies/index.ts'
import { pathProblemCodes } from './policies/levels.ts'
import { certificateChecks, evidenceRecordChecks, revocationChecks, tokenChecks } from './policy.ts'

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

/** A complete policy. */
export const policySchema = z.strictObject({
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

type JsonSchema = Record<string, unknown>

/** The published JSON Schema of a policy file (docs/validation-policy.schema.json): complete, or a change to a built-in one. */
export function policyJsonSchema(): object {
  const { $schema, ...complete } = z.toJSONSchema(policySchema, {
    target: 'draft-2020-12',
    io: 'input',
    reused: 'ref',
  }) as JsonSchema
  const { $defs, ...root } = complete
  const defs = ($defs ?? {}) as Record<string, JsonSchema>
  const changed = Object.fromEntries(
    Object.entries(defs).map(([name, schema]) => [`${name}-changed`, changesOf(schema)]),
  )
  const changes = changesOf(root)
  return {
    $schema,
    title: 'Validation policy',
    anyOf: [{ $ref: '#/$defs/complete' }, { $ref: '#/$defs/changes' }],
    $defs: {
      ...defs,
      ...changed,
      complete: root,
      changes: {
        ...changes,
        properties: { extends: { enum: builtInPolicyNames }, ...(changes['properties'] as object) },
        required: ['extends', 'name'],
      },
    },
  }
}

/** The same with every member left to choice, but for a suite, which is taken as a whole. */
function changesOf(schema: JsonSchema): JsonSchema {
  const { required: _, ...others } = schema
  const changed = Object.entries(others).map(([key, value]) => {
    if (key === '$ref') return [key, `${value}-changed`]
    if (key === 'properties') {
      const properties = Object.entries(value as Record<string, JsonSchema>)
      return [key, Object.fromEntries(properties.map(([name, member]) => [name, memberOf(name, member)]))]
    }
    if (key === 'anyOf') return [key, (value as JsonSchema[]).map(changesOf)]
    return [key, value]
  })
  return Object.fromEntries(changed)
}

const memberOf = (name: string, member: JsonSchema): JsonSchema =>
  name === 'suite' ? member : changesOf(member)
