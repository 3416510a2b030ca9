import { type Certificate, digestBytes } from '../../../formats/index.ts'
import { entityOf, type Pki } from '../../../test-certs/entity.ts'
import type { TestEntityName } from '../../../test-certs/pki.ts'
import { buildRecordPki } from '../../../test-certs/records/pades.ts'
import { fixedEnvironment } from '../../../test-certs/testing/environment.ts'
import type { TrustCache } from '../../../trust/index.ts'
import type { Facts, SignatureFacts } from '../../facts.ts'
import type { CollectInput, DetachedContent } from '../../input.ts'
import { collectFacts } from '../collect-facts.ts'

export const env = fixedEnvironment()
export const content = Buffer.from('Bệnh án thử nghiệm: nhịp tim 72, huyết áp 120/80.\n')

/** The entities of records, told by a clock that stands still. */
export const recordPki = (only?: readonly TestEntityName[]): Promise<Pki> => buildRecordPki(env, only)

export const rootOf = (pki: Pki): Certificate => entityOf(pki, 'national-root').certificate

export const detachedContent = (bytes: Uint8Array, name: string | null = null): DetachedContent => ({
  name,
  digest: (algorithm) => digestBytes(algorithm, bytes),
  bytes: () => bytes,
})

export const inputOf = (bytes: Uint8Array, input: Partial<CollectInput> = {}): CollectInput => ({
  file: { name: 'ho-so.p7m', bytes },
  detached: [],
  evidenceRecords: [],
  anchors: [],
  evidence: { certificates: [], crls: [], ocspResponses: [] },
  ...input,
})

export const collect = (bytes: Uint8Array, input: Partial<CollectInput> = {}, cache?: TrustCache): Facts =>
  collectFacts(inputOf(bytes, input), cache)

/** The one signature of a file. */
export function signatureOf(facts: Facts): SignatureFacts {
  const [signature, ...rest] = facts.signatures
  if (!signature || rest.length > 0) throw new Error(`${facts.signatures.length} signatures`)
  return signature
}

export const codesOf = ({
  findings,
}: {
  readonly findings: readonly { readonly code: string }[]
}): string[] => findings.map(({ code }) => code)
