import { and, eq, gt, isNull, lte } from 'drizzle-orm'
import type { HospitalRepository } from '../ports.ts'
import { activations, activationDocuments as documents } from '../schema/index.ts'
import { insertAudit } from './audit.ts'
import type { HospitalContext } from './context.ts'

type Activations = Pick<HospitalRepository, 'createActivation' | 'consumeActivation' | 'restoreActivation'>

/** A clock may be corrected by that much between two requests. */
const CLOCK_STEP_MS = 5_000

export function createActivations(context: HospitalContext): Activations {
  return {
    createActivation: (activation, audit) =>
      context.transaction(async (tx) => {
        await tx.insert(activations).values({
          id: activation.id,
          hospital_id: context.hospitalId,
          credential_id: activation.credentialId,
          token_sha256: activation.tokenSha256,
          created_at: context.now(),
          expires_at: activation.expiresAt,
        })
        const rows = [...new Set(activation.documents)].map((sha256) => ({
          activation_id: activation.id,
          document_sha256: sha256,
          hospital_id: context.hospitalId,
        }))
        if (rows.length > 0) await tx.insert(documents).values(rows)
        await insertAudit(tx, context, audit)
      }),

    // One statement: of two that come at once the second waits for the row and then finds it used.
    consumeActivation: (tokenSha256, credentialId, documentSha256, now) =>
      context.transaction(async (tx) => {
        const [row] = await tx
          .update(documents)
          .set({ used_at: now })
          .from(activations)
          .where(
            and(
              eq(activations.id, documents.activation_id),
              eq(activations.token_sha256, tokenSha256),
              eq(activations.credential_id, credentialId),
              gt(activations.expires_at, now),
              // one from the future is of a clock set back since: how long it has lived is not known
              lte(activations.created_at, new Date(now.getTime() + CLOCK_STEP_MS)),
              eq(documents.document_sha256, documentSha256),
              isNull(documents.used_at),
            ),
          )
          .returning({ id: documents.activation_id })
          .prepare('consume_activation')
          .execute()
        return row?.id ?? null
      }),

    restoreActivation: (activationId, documentSha256) =>
      context.transaction(async (tx) => {
        await tx
          .update(documents)
          .set({ used_at: null })
          .where(
            and(eq(documents.activation_id, activationId), eq(documents.document_sha256, documentSha256)),
          )
      }),
  }
}
