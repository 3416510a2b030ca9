import { STATUS_CODES } from 'node:http'
import { AnkyError } from '../formats/index.ts'
import { ApiError } from './errors.ts'
import { statusOfCode } from './problem-status.ts'

/** RFC 9457 with our members. `type` is left out: it is `about:blank`, and `code` says what happened. */
export interface Problem {
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly messageVi: string
  readonly requestId: string
  readonly [extension: string]: unknown
}

/** Seconds after which trying again makes sense, where an error says that it does. */
const retrySeconds: Readonly<Record<string, number>> = {
  ERR_API_OVERLOADED: 1,
  ERR_API_SHARE_EXCEEDED: 1,
  ERR_IDEMPOTENCY_RUNNING: 1,
}
const retryDefault = 3

/** The status an error is answered with; what is not ours is a 500. */
export function statusOf(error: unknown): number {
  return error instanceof AnkyError ? (statusOfCode(error.code) ?? 500) : 500
}

/** Whether the request was at fault, and not we. */
export const isRefusal = (error: unknown): boolean => statusOf(error) < 500

/**
 * Any error as a problem document. Errors that are not ours leave as `ERR_API_UNEXPECTED`, without a word of what they
 * say.
 */
export function problemResponse(thrown: unknown, requestId: string, extensions: object = {}): Response {
  const known = thrown instanceof AnkyError && statusOfCode(thrown.code) !== null
  const error = known ? thrown : new ApiError('ERR_API_UNEXPECTED')
  const status = statusOf(error)
  const problem: Problem = {
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    messageVi: error.messageVi,
    requestId,
    ...extensions,
  }
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (status === 429 || status === 503 || error.code === 'ERR_IDEMPOTENCY_RUNNING')
    headers.set('retry-after', String(retrySeconds[error.code] ?? retryDefault))
  const { allow } = error.details
  if (status === 405 && typeof allow === 'string') headers.set('allow', allow)
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="anky"')
  return new Response(JSON.stringify(problem), { status, headers })
}
