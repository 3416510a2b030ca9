import { SignerError } from './errors.ts'
import { checkUrl, type Lookup, type NetAllow } from './net-guard.ts'

/** What of an answer is looked at. */
export interface FetchAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
}

export interface FetchRequest {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
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
const MAX_ANSWER_BYTES = 1024 * 1024
const QUERY = 'application/timestamp-query'
const REPLY = 'application/timestamp-reply'
/** Redirects after which the same request is sent again; 303 asks for another one (RFC 9110, 15.4). */
const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308])

/**
 * Sends a TimeStampReq and gives the TimeStampResp (RFC 3161, 3.4), following redirects, each to an address that is
 * allowed.
 *
 * Throws `ERR_SIGNER_URL_SCHEME`, `ERR_SIGNER_URL_FORBIDDEN`, `ERR_SIGNER_REDIRECTS`, `ERR_TSP_CONNECTION`,
 * `ERR_TSP_HTTP_STATUS`, `ERR_TSP_CONTENT_TYPE`, `ERR_TSP_TOO_LARGE`.
 */
export async function postTimestampQuery(
  url: string,
  query: Uint8Array,
  signal: AbortSignal,
  context: HttpContext,
): Promise<Uint8Array> {
  let target = parseUrl(url, undefined)
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const answer = await send(target, query, signal, context)
    const location = redirects.has(answer.status) ? answer.headers.get('location') : null
    if (location === null) return readAnswer(answer, signal)
    await answer.body?.cancel()
    target = parseUrl(location, target)
  }
  throw new SignerError('ERR_SIGNER_REDIRECTS', { details: { limit: MAX_REDIRECTS } })
}

function parseUrl(text: string, base: URL | undefined): URL {
  try {
    return new URL(text, base)
  } catch (cause) {
    throw new SignerError('ERR_TSP_CONNECTION', { cause })
  }
}

async function send(
  url: URL,
  query: Uint8Array,
  signal: AbortSignal,
  context: HttpContext,
): Promise<FetchAnswer> {
  try {
    const addresses = await checkUrl(url, context.allow, context.lookup)
    return await context.fetch(url.href, {
      method: 'POST',
      headers: { 'content-type': QUERY, accept: REPLY },
      body: Uint8Array.from(query),
      redirect: 'manual',
      signal,
      addresses,
    })
  } catch (cause) {
    throw asConnectionError(cause, signal)
  }
}

/** An end of `signal` is told apart by whoever set it. */
function asConnectionError(cause: unknown, signal: AbortSignal): unknown {
  if (cause instanceof SignerError || signal.aborted) return cause
  return new SignerError('ERR_TSP_CONNECTION', { cause, retryable: true })
}

async function readAnswer(answer: FetchAnswer, signal: AbortSignal): Promise<Uint8Array> {
  const refuse = async (error: SignerError): Promise<never> => {
    await answer.body?.cancel().catch(() => {})
    throw error
  }
  if (answer.status !== 200) {
    const details = { status: answer.status }
    return refuse(new SignerError('ERR_TSP_HTTP_STATUS', { details, retryable: true }))
  }
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== REPLY) return refuse(new SignerError('ERR_TSP_CONTENT_TYPE'))
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of answer.body ?? []) {
      length += part.length
      if (length > MAX_ANSWER_BYTES) {
        throw new SignerError('ERR_TSP_TOO_LARGE', { details: { limit: MAX_ANSWER_BYTES } })
      }
      parts.push(part)
    }
  } catch (cause) {
    throw asConnectionError(cause, signal)
  }
  return Buffer.concat(parts)
}
