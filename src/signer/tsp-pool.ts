import { AnkyError, type Certificate, type DigestName, digestBytes, digestLength } from '../formats/index.ts'
import { type Fetch, type Lookup, parseNetAllow, unlessAborted } from '../trust/index.ts'
import { SignerError } from './errors.ts'
import type { Clock, Random, TimestampAuthority, TimestampResult } from './ports.ts'
import { requestTimestamp, type TspContext } from './tsp-client.ts'

export interface TimestampPoolOptions {
  /** Of the authorities, in the order in which they are asked. */
  readonly urls: readonly string[]
  /** Authorities' certificates, or the anchors they lead to. */
  readonly trusted: readonly Certificate[]
  /** Milliseconds for a time-stamp, over all authorities. */
  readonly deadlineMs: number
  readonly fetch: Fetch
  /** Addresses of a host's name. */
  readonly lookup: Lookup
  readonly clock: Clock
  readonly random: Random
  /** Private hosts, addresses and networks that may be fetched from. */
  readonly netAllow: readonly string[]
  /** OID that is asked for and held to. */
  readonly policy?: string
  /** Told of each authority that was passed over, and why. */
  readonly onFailure?: (url: string, error: unknown) => void
}

/** What a token may grow by from one to the next: serial number, fraction of a second, ECDSA value, another digest. */
const TOKEN_MARGIN = 512
/** Room for an authority further down the list that has not been met. */
const UNKNOWN_MARGIN = 4096

/**
 * Time-stamping authorities behind one deadline (RFC 3161 over HTTP). They are asked in order; each must answer by its
 * share of the deadline, so that a slow one leaves time for those behind it, and one that lies, or cannot be reached, is
 * passed over.
 *
 * Throws `ERR_TRUST_NET_ALLOW_INVALID`; `timestamp` and `tokenSize` throw `ERR_TSP_UNAVAILABLE` (retryable) with the
 * errors of all of them as an AggregateError in `cause`. A token's size is what was seen so far, with a margin.
 */
export function createTimestampPool(options: TimestampPoolOptions): TimestampAuthority {
  return new TimestampPool(options)
}

class TimestampPool implements TimestampAuthority {
  readonly #options: TimestampPoolOptions
  readonly #context: TspContext
  /** Bytes of the longest token by authority. */
  readonly #sizes = new Map<string, number>()
  #asking: Promise<unknown> | null = null

  constructor(options: TimestampPoolOptions) {
    this.#options = options
    this.#context = { ...options, allow: parseNetAllow(options.netAllow) }
  }

  async timestamp(imprint: Uint8Array, digest: DigestName): Promise<TimestampResult> {
    const expected = digestLength(digest)
    if (imprint.length !== expected) {
      const details = { digest, expected, actual: imprint.length }
      throw new SignerError('ERR_SIGNER_DIGEST_LENGTH', { details })
    }
    const { urls, deadlineMs } = this.#options
    const turns = takeTurns(urls.length, deadlineMs)
    const errors: unknown[] = []
    try {
      for (const [i, url] of urls.entries()) {
        try {
          return await this.#ask(url, imprint, digest, turns.all[i]!)
        } catch (error) {
          errors.push(error)
          this.#options.onFailure?.(url, error)
        }
      }
    } finally {
      turns.end()
    }
    throw new SignerError('ERR_TSP_UNAVAILABLE', {
      details: { deadlineMs },
      retryable: true,
      cause: new AggregateError(errors, errors.map(messageOf).join('; ')),
    })
  }

  async tokenSize(digest: DigestName): Promise<number> {
    if (this.#sizes.size === 0) {
      // one request for all that wait for the first token
      this.#asking ??= this.timestamp(digestBytes(digest, this.#options.random(32)), digest)
      try {
        await this.#asking
      } finally {
        this.#asking = null
      }
    }
    const known = this.#options.urls.every((url) => this.#sizes.has(url))
    return Math.max(...this.#sizes.values()) + TOKEN_MARGIN + (known ? 0 : UNKNOWN_MARGIN)
  }

  async #ask(
    url: string,
    imprint: Uint8Array,
    digest: DigestName,
    { signal, endsMs }: Turn,
  ): Promise<TimestampResult> {
    try {
      const request = requestTimestamp(url, imprint, digest, signal, this.#context)
      const result = await unlessAborted(request, signal)
      this.#sizes.set(url, Math.max(this.#sizes.get(url) ?? 0, result.token.length))
      return result
    } catch (cause) {
      if (!signal.aborted) throw cause
      const details = { timeoutMs: Math.round(endsMs) }
      throw new SignerError('ERR_TSP_TIMEOUT', { details, cause, retryable: true })
    }
  }
}

interface Turn {
  readonly signal: AbortSignal
  /** Milliseconds after the start of all. */
  readonly endsMs: number
}

/**
 * A turn for each of `count` authorities: turn i ends when (i + 1)/count of the deadline have passed since the start, so
 * what an earlier one leaves over is the next one's.
 */
function takeTurns(count: number, deadlineMs: number): { all: readonly Turn[]; end: () => void } {
  const timers: NodeJS.Timeout[] = []
  const all = Array.from({ length: count }, (_, i): Turn => {
    const controller = new AbortController()
    const endsMs = (deadlineMs * (i + 1)) / count
    timers.push(setTimeout(() => controller.abort(), endsMs))
    return { signal: controller.signal, endsMs }
  })
  return { all, end: () => timers.forEach((timer) => void clearTimeout(timer)) }
}

const messageOf = (error: unknown): string =>
  error instanceof AnkyError ? `${error.code}: ${error.message}` : String(error)
