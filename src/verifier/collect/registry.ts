import { createHash } from 'node:crypto'
import type { Certificate } from '../../formats/index.ts'
import { createTrustCache, type TrustCache } from '../../trust/index.ts'
import type { EvidenceRecordFacts, Facts, RevocationFacts, SignatureLevel, TimestampFacts } from '../facts.ts'
import type { CollectInput } from '../input.ts'
import { certificateId } from './certificate-facts.ts'
import { CertificatePool } from './certificate-pool.ts'
import {
  certificatesOf,
  type EvidenceBase,
  evidenceBase,
  type KnownRevocation,
  readCertificate,
  readRevocation,
} from './evidence-base.ts'
import { describeTrust } from './trust-facts.ts'

/** A level that depends on what all facts together say. */
export type LevelRule = (facts: Facts) => SignatureLevel

export type RegistryInput = Pick<CollectInput, 'anchors' | 'evidence'> & { readonly cache?: TrustCache }

/** What one file's facts have in common: each certificate, each piece of revocation data and each time-stamp once. */
export class Registry {
  /** All certificates at hand: anchors, given ones, those found in the file. */
  readonly pool: CertificatePool
  readonly #cache: TrustCache
  readonly #base: EvidenceBase
  /** Ids of what the file itself holds or names, in its order. */
  readonly #mentioned = new Set<string>()
  readonly #revocations = new Map<string, KnownRevocation>()
  readonly #timestamps = new Map<string, TimestampFacts>()
  readonly #records: EvidenceRecordFacts[] = []
  readonly #signers = new Set<Certificate>()
  readonly #ids = new Map<string, number>()
  readonly #levels = new Map<string, LevelRule>()

  constructor({ anchors, evidence, cache = createTrustCache() }: RegistryInput) {
    this.#cache = cache
    this.#base = evidenceBase(anchors, evidence, cache)
    this.pool = new CertificatePool(this.#base.pool)
  }

  /** Id of a certificate of the file (`C-` and its SHA-256), the same for the same bytes; null where it cannot be read. */
  addCertificate(bytes: Uint8Array): string | null {
    const certificate = readCertificate(bytes, this.#cache)
    if (!certificate) return null
    const id = certificateId(this.pool.add(certificate))
    this.#mentioned.add(id)
    return id
  }

  /** Id of a CRL or an OCSP answer (`R-` and its SHA-256); null where it cannot be read. The first origin stays. */
  addRevocation(bytes: Uint8Array, origin: RevocationFacts['origin']): string | null {
    const known = readRevocation(bytes, origin, this.#cache)
    if (!known) return null
    this.#mentioned.add(known.id)
    if (!this.#revocations.has(known.id)) {
      this.#revocations.set(known.id, known)
      for (const certificate of certificatesOf(known.data)) this.pool.add(certificate)
    }
    return known.id
  }

  certificate(id: string): Certificate | null {
    return this.pool.find(id.slice(2)) ?? null
  }

  /** An id that is the content's (its SHA-256), with `-2`, `-3`… where the same bytes stand again. */
  uniqueId(kind: 'S' | 'T' | 'E', bytes: Uint8Array): string {
    const id = `${kind}-${createHash('sha256').update(bytes).digest('hex')}`
    const count = (this.#ids.get(id) ?? 0) + 1
    this.#ids.set(id, count)
    return count === 1 ? id : `${id}-${count}`
  }

  addTimestamp(facts: TimestampFacts): void {
    this.#timestamps.set(facts.id, facts)
  }

  timestamp(id: string): TimestampFacts | undefined {
    return this.#timestamps.get(id)
  }

  addEvidenceRecord(facts: EvidenceRecordFacts): void {
    this.#records.push(facts)
  }

  /** Says that a certificate signed something, so that its paths are wanted. */
  markSigner(certificate: Certificate): void {
    this.#signers.add(certificate)
    this.#mentioned.add(certificateId(certificate))
  }

  /** A signature's level by what its path and its revocation data turn out to be; asked once, when all is known. */
  deferLevel(signature: string, rule: LevelRule): void {
    this.#levels.set(signature, rule)
  }

  levelRule(signature: string): LevelRule | null {
    return this.#levels.get(signature) ?? null
  }

  /** Ids of all that the file holds so far: what preserves it as a whole covers. */
  everything(signatures: readonly { readonly id: string }[]): string[] {
    return [
      ...signatures.map(({ id }) => id),
      ...this.#mentioned,
      ...this.#timestamps.keys(),
      ...this.#records.map(({ id }) => id),
    ]
  }

  /** Paths and statuses of everything that signs; called once, when the whole file is read. */
  finish(): Pick<Facts, 'certificates' | 'revocations' | 'timestamps' | 'evidenceRecords'> {
    const trust = describeTrust({
      base: this.#base,
      pool: this.pool,
      revocations: this.#revocations,
      signers: [...this.#signers],
      mentioned: this.#mentioned,
      cache: this.#cache,
    })
    return { ...trust, timestamps: [...this.#timestamps.values()], evidenceRecords: this.#records }
  }
}
