import { and, eq, isNull, lte } from 'drizzle-orm'
import { DbError } from '../errors.ts'
import type { HospitalRepository } from '../ports.ts'
import { idempotentRequests as requests } from '../schema/index.ts'
import type { Executor } from '../session.ts'
import type { IdempotencyState, IdempotentRequest, StoredAnswer } from '../values.ts'
import type { HospitalContext } from './context.ts'

export const DAY_MS = 24 * 60 * 60 * 1000

/** Registers a request under its key, or tells what is there; two at once: the second waits for the first's commit. */
export async function registerRequest(
  tx: Executor,
  context: HospitalContext,
  request: IdempotentRequest,
  intentId: string | null,
): Promise<IdempotencyState> {
  const now = context.now()
  const fresh = {
    fingerprint: request.fingerprint,
    intent_id: intentId,
    started_at: now,
    expires_at: new Date(now.getTime() + DAY_MS),
    answer_status: null,
    answer_headers: null,
    answer_body: null,
    answer_prefixed_by_document: null,
  }
  const registered = await tx
    .insert(requests)
    .values({ hospital_id: context.hospitalId, api_key_id: request.apiKeyId, key: request.key, ...fresh })
    .onConflictDoUpdate({
      target: [requests.hospital_id, requests.api_key_id, requests.key],
      set: fresh,
      setWhere: lte(requests.expires_at, now),
    })
    .returning({ key: requests.key })
    .prepare('register_request')
    .execute()
  if (registered.length > 0) return { state: 'new' }
  const [row] = await tx.select().from(requests).where(isRequest(request))
  if (!row) return { state: 'running' }
  if (row.fingerprint !== request.fingerprint) return { state: 'mismatch' }
  const answer = toAnswer(row)
  return answer ? { state: 'done', answer } : { state: 'running' }
}

export const answerColumns = (answer: StoredAnswer, now: Date) => ({
  expires_at: new Date(now.getTime() + DAY_MS),
  answer_status: answer.status,
  answer_headers: answer.headers,
  answer_body: answer.body,
  answer_prefixed_by_document: answer.prefixedByDocument,
})

type Idempotency = Pick<HospitalRepository, 'beginRequest' | 'finishRequest' | 'releaseRequest'>

export function createIdempotency(context: HospitalContext): Idempotency {
  return {
    beginRequest: (request) => context.transaction((tx) => registerRequest(tx, context, request, null)),
    finishRequest: (request, answer) =>
      context.transaction(async (tx) => {
        const rows = await tx
          .update(requests)
          .set(answerColumns(answer, context.now()))
          .where(isRunning(request))
          .returning({ key: requests.key })
        if (rows.length === 0) throw new DbError('ERR_DB_REQUEST_NOT_RUNNING')
      }),
    releaseRequest: (request) =>
      context.transaction(async (tx) => {
        await tx.delete(requests).where(isRunning(request))
      }),
  }
}

const isRequest = (request: IdempotentRequest) =>
  and(eq(requests.api_key_id, request.apiKeyId), eq(requests.key, request.key))

const isRunning = (request: IdempotentRequest) =>
  and(isRequest(request), eq(requests.fingerprint, request.fingerprint), isNull(requests.answer_status))

function toAnswer(row: typeof requests.$inferSelect): StoredAnswer | null {
  const { answer_status: status, answer_headers: headers, answer_body: body } = row
  if (status === null || headers === null || body === null) return null
  return { status, headers, body, prefixedByDocument: row.answer_prefixed_by_document === true }
}
