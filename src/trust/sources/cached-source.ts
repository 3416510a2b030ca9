import {
  concat,
  digestBytes,
  isEqual,
  parseDerPrefix,
  parseOcspRequest,
  parseOcspResponse,
  readCrlTimes,
} from '../../formats/index.ts'
import { TrustError } from '../errors.ts'
import type { EvidenceKey, EvidenceStore, KeptEvidence, ValidationSource } from './ports.ts'

export interface CacheOptions {
  /** How long an answer is served again at most, though it said it would hold longer; default one hour. */
  readonly maxAgeMs?: number
  /** The same for issuers' certificates; default one day. */
  readonly issuersMaxAgeMs?: number
}

const HOUR_MS = 3_600_000
/** By how much a server's clock may be ahead. */
const SKEW_MS = 5 * 60_000

type Times = Pick<KeptEvidence, 'thisUpdate' | 'nextUpdate'>

/**
 * `source` behind a store. An answer is served again until its nextUpdate, or `maxAgeMs` after it was fetched; then a new
 * one is fetched. What cannot be read, is dated in the future, or is older than what is kept does not replace it; where
 * nothing new is to be had, what is kept is served, however old: whether it counts is judged by who asked.
 *
 * An OCSP request with a nonce is always sent. Throws what `store` throws. Not checked: any signature.
 */
export function createCachedSource(
  source: ValidationSource,
  store: EvidenceStore,
  clock: () => Date,
  options: CacheOptions = {},
): ValidationSource {
  const { maxAgeMs = HOUR_MS, issuersMaxAgeMs = 24 * HOUR_MS } = options
  const pending = new Map<string, Promise<Uint8Array | null>>()

  const refresh = async (
    key: EvidenceKey,
    kept: KeptEvidence | null,
    load: () => Promise<Uint8Array | null>,
    read: (bytes: Uint8Array) => Times,
  ): Promise<Uint8Array | null> => {
    const bytes = await load()
    const fetchedAt = clock()
    const times = bytes && tryRead(read, bytes)
    if (!bytes || !times || isFromFuture(times, fetchedAt) || isOlder(times, kept)) return kept?.bytes ?? null
    await store.put(key, { bytes, fetchedAt, ...times })
    return bytes
  }

  /** One exchange for all who wait for the same. */
  const serve = async (
    key: EvidenceKey,
    age: number,
    load: () => Promise<Uint8Array | null>,
    read: (bytes: Uint8Array) => Times,
  ): Promise<Uint8Array | null> => {
    const kept = await store.find(key)
    if (kept && isFresh(kept, clock(), age)) return kept.bytes
    const name = `${key.kind} ${key.id} ${key.url}`
    let work = pending.get(name)
    if (!work) {
      work = refresh(key, kept, load, read).finally(() => pending.delete(name))
      pending.set(name, work)
    }
    return work
  }

  return {
    issuers: async (url) => {
      const load = async (): Promise<Uint8Array | null> => {
        const found = await source.issuers(url)
        return found.length > 0 ? concat(found) : null
      }
      const bytes = await serve({ kind: 'issuers', url, id: '' }, issuersMaxAgeMs, load, (all) => {
        splitCertificates(all)
        return { thisUpdate: null, nextUpdate: null }
      })
      return bytes ? splitCertificates(bytes) : []
    },
    crl: (url) => serve({ kind: 'crl', url, id: '' }, maxAgeMs, () => source.crl(url), readCrlTimes),
    ocsp: (url, request) => {
      const { certIds, nonce } = parseOcspRequest(request)
      if (nonce) return source.ocsp(url, request)
      const asked = certIds.map(({ der }) => der)
      const id = Buffer.from(digestBytes('sha256', ...asked)).toString('hex')
      return serve(
        { kind: 'ocsp', url, id },
        maxAgeMs,
        () => source.ocsp(url, request),
        (bytes) => readOcsp(bytes, asked),
      )
    },
  }
}

function tryRead(read: (bytes: Uint8Array) => Times, bytes: Uint8Array): Times | null {
  try {
    const { thisUpdate, nextUpdate } = read(bytes)
    return { thisUpdate, nextUpdate }
  } catch {
    return null
  }
}

/** No nextUpdate: a CRL or an OCSP answer that may be replaced at any time. */
function isFresh({ fetchedAt, thisUpdate, nextUpdate }: KeptEvidence, now: Date, maxAgeMs: number): boolean {
  const age = now.getTime() - fetchedAt.getTime()
  if (age < 0 || age >= maxAgeMs) return false
  return thisUpdate === null || (nextUpdate !== null && now < nextUpdate)
}

const isFromFuture = ({ thisUpdate }: Times, now: Date): boolean =>
  thisUpdate !== null && thisUpdate.getTime() > now.getTime() + SKEW_MS

const isOlder = ({ thisUpdate }: Times, kept: KeptEvidence | null): boolean =>
  thisUpdate !== null && kept?.thisUpdate != null && thisUpdate < kept.thisUpdate

/** The times of the answer about what was asked; an answer about something else is none. */
function readOcsp(bytes: Uint8Array, asked: readonly Uint8Array[]): Times {
  const singles = parseOcspResponse(bytes).basic?.responses ?? []
  const own = asked.map((der) => singles.find(({ certId }) => isEqual(certId.der, der)))
  const [first] = own
  if (!first || own.includes(undefined)) throw new TrustError('ERR_TRUST_FETCH_UNREADABLE')
  return first
}

function splitCertificates(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const { bytes: one } = parseDerPrefix(bytes.subarray(at))
    out.push(one)
    at += one.length
  }
  return out
}
