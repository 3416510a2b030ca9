import {
  type Certificate,
  type DigestName,
  encodeTimeStampRequest,
  parseTimeStampResponse,
  type TimeStampResponse,
} from '../formats/index.ts'
import type { HttpContext } from '../trust/index.ts'
import { SignerError } from './errors.ts'
import type { Clock, Random, TimestampResult } from './ports.ts'
import { postTimestampQuery } from './tsp-http.ts'
import { checkTimestampToken } from './tsp-token.ts'

export interface TspContext extends HttpContext {
  readonly trusted: readonly Certificate[]
  readonly clock: Clock
  readonly random: Random
  readonly policy?: string
}

const NONCE_BYTES = 8

/**
 * One time-stamp from one authority, asked for with a nonce and with its certificate, checked whole.
 *
 * Throws `ERR_TSP_REJECTED`, `ERR_TSP_TOKEN_MISSING`, `ERR_TSP_MALFORMED`, and what `postTimestampQuery` and
 * `checkTimestampToken` throw.
 */
export async function requestTimestamp(
  url: string,
  imprint: Uint8Array,
  digest: DigestName,
  signal: AbortSignal,
  context: TspContext,
): Promise<TimestampResult> {
  const { clock, random, trusted, policy } = context
  const nonce = newNonce(random)
  const wish = policy === undefined ? {} : { policy }
  const query = encodeTimeStampRequest({ imprint, digest, nonce, certReq: true, ...wish })
  const answer = readResponse(await postTimestampQuery(url, query, signal, context))
  // RFC 3161, 2.4.2: 0 granted, 1 grantedWithMods; a token beside any other status is none
  if (answer.status !== 0 && answer.status !== 1) {
    const failure = answer.failureInfo.join(', ') || '-'
    throw new SignerError('ERR_TSP_REJECTED', { details: { status: answer.status, failure } })
  }
  if (!answer.token) throw new SignerError('ERR_TSP_TOKEN_MISSING')
  const expected = { imprint, digest, nonce, trusted, now: clock(), ...wish }
  const { genTime } = checkTimestampToken(answer.token, expected)
  return { token: answer.token, genTime }
}

/** Positive, and always as long, so that requests and tokens are too. */
function newNonce(random: Random): bigint {
  const bytes = Buffer.from(random(NONCE_BYTES))
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes.readBigUInt64BE()
}

function readResponse(bytes: Uint8Array): TimeStampResponse {
  try {
    return parseTimeStampResponse(bytes)
  } catch (cause) {
    throw new SignerError('ERR_TSP_MALFORMED', { cause })
  }
}
