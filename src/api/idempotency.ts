import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { IdempotencyState, IdempotentRequest, StoredAnswer } from '../db/index.ts'
import type { Random } from '../signer/index.ts'
import { sha256 } from './digest.ts'
import { ApiError } from './errors.ts'
import type { CallerRequest } from './request-context.ts'
import type { Service } from './service.ts'

/**
 * The request as idempotency sees it, or null where no `Idempotency-Key` came. `parameters` are all that shape the answer
 * but secrets, which would be guessed from a digest. Throws `ERR_API_HEADER_INVALID`.
 */
export function readIdempotency(
  request: Request,
  { caller }: CallerRequest,
  parameters: Readonly<Record<string, unknown>>,
): IdempotentRequest | null {
  const key = request.headers.get('idempotency-key')
  if (key === null) return null
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new ApiError('ERR_API_HEADER_INVALID', { details: { header: 'Idempotency-Key' } })
  const { pathname } = new URL(request.url)
  const text = JSON.stringify([request.method, pathname, canonical(parameters)])
  return { key, apiKeyId: caller.apiKeyId, fingerprint: sha256(text).toString('hex') }
}

/** Object keys in order, absent values left out, so that equal requests give equal texts. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (value instanceof Uint8Array) return sha256(value).toString('hex')
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, canonical(inner)])
}

/** The stored answer, or null where the request is new. Throws `ERR_IDEMPOTENCY_MISMATCH` and `…_RUNNING`. */
export function answerOf(state: IdempotencyState): StoredAnswer | null {
  if (state.state === 'mismatch') throw new ApiError('ERR_IDEMPOTENCY_MISMATCH')
  if (state.state === 'running') throw new ApiError('ERR_IDEMPOTENCY_RUNNING', { retryable: true })
  return state.state === 'done' ? state.answer : null
}

/** Does `work` once for an idempotent request without an intent; a failure lets the request be made again. */
export async function answerOnce(
  { recovery }: Service,
  request: CallerRequest,
  idempotency: IdempotentRequest | null,
  work: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  if (!idempotency) return work()
  return recovery.guard(idempotency, async () => {
    const known = answerOf(await request.hospital.beginRequest(idempotency))
    if (known) return known
    try {
      const answer = await work()
      await request.hospital.finishRequest(idempotency, answer)
      return answer
    } catch (error) {
      await request.hospital.releaseRequest(idempotency).catch((cause: unknown) => {
        request.log.warn({ err: cause }, 'an idempotency key could not be released; it will be')
        recovery.schedule()
      })
      throw error
    }
  })
}

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
const sealingKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'anky stored answer', 32))

/** Seals an answer that holds a secret with the caller's own API key, of which the database knows the digest only. */
export function sealAnswer(body: Uint8Array, apiKey: string, random: Random): Uint8Array {
  const nonce = random(nonceBytes)
  const cipher = createCipheriv(algorithm, sealingKey(apiKey), nonce)
  const sealed = Buffer.concat([cipher.update(body), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** Opens what `sealAnswer` sealed. Throws OpenSSL's error where it was altered, or sealed with another key. */
export function openAnswer(sealed: Uint8Array, apiKey: string): Uint8Array {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv(algorithm, sealingKey(apiKey), bytes.subarray(0, nonceBytes))
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()])
}
