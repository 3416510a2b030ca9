import type { Logger } from 'pino'
import type { EvidenceRepository } from '../../db/index.ts'
import {
  type Certificate,
  type Crl,
  encodeOcspCertId,
  encodeOcspRequest,
  isEqual,
} from '../../formats/index.ts'
import type { Clock, Random } from '../../signer/index.ts'
import {
  buildSerialIndex,
  openSerialIndex,
  type RevocationData,
  readRevocationData,
  type SerialIndex,
  type ValidationSource,
} from '../../trust/index.ts'
import { sha256 } from '../digest.ts'

/** An answer of an authority, read but not judged. */
export interface HeldEvidence {
  readonly kind: 'crl' | 'ocsp'
  readonly url: string
  readonly data: RevocationData
  /** Of a large CRL. */
  readonly index: SerialIndex | null
  /** On the clock that only goes forward, in milliseconds. */
  readonly askedAt: number
}

/** What to ask, and whom. */
export interface Question {
  readonly kind: 'crl' | 'ocsp'
  readonly url: string
  /** As the evidence store has it. */
  readonly id: string
  /** OCSP only. */
  readonly certId: Uint8Array | null
}

export const crlQuestion = (url: string): Question => ({ kind: 'crl', url, id: '', certId: null })

export function ocspQuestion(url: string, certificate: Certificate, issuer: Certificate): Question {
  const certId = encodeOcspCertId(certificate, issuer)
  return { kind: 'ocsp', url, id: sha256(certId).toString('hex'), certId }
}

export interface DeskParts {
  readonly source: ValidationSource
  readonly store: EvidenceRepository
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

const HELD = 4096
/** Octets of CRLs and answers held. */
const HELD_BYTES = 128 * 2 ** 20
/** From here on a CRL is looked up by an index instead of being walked through. */
const INDEXED_BYTES = 256 * 1024
/** Who did not answer in time a moment ago is not waited for as long again. */
const IMPATIENT_MS = 30_000
const IMPATIENCE_MS = 300
/** Octets of a nonce (RFC 9654, 2.1: 32 is what every responder takes). */
const NONCE_BYTES = 32

/** Asks authorities for revocation data, each question once at a time, and keeps the last answer to each. */
export class EvidenceDesk {
  readonly #parts: DeskParts
  readonly #held = new Map<string, HeldEvidence>()
  readonly #asking = new Map<string, { since: number; answer: Promise<HeldEvidence | null> }>()
  readonly #silentSince = new Map<string, number>()
  #bytes = 0

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  /**
   * What the authority says, asked at `since` or later; null where no answer came within `patienceMs`. A late answer is
   * kept for who asks next.
   */
  async ask(question: Question, since: number, patienceMs: number): Promise<HeldEvidence | null> {
    const key = nameOf(question)
    const held = this.#held.get(key)
    if (held && held.askedAt >= since) return held
    const running = this.#asking.get(key)
    const answer = running && running.since >= since ? running.answer : this.#start(question, key)
    const responder = responderOf(question)
    const silent = this.#silentSince.get(responder)
    const impatient = silent !== undefined && performance.now() - silent < IMPATIENT_MS
    return within(answer, impatient ? Math.min(IMPATIENCE_MS, patienceMs) : patienceMs, () =>
      this.#silentSince.set(responder, performance.now()),
    )
  }

  /** The last answer, however old; from the database where this process has none. */
  async recall(question: Question): Promise<HeldEvidence | null> {
    const held = this.#held.get(nameOf(question))
    if (held) return held
    const { kind, url, id } = question
    const kept = await this.#parts.store.cache.find({ kind, url, id })
    return kept && this.#read(question, kept.bytes, Number.NEGATIVE_INFINITY)
  }

