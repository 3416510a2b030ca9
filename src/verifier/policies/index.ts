import { algorithmSuite } from '../../trust/index.ts'
import type { Policy } from '../policy.ts'
import { etsiAlgorithms, strictPolicy } from './strict.ts'

const hospital = strictPolicy({
  name: 'hospital',
  description:
    'Strict: EN 319 102-1 V1.4.1 with the algorithms of ETSI TS 119 312 V1.5.1; revocation data is needed for every certificate',
  algorithms: etsiAlgorithms,
  missingRevocation: 'FAIL',
})

const noRevocation = strictPolicy({
  name: 'no-revocation',
  description: 'As hospital, but missing revocation data is a warning',
  algorithms: etsiAlgorithms,
  missingRevocation: 'WARN',
})

const tt15 = strictPolicy({
  name: 'tt15',
  description: 'As hospital, with the algorithms of TT 15/2025/TT-BKHCN, annex I',
  algorithms: { suite: algorithmSuite('tt15-2025'), level: 'FAIL', after: null },
  missingRevocation: 'FAIL',
})

/** Policies that are always there, by name; `hospital` is the one that is used where none is named. */
export const builtInPolicies = { hospital, 'no-revocation': noRevocation, tt15 } as const satisfies Readonly<
  Record<string, Policy>
>

export type BuiltInPolicyName = keyof typeof builtInPolicies

export const builtInPolicyNames = Object.keys(builtInPolicies) as readonly BuiltInPolicyName[]

export const isBuiltInPolicy = (name: string): name is BuiltInPolicyName =>
  Object.hasOwn(builtInPolicies, name)
