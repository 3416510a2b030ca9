import { eq } from 'drizzle-orm'
import { DbError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import type { HospitalRepository } from '../ports.ts'
import { signingRequests } from '../schema/index.ts'
import type { SigningRequest } from '../values.ts'
import { insertAudit } from './audit.ts'
import type { HospitalContext } from './context.ts'
import { insertSignature } from './signatures.ts'

type SigningRequests = Pick<
  HospitalRepository,
  'createSigningRequest' | 'findSigningRequest' | 'completeSigningRequest'
>

export function createSigningRequests(context: HospitalContext): SigningRequests {
  return {
    createSigningRequest: (request, audit) =>
      context.transaction(async (tx) => {
        await tx.insert(signingRequests).values({
          id: request.id,
          hospital_id: context.hospitalId,
          api_key_id: request.apiKeyId,
          prepared: request.prepared,
          document_file: request.documentFile,
          content_type: request.contentType,
          created_at: context.now(),
          expires_at: request.expiresAt,
        })
        await insertAudit(tx, context, audit)
      }),

    async findSigningRequest(id) {
      if (!isUuid(id)) return null
      const [row] = await context.transaction((tx) =>
        tx.select().from(signingRequests).where(eq(signingRequests.id, id)),
      )
      return row ? toSigningRequest(row) : null
    },

    async completeSigningRequest(id, result, audit) {
      const missing = () => new DbError('ERR_DB_NOT_FOUND', { details: { what: 'signing request' } })
      if (!isUuid(id)) throw missing()
      return context.transaction(async (tx) => {
        const [row] = await tx.select().from(signingRequests).where(eq(signingRequests.id, id)).for('update')
        if (!row) throw missing()
        if (row.completed_with === result.completedWith) return toSigningRequest(row)
        if (row.completed_with !== null) throw new DbError('ERR_DB_SIGNING_REQUEST_COMPLETED')
        if (row.expires_at <= context.now()) throw new DbError('ERR_DB_SIGNING_REQUEST_LAPSED')
        await insertSignature(tx, context.hospitalId, result.signature, { signingRequestId: id })
        const completed = {
          completed_with: result.completedWith,
          appended: result.appended,
          signature_id: result.signature.id,
        }
        await tx.update(signingRequests).set(completed).where(eq(signingRequests.id, id))
        await insertAudit(tx, context, audit)
        return toSigningRequest({ ...row, ...completed })
      })
    },
  }
}

const toSigningRequest = (row: typeof signingRequests.$inferSelect): SigningRequest => ({
  id: row.id,
  hospitalId: row.hospital_id,
  apiKeyId: row.api_key_id,
  state: row.completed_with === null ? 'prepared' : 'completed',
  prepared: row.prepared,
  documentFile: row.document_file,
  contentType: row.content_type,
  expiresAt: row.expires_at,
  completedWith: row.completed_with,
  appended: row.appended,
  signatureId: row.signature_id,
})
