import { VerifierError } from '../errors.ts'
import type {
  CertificateFacts,
  EvidenceRecordFacts,
  Facts,
  RevocationFacts,
  SignatureFacts,
  SignedTokenFacts,
  TimestampFacts,
} from '../facts.ts'
import type { CertificatePolicy, CertificateRole, ContextPolicy, Policy, PolicyContext } from '../policy.ts'

/** A time of the facts in milliseconds. Throws `ERR_VERIFIER_UNEXPECTED` for what is no time. */
export function instant(time: string): number {
  const value = Date.parse(time)
  if (Number.isNaN(value)) throw new VerifierError('ERR_VERIFIER_UNEXPECTED', { details: { what: 'time' } })
  return value
}

export const isoTime = (time: number): string => new Date(time).toISOString()

/** A signed token with what it is judged as. */
export interface Token {
  readonly facts: SignedTokenFacts
  readonly context: PolicyContext
  /** When its certificate was used, as the token itself says and the context trusts; null where only claimed. */
  readonly usedAt: number | null
}

export const signatureToken = (facts: SignatureFacts): Token => ({
  facts,
  context: facts.counterSignatureOf === null ? 'signature' : 'counterSignature',
  usedAt: null,
})

export const timestampToken = (facts: TimestampFacts): Token => ({
  facts,
  context: 'timestamp',
  usedAt: instant(facts.time),
})

export const revocationToken = (facts: RevocationFacts): Token => ({
  facts,
  context: 'revocation',
  usedAt: instant(facts.producedAt),
})

/** Facts by their ids, with the policy and the time they are judged under, and what was concluded already. */
export class CaseFile {
  readonly facts: Facts
  readonly policy: Policy
  readonly at: number
  readonly #certificates: ReadonlyMap<string, CertificateFacts>
  readonly #byDigest: ReadonlyMap<string, CertificateFacts>
  readonly #revocations: ReadonlyMap<string, RevocationFacts>
  readonly #timestamps: ReadonlyMap<string, TimestampFacts>
  readonly #evidenceRecords: ReadonlyMap<string, EvidenceRecordFacts>
  readonly #kept = new Map<string, unknown>()
  /** How often revocation data was weighed, and how often it turned out to depend on itself. */
  acceptances = 0
  circles = 0

  constructor(facts: Facts, policy: Policy, at: number) {
    this.facts = facts
    this.policy = policy
    this.at = at
    this.#certificates = byId(facts.certificates)
    this.#byDigest = new Map(facts.certificates.map((certificate) => [certificate.sha256, certificate]))
    this.#revocations = byId(facts.revocations)
    this.#timestamps = byId(facts.timestamps)
    this.#evidenceRecords = byId(facts.evidenceRecords)
  }

  certificate = (id: string): CertificateFacts => found(this.#certificates, id)
  revocation = (id: string): RevocationFacts => found(this.#revocations, id)
  timestamp = (id: string): TimestampFacts => found(this.#timestamps, id)
  evidenceRecord = (id: string): EvidenceRecordFacts => found(this.#evidenceRecords, id)

  isTimestamp = (id: string): boolean => this.#timestamps.has(id)
  isRevocation = (id: string): boolean => this.#revocations.has(id)

  certificateByDigest(sha256: string): CertificateFacts | undefined {
    return this.#byDigest.get(sha256)
  }

  contextPolicy(context: PolicyContext): ContextPolicy {
    return this.policy.contexts[context]
  }

  certificatePolicy(context: PolicyContext, role: CertificateRole): CertificatePolicy {
    return this.policy.contexts[context][role]
  }

  kept<Value>(key: string): Value | undefined {
    return this.#kept.get(key) as Value | undefined
  }

  keep(key: string, value: unknown): void {
    this.#kept.set(key, value)
  }

  /** Ids of what a time-stamp covers. */
  covers = (id: string): ReadonlySet<string> =>
    this.once(`covers ${id}`, () => new Set(this.timestamp(id).covers))

  /** What was worked out under `key` before, or what `work` gives, kept. */
  once<Value>(key: string, work: () => Value): Value {
    if (!this.#kept.has(key)) this.#kept.set(key, work())
    return this.#kept.get(key) as Value
  }
}

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [item.id, item]))

function found<Item>(items: ReadonlyMap<string, Item>, id: string): Item {
  const item = items.get(id)
  if (!item) throw new VerifierError('ERR_VERIFIER_UNEXPECTED', { details: { what: `id ${id}` } })
  return item
}

export const nameOfCertificate = ({ commonName, subject }: CertificateFacts): string => commonName ?? subject
