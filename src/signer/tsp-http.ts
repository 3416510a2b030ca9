import { type FetchAnswer, fetchGuarded, type HttpContext, readBody, TrustError } from '../trust/index.ts'
import { SignerError } from './errors.ts'

const MAX_ANSWER_BYTES = 1024 * 1024
const QUERY = 'application/timestamp-query'
const REPLY = 'application/timestamp-reply'

/**
 * Sends a TimeStampReq and gives the TimeStampResp (RFC 3161, 3.4), following redirects, each to an address that is
 * allowed.
 *
 * Throws `ERR_TRUST_URL_SCHEME`, `ERR_TRUST_URL_FORBIDDEN`, `ERR_TRUST_FETCH_REDIRECTS`, `ERR_TSP_CONNECTION`,
 * `ERR_TSP_HTTP_STATUS`, `ERR_TSP_CONTENT_TYPE`, `ERR_TSP_TOO_LARGE`.
 */
export async function postTimestampQuery(
  url: string,
  query: Uint8Array,
  signal: AbortSignal,
  context: HttpContext,
): Promise<Uint8Array> {
  const headers = { 'content-type': QUERY, accept: REPLY }
  try {
    const body = Uint8Array.from(query)
    const answer = await fetchGuarded(url, { method: 'POST', headers, body, signal }, context)
    return await readAnswer(answer)
  } catch (cause) {
    throw asConnectionError(cause, signal)
  }
}

/** An end of `signal` is told apart by whoever set it. */
function asConnectionError(cause: unknown, signal: AbortSignal): unknown {
  if (cause instanceof TrustError && cause.code === 'ERR_TRUST_FETCH_TOO_LARGE') {
    return new SignerError('ERR_TSP_TOO_LARGE', { details: { limit: MAX_ANSWER_BYTES }, cause })
  }
  if (cause instanceof SignerError || cause instanceof TrustError || signal.aborted) return cause
  return new SignerError('ERR_TSP_CONNECTION', { cause, retryable: true })
}

async function readAnswer(answer: FetchAnswer): Promise<Uint8Array> {
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
  return readBody(answer, MAX_ANSWER_BYTES)
}
