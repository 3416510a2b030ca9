import { and, eq } from 'drizzle-orm'
import { DbError } from '../errors.ts'
import type { HospitalRepository } from '../ports.ts'
import { idempotentRequests, intents } from '../schema/index.ts'
import type { Executor } from '../session.ts'
import type { Intent } from '../values.ts'
import { insertAudit } from './audit.ts'
import type { HospitalContext } from './context.ts'
import { answerColumns, registerRequest } from './idempotency.ts'
import { insertSignature } from './signatures.ts'

type Intents = Pick<HospitalRepository, 'beginIntent' | 'completeIntent' | 'voidIntent'>

export function createIntents(context: HospitalContext): Intents {
  return {
    beginIntent: (intent, request) =>
      context.transaction(async (tx) => {
        if (request) {
          const state = await registerRequest(tx, context, request, intent.id)
          if (state.state !== 'new') return state
        }
        await tx
          .insert(intents)
          .values({ ...toIntentRow(intent), hospital_id: context.hospitalId })
          .prepare('insert_intent')
          .execute()
        return { state: 'new' }
      }),

    completeIntent: (intentId, signature, audit, answer) =>
      context.transaction(async (tx) => {
        await finishIntent(tx, intentId, 'done', context.now())
        await insertSignature(tx, context.hospitalId, signature, { intentId })
        await tx
          .update(idempotentRequests)
          .set(answerColumns(answer, context.now()))
          .where(eq(idempotentRequests.intent_id, intentId))
          .prepare('answer_request')
          .execute()
        return insertAudit(tx, context, audit)
      }),

    voidIntent: (intentId, audit) =>
      context.transaction(async (tx) => {
        await finishIntent(tx, intentId, 'void', context.now())
        await tx.delete(idempotentRequests).where(eq(idempotentRequests.intent_id, intentId))
        await insertAudit(tx, context, audit)
      }),
  }
}

/** The row's lock makes of two that end one intent a first and a refused one. */
async function finishIntent(tx: Executor, id: string, state: 'done' | 'void', now: Date): Promise<void> {
  const rows = await tx
    .update(intents)
    .set({ state, finished_at: now })
    .where(and(eq(intents.id, id), eq(intents.state, 'running')))
    .returning({ id: intents.id })
    .prepare('finish_intent')
    .execute()
  if (rows.length === 0) throw new DbError('ERR_DB_INTENT_NOT_RUNNING')
}

const toIntentRow = (intent: Intent): typeof intents.$inferInsert => ({
  id: intent.id,
  hospital_id: intent.hospitalId,
  credential_id: intent.credentialId,
  api_key_id: intent.apiKeyId,
  request_id: intent.requestId,
  format: intent.format,
  level: intent.level,
  document_sha256: intent.documentSha256,
  document_length: intent.documentLength,
  created_at: intent.createdAt,
})

export const toIntent = (row: typeof intents.$inferSelect): Intent => ({
  id: row.id,
  hospitalId: row.hospital_id,
  credentialId: row.credential_id,
  apiKeyId: row.api_key_id,
  requestId: row.request_id,
  format: row.format,
  level: row.level,
  documentSha256: row.document_sha256,
  documentLength: row.document_length,
  createdAt: row.created_at,
})
