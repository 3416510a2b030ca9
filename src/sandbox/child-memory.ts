import { createHash } from 'node:crypto'
import type { Policy } from '../verifier/index.ts'
import type { EvidenceIds, Following, ToChild } from './protocol.ts'
import type { VerificationContext } from './types.ts'

type Evidence = VerificationContext['evidence']

/** A message with the bytes that follow it. */
export interface Parcel {
  readonly message: ToChild
  readonly bytes: readonly Uint8Array[]
}

/** Bytes of evidence fetched for single files that a child keeps for the next ones; and pieces. */
const EXTRA_BYTES = 64 * 2 ** 20
const EXTRA_OBJECTS = 4096

const digests = new WeakMap<Uint8Array, string>()
const idOf = (bytes: Uint8Array): string => {
  let id = digests.get(bytes)
  if (id === undefined) {
    id = createHash('sha256').update(bytes).digest('hex')
    digests.set(bytes, id)
  }
  return id
}

let numbers = 0
const numbered = new WeakMap<object, number>()
const numberOf = (value: object): number => {
  let number = numbered.get(value)
  if (number === undefined) {
    number = ++numbers
    numbered.set(value, number)
  }
  return number
}

export const following = (bytes: Uint8Array): Following => ({ follow: bytes.length })

/** What one child was told already: anchors, evidence and policies go to it once. */
export class ChildMemory {
  readonly #defined = new Set<number>()
  readonly #kept = new Set<string>()
  /** In the order of use; only these are ever forgotten. */
  readonly #extra = new Map<string, number>()
  #extraBytes = 0
  #keptBytes = 0

  /** Bytes that the child holds on to for coming jobs. */
  get bytes(): number {
    return this.#keptBytes + this.#extraBytes
  }

  policy(policy: Policy, parcels: Parcel[]): number {
    const id = numberOf(policy)
    if (!this.#defined.has(id)) {
      this.#defined.add(id)
      parcels.push({ message: { type: 'policy', id, policy }, bytes: [] })
    }
    return id
  }

  context(context: VerificationContext, parcels: Parcel[]): number {
    const id = numberOf(context)
    if (this.#defined.has(id)) return id
    this.#defined.add(id)
    const keep = (bytes: Uint8Array): string => {
      const object = idOf(bytes)
      if (this.#kept.has(object)) return object
      parcels.push(this.#send(object, bytes))
      this.#kept.add(object)
      this.#keptBytes += bytes.length
      this.#drop(object)
      return object
    }
    const anchors = context.anchors.map(({ der }) => keep(der))
    const evidence = mapEvidence(context.evidence, keep)
    parcels.push({ message: { type: 'context', id, anchors, evidence }, bytes: [] })
    return id
  }

  extra(evidence: Evidence, parcels: Parcel[]): EvidenceIds {
    const wanted = new Set<string>()
    const ids = mapEvidence(evidence, (bytes) => {
      const object = idOf(bytes)
      wanted.add(object)
      if (this.#kept.has(object)) return object
      if (!this.#extra.has(object)) parcels.push(this.#send(object, bytes))
      this.#drop(object)
      this.#extra.set(object, bytes.length)
      this.#extraBytes += bytes.length
      return object
    })
    const forgotten = this.#forgetOldest(wanted)
    if (forgotten.length > 0) parcels.push({ message: { type: 'forget', ids: forgotten }, bytes: [] })
    return ids
  }

  #send(id: string, bytes: Uint8Array): Parcel {
    return { message: { type: 'object', id, bytes: following(bytes) }, bytes: [bytes] }
  }

  #drop(id: string): void {
    this.#extraBytes -= this.#extra.get(id) ?? 0
    this.#extra.delete(id)
  }

  #forgetOldest(wanted: ReadonlySet<string>): string[] {
    const forgotten: string[] = []
    for (const id of this.#extra.keys()) {
      if (this.#extraBytes <= EXTRA_BYTES && this.#extra.size <= EXTRA_OBJECTS) break
      if (wanted.has(id)) continue
      this.#drop(id)
      forgotten.push(id)
    }
    return forgotten
  }
}

const mapEvidence = (evidence: Evidence, toId: (bytes: Uint8Array) => string): EvidenceIds => ({
  certificates: evidence.certificates.map(toId),
  crls: evidence.crls.map(toId),
  ocspResponses: evidence.ocspResponses.map(toId),
})
