export * from './collect/index.ts'
export { VerifierError, type VerifierErrorCode } from './errors.ts'
export type * from './facts.ts'
export type * from './input.ts'
export { judge } from './judge.ts'
export type * from './judgement.ts'
export { type ReasonCode, reasonMessages, verifierMessages } from './messages.ts'
export { parsePolicy } from './parse-policy.ts'
export {
  type BuiltInPolicyName,
  builtInPolicies,
  builtInPolicyNames,
  isBuiltInPolicy,
} from './policies/index.ts'
export type * from './policy.ts'
export { policyDigest } from './policy-digest.ts'
export { policyJsonSchema } from './policy-schema.ts'
export * from './report/index.ts'
export { type JudgedFile, judgeFile, type VerifyInput, verify } from './verify.ts'