  #start(question: Question, key: string): Promise<HeldEvidence | null> {
    const since = performance.now()
    const answer = this.#fetch(question, since).finally(() => {
      if (this.#asking.get(key)?.answer === answer) this.#asking.delete(key)
    })
    this.#asking.set(key, { since, answer })
    return answer
  }

  async #fetch(question: Question, askedAt: number): Promise<HeldEvidence | null> {
    const { url, certId } = question
    const nonce = certId && this.#parts.random(NONCE_BYTES)
    const bytes = certId
      ? await this.#parts.source.ocsp(url, encodeOcspRequest(certId, nonce))
      : await this.#parts.source.crl(url)
    if (bytes || performance.now() - askedAt < IMPATIENCE_MS) this.#silentSince.delete(responderOf(question))
    if (!bytes) return null
    const read = this.#read(question, bytes, askedAt)
    if (!read || (nonce && isReplayed(read.data, nonce))) {
      this.#parts.log.warn(
        { responder: responderOf(question) },
        'an answer about revocation could not be used',
      )
      return null
    }
    const known = this.#held.get(nameOf(question))
    // servers behind one address may lag behind each other, or somebody plays back an earlier answer
    const isOlder = known !== undefined && timesOf(read.data).thisUpdate < timesOf(known.data).thisUpdate
    const held = isOlder ? { ...known, askedAt } : await this.#keep(question, read)
    this.#hold(nameOf(question), held)
    return held
  }

  #read({ kind, url }: Question, bytes: Uint8Array, askedAt: number): HeldEvidence | null {
    try {
      const data = readRevocationData(bytes)
      if (data.kind !== kind || (data.kind === 'ocsp' && !data.basic?.responses.length)) return null
      return { kind, url, data, index: null, askedAt }
    } catch {
      return null
    }
  }

  /** In the database, because signatures refer to it, and for the time when nobody can be asked. */
  async #keep({ kind, url, id }: Question, held: HeldEvidence): Promise<HeldEvidence> {
    const { data } = held
    const { store, clock } = this.#parts
    await store.cache.put({ kind, url, id }, { bytes: data.der, fetchedAt: clock(), ...timesOf(data) })
    return data.kind === 'crl' && data.der.length > INDEXED_BYTES
      ? { ...held, index: await this.#indexOf(data) }
      : held
  }

  async #indexOf(crl: Crl): Promise<SerialIndex> {
    const { serialIndexes } = this.#parts.store
    const kept = await serialIndexes.find(crl.sha256)
    if (kept) {
      try {
        return openSerialIndex(kept, crl)
      } catch {
        // of another version, or damaged: made again
      }
    }
    const index = buildSerialIndex(crl)
    await serialIndexes.put(crl.sha256, index)
    return openSerialIndex(index, crl)
  }

  #hold(key: string, held: HeldEvidence): void {
    this.#drop(key)
    this.#held.set(key, held)
    this.#bytes += held.data.der.length
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= HELD && this.#bytes <= HELD_BYTES) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#held.get(key)?.data.der.length ?? 0
    this.#held.delete(key)
  }
}

function timesOf(data: RevocationData): { thisUpdate: Date; nextUpdate: Date | null } {
  const { thisUpdate, nextUpdate } = data.kind === 'crl' ? data : data.basic!.responses[0]!
  return { thisUpdate, nextUpdate }
}

/** A question's key. */
export const nameOf = ({ kind, url, id }: Question): string => `${kind} ${id} ${url}`

/** Its host alone: an address may carry a token in its query. */
const responderOf = ({ kind, url }: Question): string =>
  `${kind} ${URL.canParse(url) ? new URL(url).host : ''}`

/** Another request's answer. Many responders know no nonces and answer without: then the dates alone tell how new it is. */
function isReplayed(data: RevocationData, nonce: Uint8Array): boolean {
  const answered = data.kind === 'ocsp' ? data.basic?.nonce : null
  return answered !== null && answered !== undefined && !isEqual(answered, nonce)
}

async function within<T>(work: Promise<T>, ms: number, late: () => void): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      late()
      resolve(null)
    }, ms)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
