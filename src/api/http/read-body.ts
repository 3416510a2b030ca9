import { setImmediate as nextTurn } from 'node:timers/promises'
import { ApiError } from '../errors.ts'

export interface BodyRules {
  readonly maxBytes: number
  readonly bodyIdleMs: number
  readonly bodyGraceMs: number
  readonly bodyBytesPerSecond: number
}

/** So many bytes may be worked on before other requests get their turn. */
const bytesPerTurn = 2 ** 20

/**
 * The bytes of a body as they arrive. Throws `ERR_API_BODY_TOO_LARGE`, `ERR_API_BODY_TOO_SLOW` (silent for too long, or
 * below the mean rate after the time of grace) and `ERR_API_BODY_TRUNCATED`.
 */
export async function* readBody(
  body: ReadableStream<Uint8Array> | null,
  rules: BodyRules,
): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  const begun = performance.now()
  let received = 0
  let turn = 0
  let ended = false
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, timeLeft(rules, received, performance.now() - begun))
      if (done) break
      received += value.length
      if (received > rules.maxBytes)
        throw new ApiError('ERR_API_BODY_TOO_LARGE', { details: { limit: rules.maxBytes } })
      yield value
      turn += value.length
      if (turn >= bytesPerTurn) {
        turn = 0
        await nextTurn()
      }
    }
    ended = true
  } finally {
    // Not cancelled: who refuses the request reads on for a moment (`discardBody`)
    if (!ended) reader.releaseLock()
  }
}

/** Until the client counts as too slow: it must not be silent, nor fall behind its mean rate. */
function timeLeft(rules: BodyRules, received: number, elapsedMs: number): number {
  const allowed = rules.bodyGraceMs + (received / rules.bodyBytesPerSecond) * 1000
  return Math.min(rules.bodyIdleMs, allowed - elapsedMs)
}

async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, ms: number) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError('ERR_API_BODY_TOO_SLOW')), Math.max(0, ms))
  })
  try {
    return await Promise.race([reader.read(), late])
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new ApiError('ERR_API_BODY_TRUNCATED', { cause })
  } finally {
    clearTimeout(timer)
  }
}

/** The whole of a short body. */
export async function readWhole(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > maxBytes) throw new ApiError('ERR_API_BODY_TOO_LARGE', { details: { limit: maxBytes } })
    parts.push(chunk)
  }
  return Buffer.concat(parts, length)
}

const discardBytes = 8 * 2 ** 20
const discardMs = 500

/**
 * Reads on for a moment after a refusal, so that a client which still sends gets to read the answer instead of a reset
 * connection. Never throws.
 */
export async function discardBody(body: ReadableStream<Uint8Array> | null): Promise<void> {
  if (!body || body.locked) return
  const rules = {
    maxBytes: discardBytes,
    bodyIdleMs: discardMs / 2,
    bodyGraceMs: discardMs,
    bodyBytesPerSecond: Number.POSITIVE_INFINITY,
  }
  try {
    for await (const _ of readBody(body, rules));
  } catch {
    // The server closes the connection once the answer is out.
    body.cancel().catch(() => {})
  }
}
