import type { SigningRequest } from '../../db/index.ts'
import { parseCertificate } from '../../formats/index.ts'
import {
  checkBeforeRelease,
  type FinishedSignature,
  type PreparedSignature,
  SignerError,
} from '../../signer/index.ts'
import { sha256 } from '../digest.ts'
import { ApiError } from '../errors.ts'
import { auditEntry, type CallerRequest, findOrRefuse, refuse } from '../request-context.ts'
import type { Service } from '../service.ts'
import { loadDocument } from '../storage.ts'
import { guardSigner } from './guard-signer.ts'
import { finish } from './make-signature.ts'
import { answerWith, auditContentOf, recordOf } from './signature-record.ts'
import { decodeState, type SigningRequestState } from './signing-request-state.ts'

export interface CompletedAnswer {
  readonly headers: Readonly<Record<string, string>>
  /** What goes before `appended`; null for a detached signature. */
  readonly document: Buffer | null
  readonly appended: Uint8Array
}

/** The signing request, or `ERR_API_OBJECT_NOT_FOUND`, audited: another hospital's, another API key's, or none. */
export const findSigningRequest = (request: CallerRequest, id: string): Promise<SigningRequest> =>
  findOrRefuse(request, 'signing-request', id, async (known) => {
    const found = await request.hospital.findSigningRequest(known)
    return found?.apiKeyId === request.caller.apiKeyId ? found : null
  })

/**
 * Completes a signing request with the value made elsewhere; the same value again gives the same bytes.
 *
 * Throws `ERR_SIGNATURE_INVALID` for any other value, audited, `ERR_API_SIGNING_REQUEST_EXPIRED`, and what the signer throws.
 */
export function completeSigningRequest(
  service: Service,
  request: CallerRequest,
  id: string,
  value: Uint8Array,
): Promise<CompletedAnswer> {
  return service.locks.run(`signing-request:${id}`, async () => {
    const found = await findSigningRequest(request, id)
    await service.faultPoint('completion.authenticated')
    const state = decodeState(found.prepared)
    if (found.completedWith !== null) {
      if (found.completedWith !== sha256(value).toString('hex')) await refuseValue(request, id)
      return repeat(service, request, found, state)
    }
    if (found.expiresAt <= service.deps.clock()) throw expired(found)
    return service.signing.run(found.hospitalId, () => complete(service, request, found, state, value))
  })
}

async function complete(
  service: Service,
  request: CallerRequest,
  found: SigningRequest,
  state: SigningRequestState,
  value: Uint8Array,
): Promise<CompletedAnswer> {
  const { prepared, contentDigest, conformity } = state
  const document = await documentOf(service, found, prepared)
  const chain = prepared.chain.map((der) => parseCertificate(Buffer.from(der, 'base64')))
  const { revocation, evidence } = await guardSigner(service, request, {
    chain,
    occasion: found.id,
    object: `signing-request:${found.id}`,
  })
  await service.faultPoint('completion.signer-checked')
  const finished = await finishOrRefuse(service, request, found.id, { prepared, value })
  await service.faultPoint('completion.finished')
  const { trust, clock } = service.deps
  await checkBeforeRelease({
    prepared,
    finished,
    document,
    contentDigest,
    ...trust,
    evidence,
    cache: service.trustCache,
    now: clock(),
  })
  await service.faultPoint('completion.checked')
  const origin = { id: service.newId(), intentId: found.id, hospitalId: found.hospitalId, credentialId: null }
  const signature = recordOf(service, origin, {
    prepared,
    finished,
    conformity,
    keyProvider: 'external',
    certificateSha256: chain[0]!.sha256,
    revocation,
    resultSha256: sha256(...(document ? [document] : []), finished.bytes),
  })
  const entry = {
    action: 'signature.create',
    object: `signing-request:${found.id}`,
    outcome: 'success' as const,
  }
  const completed = await request.hospital.completeSigningRequest(
    found.id,
    { completedWith: sha256(value).toString('hex'), appended: finished.bytes, signature },
    auditEntry(request, { ...entry, content: auditContentOf(signature) }),
  )
  service.metrics.signatures.inc({ format: prepared.format, level: prepared.level, outcome: 'success' })
  await service.faultPoint('completion.result-committed')
  return { headers: answerWith(signature, finished).headers, document, appended: completed.appended! }
}

async function finishOrRefuse(
  service: Service,
  request: CallerRequest,
  id: string,
  { prepared, value }: { prepared: PreparedSignature; value: Uint8Array },
): Promise<FinishedSignature> {
  try {
    return await finish(service, prepared, value)
  } catch (cause) {
    if (cause instanceof SignerError && cause.code === 'ERR_SIGNER_VALUE_INVALID')
      await refuseValue(request, id, cause)
    throw cause
  }
}

/** A value that is not this request's may be an attempt at passing off another signature: it is audited. */
const refuseValue = (request: CallerRequest, id: string, cause?: unknown): Promise<never> =>
  refuse(request, `signing-request:${id}`, new ApiError('ERR_SIGNATURE_INVALID', { cause }))

/** The same bytes again, from what was recorded. */
async function repeat(
  service: Service,
  request: CallerRequest,
  found: SigningRequest,
  { prepared }: SigningRequestState,
): Promise<CompletedAnswer> {
  const document = await documentOf(service, found, prepared)
  const record = await request.hospital.findSignature(found.signatureId!)
  const appended = found.appended!
  const finished: FinishedSignature = { ...prepared, bytes: appended, cms: record!.cms, timestamp: null }
  return { headers: answerWith(record!, finished).headers, document, appended }
}

async function documentOf(
  service: Service,
  found: SigningRequest,
  prepared: PreparedSignature,
): Promise<Buffer | null> {
  if (prepared.format === 'cades') return null
  const document = await loadDocument(service.deps.dataFolder, found.documentFile)
  if (!document) throw expired(found)
  return document
}

const expired = ({ expiresAt }: SigningRequest): ApiError =>
  new ApiError('ERR_API_SIGNING_REQUEST_EXPIRED', { details: { expiresAt: expiresAt.toISOString() } })
