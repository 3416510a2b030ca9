import { eq } from 'drizzle-orm'
import { isUuid } from '../ids.ts'
import type { HospitalRepository } from '../ports.ts'
import { signatureEvidence, signatures } from '../schema/index.ts'
import type { Executor } from '../session.ts'
import type { Id, SignatureRecord } from '../values.ts'
import type { HospitalContext } from './context.ts'

type Signatures = Pick<HospitalRepository, 'findSignature'>

export function createSignatures(context: HospitalContext): Signatures {
  return {
    async findSignature(id) {
      if (!isUuid(id)) return null
      const [row] = await context.transaction((tx) =>
        tx.select().from(signatures).where(eq(signatures.id, id)),
      )
      return row ? toSignature(row) : null
    },
  }
}

/** Writes a signature and what it refers to. It answers either an intent or a signing request; each at most once (unique). */
export async function insertSignature(
  tx: Executor,
  hospitalId: Id,
  signature: SignatureRecord,
  answers: { intentId?: Id; signingRequestId?: Id },
): Promise<void> {
  await tx
    .insert(signatures)
    .values(toSignatureRow(hospitalId, signature, answers))
    .prepare('insert_signature')
    .execute()
  const digests = new Set(
    signature.revocation?.certificates.flatMap(({ evidence }) => (evidence ? [evidence.sha256] : [])),
  )
  if (digests.size === 0) return
  const references = [...digests].map((sha256) => ({
    hospital_id: hospitalId,
    signature_id: signature.id,
    evidence_sha256: sha256,
  }))
  await tx
    .insert(signatureEvidence)
    .values(references)
    .prepare(`insert_signature_evidence_${references.length}`)
    .execute()
}

const toSignatureRow = (
  hospitalId: Id,
  signature: SignatureRecord,
  answers: { intentId?: Id; signingRequestId?: Id },
): typeof signatures.$inferInsert => ({
  id: signature.id,
  hospital_id: hospitalId,
  intent_id: answers.intentId ?? null,
  signing_request_id: answers.signingRequestId ?? null,
  credential_id: signature.credentialId,
  format: signature.format,
  level: signature.level,
  algorithm: signature.algorithm,
  conformity: signature.conformity,
  environment: signature.environment,
  key_provider: signature.keyProvider,
  document_sha256: signature.documentSha256,
  document_length: signature.documentLength,
  result_sha256: signature.resultSha256,
  certificate_sha256: signature.certificateSha256,
  warnings: signature.warnings,
  timestamp_time: signature.timestampTime,
  created_at: signature.createdAt,
  cms: signature.cms,
  revocation: signature.revocation,
})

const toSignature = (row: typeof signatures.$inferSelect): SignatureRecord => ({
  id: row.id,
  intentId: row.intent_id ?? row.signing_request_id ?? '',
  hospitalId: row.hospital_id,
  credentialId: row.credential_id,
  format: row.format,
  level: row.level,
  algorithm: row.algorithm,
  conformity: row.conformity,
  environment: row.environment,
  keyProvider: row.key_provider,
  documentSha256: row.document_sha256,
  documentLength: row.document_length,
  resultSha256: row.result_sha256,
  certificateSha256: row.certificate_sha256,
  warnings: row.warnings,
  timestampTime: row.timestamp_time,
  createdAt: row.created_at,
  cms: row.cms,
  revocation: row.revocation,
})
