import { createHash } from 'node:crypto'
import { type Certificate, parseCertificate } from '../formats/index.ts'

/**
 * What was read or verified once, by the bytes it was read from: the same bytes give the same answer for ever, so that a
 * cache changes how long an answer takes and never the answer. Bounded; the least recently used goes first.
 */
export interface TrustCache {
  /** As `parseCertificate`, whose errors it throws. */
  certificate(bytes: Uint8Array): Certificate
  /** What `read` makes of a copy of `bytes`; `kind` tells apart what the same bytes may be read as. */
  read<T extends object>(kind: string, bytes: Uint8Array, read: (bytes: Uint8Array) => T): T
  /** What `verify` says; `key` must name everything that it depends on. */
  verified(key: string, verify: () => boolean): boolean
}

export interface TrustCacheLimits {
  readonly objects: number
  /** Octets that all objects were read from. */
  readonly bytes: number
  readonly verifications: number
}

const defaultLimits: TrustCacheLimits = { objects: 4096, bytes: 64 * 1024 * 1024, verifications: 16_384 }

/** Beyond this, bytes are looked up by their digest, and the long key is not kept. */
const LONG = 8192

interface Entry {
  readonly value: object
  readonly size: number
}

/** An empty cache. What is larger than half of `limits.bytes` is read and not kept. */
export function createTrustCache(limits: TrustCacheLimits = defaultLimits): TrustCache {
  const objects = new Map<string, Entry>()
  const verifications = new Map<string, boolean>()
  let total = 0

  const keep = (key: string, entry: Entry): void => {
    if (entry.size > limits.bytes / 2) return
    objects.set(key, entry)
    total += entry.size
    for (const [oldest, { size }] of objects) {
      if (objects.size <= limits.objects && total <= limits.bytes) break
      objects.delete(oldest)
      total -= size
    }
  }

  const read = <T extends object>(kind: string, bytes: Uint8Array, reader: (bytes: Uint8Array) => T): T => {
    const key = `${kind}:${keyOf(bytes)}`
    const found = objects.get(key)
    if (found) {
      objects.delete(key)
      objects.set(key, found)
      // only `reader` of this very kind was put under this key
      return found.value as T
    }
    // a copy: a view would keep the whole file alive that it came in
    const value = reader(new Uint8Array(bytes))
    keep(key, { value, size: bytes.length })
    return value
  }

  return {
    read,
    certificate: (bytes) => read('certificate', bytes, parseCertificate),
    verified(key, verify) {
      const found = verifications.get(key)
      if (found !== undefined) return found
      const value = verify()
      verifications.set(key, value)
      const oldest = verifications.size > limits.verifications ? verifications.keys().next().value : undefined
      if (oldest !== undefined) verifications.delete(oldest)
      return value
    },
  }
}

const keyOf = (bytes: Uint8Array): string =>
  bytes.length > LONG
    ? createHash('sha256').update(bytes).digest('base64')
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
