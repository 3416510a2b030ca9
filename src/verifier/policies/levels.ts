import type { Level, PathConstraint } from '../policy.ts'

/** Every check at one level, but for those named. */
export const levels = <Name extends string>(
  names: readonly Name[],
  level: Level,
  others: { readonly [name in Name]?: Level } = {},
): Readonly<Record<Name, Level>> =>
  Object.fromEntries(names.map((name) => [name, others[name] ?? level])) as Record<Name, Level>

/** All of `PathConstraint`: held complete by the type of `CertificatePolicy.pathProblems`. */
export const pathProblemCodes = [
  'NO_PATH',
  'BUDGET_EXHAUSTED',
  'SIGNATURE_INVALID',
  'ALGORITHM_UNSUPPORTED',
  'NAME_CHAINING',
  'NOT_A_CA',
  'PATH_LENGTH',
  'KEY_USAGE',
  'UNKNOWN_CRITICAL_EXTENSION',
  'NAME_CONSTRAINTS',
  'NAME_CONSTRAINTS_UNSUPPORTED',
  'POLICY',
  'POLICY_MAPPING_ANY',
  'EXTENSION_MALFORMED',
  'CERTIFICATE_VERSION',
  'EXT_KEY_USAGE',
] as const satisfies readonly PathConstraint[]
