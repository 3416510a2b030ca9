import type { Credential, IdempotentRequest, Intent, StoredAnswer } from '../../db/index.ts'
import { Pkcs11Error } from '../../pkcs11/index.ts'
import { checkBeforeRelease, type SelectedAlgorithm, type SigningKey } from '../../signer/index.ts'
import { sha256 } from '../digest.ts'
import { ApiError } from '../errors.ts'
import type { ReceivedDocument } from '../http/received-document.ts'
import { answerOf } from '../idempotency.ts'
import { isRefusal } from '../problem.ts'
import { auditEntry, type CallerRequest } from '../request-context.ts'
import { hashToken } from '../secrets.ts'
import type { Service } from '../service.ts'
import type { SigningWish } from '../sign-options.ts'
import { finish, prepare } from './make-signature.ts'
import {
  answerWith,
  auditContentOf,
  evidenceAgainst,
  type ReleasedSignature,
  recordOf,
  referencesOf,
} from './signature-record.ts'

export interface SignInput {
  readonly credential: Credential
  readonly key: SigningKey
  readonly selected: SelectedAlgorithm
  readonly wish: SigningWish
  readonly document: ReceivedDocument
  /** The value of `Anky-Activation`; needed for a person's key. */
  readonly activationToken: string | null
  readonly idempotency: IdempotentRequest | null
}

/** How far a signature came before it failed. */
interface Progress {
  activationId: string | null
  keyUsed: boolean
}

/**
 * Signs: intent committed, activation used up, signer checked, prepared, signed, finished, checked; then result, audit row
 * and stored answer in one transaction. Device, TSA, OCSP and CRLs are asked outside transactions. Who asks, and whether they may, was decided
 * before.
 */
export function signDocument(
  service: Service,
  request: CallerRequest,
  input: SignInput,
): Promise<StoredAnswer> {
  return service.signing.run(request.caller.hospitalId, () => signWithIntent(service, request, input))
}

async function signWithIntent(
  service: Service,
  request: CallerRequest,
  input: SignInput,
): Promise<StoredAnswer> {
  const intent = intentOf(service, request, input)
  const { running } = service.recovery
  running.add(intent.id)
  try {
    const known = answerOf(await begin(service, request, intent, input.idempotency))
    if (known) return known
    const made = await makeOrVoid(service, request, intent, input)
    return await record(service, request, intent, input, made)
  } finally {
    running.delete(intent.id)
  }
}

async function begin(
  service: Service,
  request: CallerRequest,
  intent: Intent,
  idempotency: IdempotentRequest | null,
) {
  try {
    return await request.hospital.beginIntent(intent, idempotency)
  } catch (error) {
    // Whether it was committed is not known.
    service.recovery.schedule()
    throw error
  }
}

async function makeOrVoid(service: Service, request: CallerRequest, intent: Intent, input: SignInput) {
  const progress: Progress = { activationId: null, keyUsed: false }
  try {
    await service.faultPoint('sign.intent-committed')
    const released = await make(service, request, input, progress)
    return { released, activationId: progress.activationId }
  } catch (error) {
    service.metrics.signatures.inc({ format: intent.format, level: intent.level, outcome: 'failed' })
    if (error instanceof Pkcs11Error) service.keyring.forget(intent.credentialId)
    await voidIntent(service, request, intent, progress, error)
    throw error
  }
}

