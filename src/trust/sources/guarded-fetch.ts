import { concat } from '../../formats/index.ts'
import { TrustError } from '../errors.ts'
import { checkUrl, type Lookup, type NetAllow } from './net-guard.ts'

/** What of an answer is looked at. */
export interface FetchAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
}

export interface FetchRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  /** Absent with GET. */
  readonly body?: Uint8Array<ArrayBuffer>
  readonly redirect: 'manual'
  readonly signal: AbortSignal
  /**
   * What the host's name stood for when it was looked at: a fetch that can should connect to one of these, so that a name
   * which changes in between leads nowhere else.
   */
  readonly addresses: readonly string[]
}

/** `fetch`, or one that also keeps to `addresses`. */
export type Fetch = (url: string, request: FetchRequest) => Promise<FetchAnswer>

export interface HttpContext {
  readonly fetch: Fetch
  readonly lookup: Lookup
  readonly allow: NetAllow
}

const MAX_REDIRECTS = 3
/** Redirects after which the same request is sent again; after 303 only a GET may be (RFC 9110, 15.4). */
const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308])

/**
 * Sends a request, following three redirects at most, each to an address that is public or allowed; names in an address
 * (`user:password@`) are not sent.
 *
 * Throws `ERR_TRUST_URL_SCHEME`, `ERR_TRUST_URL_FORBIDDEN`, `ERR_TRUST_FETCH_REDIRECTS`, and what parsing the address,
 * looking it up and fetching throw.
 */
export async function fetchGuarded(
  url: string,
  request: Pick<FetchRequest, 'method' | 'headers' | 'body' | 'signal'>,
  context: HttpContext,
): Promise<FetchAnswer> {
  let target = new URL(url)
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    target.username = ''
    target.password = ''
    const addresses = await checkUrl(target, context.allow, context.lookup)
    const answer = await context.fetch(target.href, { ...request, redirect: 'manual', addresses })
    const isRedirect = redirects.has(answer.status) || (answer.status === 303 && request.method === 'GET')
    const location = isRedirect ? answer.headers.get('location') : null
    if (location === null) return answer
    await discard(answer)
    target = new URL(location, target)
  }
  throw new TrustError('ERR_TRUST_FETCH_REDIRECTS', { details: { limit: MAX_REDIRECTS } })
}

/** Ends an answer that is not read. */
export const discard = async (answer: FetchAnswer): Promise<void> => {
  await answer.body?.cancel().catch(() => {})
}

/** The body of an answer, of at most `maxBytes`. Throws `ERR_TRUST_FETCH_TOO_LARGE` as soon as it is longer. */
export async function readBody(answer: FetchAnswer, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of answer.body ?? []) {
    length += part.length
    if (length > maxBytes) {
      throw new TrustError('ERR_TRUST_FETCH_TOO_LARGE', { details: { limit: maxBytes } })
    }
    parts.push(part)
  }
  return concat(parts)
}

/** Whatever hangs, a look-up or a fetch that does not heed its signal, holds nobody up. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
