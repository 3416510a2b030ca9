import type { RevocationRecord, SignatureRecord, StoredAnswer } from '../../db/index.ts'
import {
  type Conformity,
  type FinishedSignature,
  type PreparedSignature,
  SignerError,
} from '../../signer/index.ts'
import type { CallerRequest } from '../request-context.ts'
import type { Service } from '../service.ts'
import { PDF, type SigningWish } from '../sign-options.ts'
import type { WarningCode } from '../warnings.ts'

export interface ReleasedSignature {
  readonly prepared: PreparedSignature
  readonly finished: FinishedSignature
  readonly conformity: Conformity
  readonly keyProvider: SignatureRecord['keyProvider']
  readonly certificateSha256: string
  /** SHA-256 of the whole result. */
  readonly resultSha256: Buffer
  readonly revocation: RevocationRecord
}

type Origin = Pick<SignatureRecord, 'id' | 'intentId' | 'hospitalId' | 'credentialId'>

/** The row that remains of a signature. */
export function recordOf({ deps }: Service, origin: Origin, released: ReleasedSignature): SignatureRecord {
  const { prepared, finished, conformity, keyProvider, revocation } = released
  return {
    ...origin,
    format: prepared.format,
    level: finished.level,
    algorithm: prepared.algorithm,
    conformity,
    environment: deps.environment,
    keyProvider,
    documentSha256: prepared.documentSha256,
    documentLength: prepared.documentLength,
    resultSha256: released.resultSha256.toString('hex'),
    certificateSha256: released.certificateSha256,
    warnings: warningsOf(released),
    timestampTime: finished.timestamp?.genTime ?? null,
    createdAt: deps.clock(),
    cms: finished.cms,
    revocation,
  }
}

/** What the auditor reads of it. */
export const auditContentOf = (record: SignatureRecord): Record<string, unknown> => ({
  signatureId: record.id,
  format: record.format,
  level: record.level,
  algorithm: record.algorithm,
  conformity: record.conformity,
  environment: record.environment,
  keyProvider: record.keyProvider,
  documentSha256: record.documentSha256,
  documentLength: record.documentLength,
  resultSha256: record.resultSha256,
  certificateSha256: record.certificateSha256,
  warnings: record.warnings,
  revocation: auditOf(record.revocation),
})

/** State and digests of what was asked; the record has the rest. */
const auditOf = (revocation: RevocationRecord | null) =>
  revocation && {
    state: revocation.state,
    checkedAt: revocation.checkedAt,
    evidence: revocation.certificates.flatMap(({ evidence }) => evidence?.sha256 ?? []),
  }

/** What the caller calls the document and the patient, for the audit row: the latter never in clear. */
export async function referencesOf(
  { patientReferences }: Service,
  { caller }: CallerRequest,
  { externalId, patientRef }: SigningWish,
): Promise<Record<string, string>> {
  return {
    ...(externalId !== null && { externalId }),
    ...(patientRef !== null && {
      patientRefDigest: await patientReferences.digest(caller.hospitalId, patientRef),
    }),
  }
}

/** The answer: what was appended to the document (PAdES), or the detached signature. */
export function answerWith(record: SignatureRecord, finished: FinishedSignature): StoredAnswer {
  const digest = Buffer.from(record.resultSha256, 'hex').toString('base64')
  return {
    status: 200,
    headers: {
      'content-type': record.format === 'pades' ? PDF : 'application/pkcs7-signature',
      'content-digest': `sha-256=:${digest}:`,
      'anky-signature-id': record.id,
      'anky-level': record.level,
      'anky-conformity': record.conformity,
      ...(record.warnings.length > 0 && { 'anky-warning': record.warnings.join(', ') }),
      ...(record.environment === 'evaluation' && { 'anky-environment': 'evaluation' }),
    },
    body: finished.bytes,
    prefixedByDocument: record.format === 'pades',
  }
}

function warningsOf({ conformity, keyProvider, revocation }: ReleasedSignature): WarningCode[] {
  const warnings: WarningCode[] = []
  if (revocation.state === 'unreachable') warnings.push('WARN_REVOCATION_UNREACHABLE')
  if (conformity === 'outside') warnings.push('WARN_ALGORITHM_OUTSIDE_TT15')
  if (keyProvider === 'file') warnings.push('WARN_SOFTWARE_KEY')
  return warnings
}

/** What an authority said that the signer was refused for, for the audit row; empty for any other error. */
export function evidenceAgainst(error: unknown): Record<string, unknown> {
  if (!(error instanceof SignerError)) return {}
  const { revokedAt, reason, evidenceKind, evidenceSha256 } = error.details
  return evidenceSha256 === undefined ? {} : { revokedAt, reason, evidenceKind, evidenceSha256 }
}
