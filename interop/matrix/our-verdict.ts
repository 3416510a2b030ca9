import { readFileSync } from 'node:fs'
import { digestBytes } from '../../src/formats/index.ts'
import {
  type BuiltInPolicyName,
  builtInPolicies,
  type DetachedContent,
  type GivenEvidence,
  type SignatureReport,
  type VerificationReport,
  verify,
} from '../../src/verifier/index.ts'
import type { World } from './world.ts'

export interface Asking {
  /** Default: the test root. */
  readonly anchors?: World['anchors']
  /** Default: as it stands when the world was made. */
  readonly given?: GivenEvidence
  /** Default now. */
  readonly at?: Date
  readonly policy?: BuiltInPolicyName
  /** Content that stands beside the signature. */
  readonly content?: Uint8Array | null
}

/** Our verdict on a file, as every door of the house gives it. */
export function askOurs(world: World, bytes: Uint8Array, asking: Asking = {}): VerificationReport {
  const { anchors = world.anchors, given = world.evidence.given, policy = 'hospital', content } = asking
  return verify({
    file: { name: null, bytes },
    detached: content ? [detached(content)] : [],
    evidenceRecords: [],
    anchors,
    evidence: given,
    at: asking.at ?? new Date(),
    policy: builtInPolicies[policy],
  })
}

export const readContent = (path: string | null): Uint8Array | null =>
  path === null ? null : readFileSync(path)

const detached = (content: Uint8Array): DetachedContent => ({
  name: null,
  digest: (name) => digestBytes(name, content),
  bytes: () => content,
})

/** `INDETERMINATE TRY_LATER B-T`; where there is no signature, what there is. */
export function inWords({ verdict, signatures, error }: VerificationReport): string {
  if (signatures.length === 0) return [verdict, error?.code].filter(Boolean).join(' ')
  return signatures.map(oneInWords).join('; ')
}

const oneInWords = ({ indication, subIndication, level }: SignatureReport): string =>
  [indication, subIndication, level].filter(Boolean).join(' ')

/** Why, in the codes of what failed. */
export const reasonsOf = ({ signatures, error }: VerificationReport): string =>
  [
    ...signatures.flatMap(({ reasons }) => reasons.filter(({ level }) => level === 'fail')),
    ...(error ? [error] : []),
  ]
    .map(({ code }) => code)
    .join(', ')