async function make(
  service: Service,
  request: CallerRequest,
  input: SignInput,
  progress: Progress,
): Promise<ReleasedSignature> {
  const { key, selected, document, wish, credential } = input
  const { trust, clock } = service.deps
  if (credential.kind === 'staff') {
    progress.activationId = await useActivation(service, request, input)
    await service.faultPoint('sign.activation-consumed')
  }
  await service.guard.check(key.chain, progress.activationId)
  await service.faultPoint('sign.signer-checked')
  const prepared = await prepare(service, { wish, document, chain: key.chain, algorithm: selected.algorithm })
  await service.faultPoint('sign.prepared')
  // preparing may have taken a while
  const { revocation, evidence } = await service.guard.check(key.chain, progress.activationId)
  progress.keyUsed = true
  const value = await key.sign(Buffer.from(prepared.signedAttributes, 'base64'), prepared.algorithm)
  await service.faultPoint('sign.key-used')
  const finished = await finish(service, prepared, value)
  await service.faultPoint('sign.finished')
  const isPdf = wish.format === 'pades'
  const contentDigest = isPdf ? null : await document.digestOf(prepared.digest)
  await checkBeforeRelease({
    prepared,
    finished,
    document: isPdf ? document.bytes : null,
    contentDigest,
    ...trust,
    evidence,
    cache: service.trustCache,
    now: clock(),
  })
  await service.faultPoint('sign.checked')
  return {
    prepared,
    finished,
    conformity: selected.conformity,
    keyProvider: credential.keyProvider,
    certificateSha256: key.chain[0]!.sha256,
    revocation,
    resultSha256: isPdf ? document.digestWith(finished.bytes) : sha256(finished.bytes),
  }
}

/** Uses up the document's place in the activation. Throws `ERR_API_ACTIVATION_INVALID`. */
async function useActivation(service: Service, request: CallerRequest, input: SignInput): Promise<string> {
  const token = hashToken(input.activationToken ?? '')
  const { credential, document } = input
  const now = service.deps.clock()
  const id = await request.hospital.consumeActivation(token, credential.id, document.sha256, now)
  if (id === null) throw new ApiError('ERR_API_ACTIVATION_INVALID')
  return id
}

/** Result, audit row and answer in one transaction; where its outcome is not known, the database's truth is found later. */
async function record(
  service: Service,
  request: CallerRequest,
  intent: Intent,
  input: SignInput,
  { released, activationId }: { released: ReleasedSignature; activationId: string | null },
): Promise<StoredAnswer> {
  const { hospitalId, credentialId } = intent
  const { format, level } = intent
  const row = recordOf(
    service,
    { id: service.newId(), intentId: intent.id, hospitalId, credentialId },
    released,
  )
  const answer = answerWith(row, released.finished)
  try {
    const content = {
      ...auditContentOf(row),
      intentId: intent.id,
      ...(activationId !== null && { activationId }),
      ...(await referencesOf(service, request, input.wish)),
    }
    const entry = { action: 'signature.create', object: `credential:${credentialId}`, content }
    await request.hospital.completeIntent(
      intent.id,
      row,
      auditEntry(request, { ...entry, outcome: 'success' }),
      answer,
    )
  } catch (error) {
    service.metrics.signatures.inc({ format, level, outcome: 'failed' })
    service.recovery.schedule()
    throw error
  }
  service.metrics.signatures.inc({ format, level, outcome: 'success' })
  await service.faultPoint('sign.result-committed')
  return answer
}

async function voidIntent(
  service: Service,
  request: CallerRequest,
  intent: Intent,
  { activationId, keyUsed }: Progress,
  error: unknown,
): Promise<void> {
  const code = (error as { code?: unknown }).code
  const content = {
    intentId: intent.id,
    code: typeof code === 'string' ? code : 'ERR_API_UNEXPECTED',
    keyUsed,
    documentSha256: intent.documentSha256,
    activationId,
    ...evidenceAgainst(error),
  }
  const outcome = keyUsed
    ? ('voided' as const)
    : isRefusal(error)
      ? ('refused' as const)
      : ('failed' as const)
  const entry = { action: 'signature.void', object: `credential:${intent.credentialId}`, outcome, content }
  try {
    await request.hospital.voidIntent(intent.id, auditEntry(request, entry))
    if (activationId !== null && !keyUsed)
      await request.hospital.restoreActivation(activationId, intent.documentSha256)
  } catch (cause) {
    request.log.warn({ err: cause, intentId: intent.id }, 'an intent could not be voided; it will be')
    service.recovery.schedule()
  }
}

function intentOf(service: Service, request: CallerRequest, input: SignInput): Intent {
  const { caller, requestId } = request
  return {
    id: service.newId(),
    hospitalId: caller.hospitalId,
    credentialId: input.credential.id,
    apiKeyId: caller.apiKeyId,
    requestId,
    format: input.wish.format,
    level: input.wish.level,
    documentSha256: input.document.sha256,
    documentLength: input.document.length,
    createdAt: service.deps.clock(),
  }
}
