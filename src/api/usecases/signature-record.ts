import type { SignatureRecord, StoredAnswer } from '../../db/index.ts'
import type { Conformity, FinishedSignature, PreparedSignature } from '../../signer/index.ts'
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
}

type Origin = Pick<SignatureRecord, 'id' | 'intentId' | 'hospitalId' | 'credentialId'>

/** The row that remains of a signature. */
export function recordOf({ deps }: Service, origin: Origin, released: ReleasedSignature): SignatureRecord {
  const { prepared, finished, conformity, keyProvider } = released
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
    warnings: warningsOf(conformity, keyProvider),
    timestampTime: finished.timestamp?.genTime ?? null,
    createdAt: deps.clock(),
    cms: finished.cms,
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
})

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
      'anky-warning': record.warnings.join(', '),
      ...(record.environment === 'evaluation' && { 'anky-environment': 'evaluation' }),
    },
    body: finished.bytes,
    prefixedByDocument: record.format === 'pades',
  }
}

function warningsOf(conformity: Conformity, keyProvider: string): WarningCode[] {
  const warnings: WarningCode[] = ['WARN_REVOCATION_NOT_CHECKED']
  if (conformity === 'outside') warnings.push('WARN_ALGORITHM_OUTSIDE_TT15')
  if (keyProvider === 'file') warnings.push('WARN_SOFTWARE_KEY')
  return warnings
}
