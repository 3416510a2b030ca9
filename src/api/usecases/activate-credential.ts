import { type Credential, type IdempotentRequest, PIN_TRIES, type PinState } from '../../db/index.ts'
import { findCredential, requireUsable } from '../credentials.ts'
import { ApiError } from '../errors.ts'
import { answerOnce, openAnswer, sealAnswer } from '../idempotency.ts'
import { ACTIVATION_MS } from '../limits.ts'
import { auditEntry, type CallerRequest } from '../request-context.ts'
import { hashToken, matchesPin } from '../secrets.ts'
import type { Service } from '../service.ts'

export interface ActivationInput {
  readonly credential: string
  readonly documents: readonly string[]
  readonly pin: string
}

/**
 * Lets a person's key sign the named documents, once each, within 120 s, on that person's PIN. Gives the JSON to answer.
 *
 * The PIN is asked of a repeated request too; its answer holds the token, so it is stored sealed with the caller's API
 * key. Throws `ERR_API_PIN_INCORRECT`, `…_PIN_LOCKED`, `…_PIN_ABSENT`, `…_CREDENTIAL_…`, `ERR_API_OBJECT_NOT_FOUND`.
 */
export async function activateCredential(
  service: Service,
  request: CallerRequest,
  input: ActivationInput,
  idempotency: IdempotentRequest | null,
  apiKey: string,
): Promise<Uint8Array> {
  const credential = await findCredential(request, input.credential)
  await requireUsable(request, credential)
  if (credential.kind !== 'staff') throw new ApiError('ERR_API_CREDENTIAL_NOT_PERSONAL')
  await requirePin(service, request, credential, input.pin)
  await service.faultPoint('activation.pin-checked')
  const { random } = service.deps
  const answer = await answerOnce(service, request, idempotency, async () => {
    const body = Buffer.from(JSON.stringify(await createActivation(service, request, input)))
    return { status: 201, headers: {}, body: sealAnswer(body, apiKey, random), prefixedByDocument: false }
  })
  return openAnswer(answer.body, apiKey)
}

async function createActivation(service: Service, request: CallerRequest, input: ActivationInput) {
  const { clock, random } = service.deps
  const token = Buffer.from(random(32)).toString('base64url')
  const expiresAt = new Date(clock().getTime() + ACTIVATION_MS)
  const id = service.newId()
  const activation = {
    id,
    hospitalId: request.caller.hospitalId,
    credentialId: input.credential,
    tokenSha256: hashToken(token),
    documents: input.documents,
    expiresAt,
  }
  const content = { activationId: id, documents: input.documents, expiresAt: expiresAt.toISOString() }
  const object = `credential:${input.credential}`
  const entry = auditEntry(request, { action: 'activation.create', object, outcome: 'success', content })
  await request.hospital.createActivation(activation, entry)
  await service.faultPoint('activation.stored')
  return { activation: token, expiresAt: expiresAt.toISOString() }
}

/** One try at a time for each credential, so that tries made at once count one by one. */
function requirePin(
  service: Service,
  request: CallerRequest,
  credential: Credential,
  pin: string,
): Promise<void> {
  return service.locks.run(`pin:${credential.id}`, async () => {
    const state = await request.hospital.pinState(credential.id)
    if (!state) throw new ApiError('ERR_API_PIN_ABSENT')
    if (state.lockedAt) throw await pinLocked(request, credential.id)
    if (await service.pinChecks.run(credential.hospitalId, () => matchesPin(pin, state.hash))) {
      if (state.failures > 0) await request.hospital.resetPinFailures(credential.id)
      return
    }
    const after = await countFailure(request, credential.id)
    if (after.lockedAt) throw new ApiError('ERR_API_PIN_LOCKED')
    throw new ApiError('ERR_API_PIN_INCORRECT', {
      details: { left: Math.max(0, PIN_TRIES - after.failures) },
    })
  })
}

const countFailure = (request: CallerRequest, credentialId: string): Promise<PinState> =>
  request.hospital.countPinFailure(
    credentialId,
    auditEntry(request, {
      action: 'pin.failure',
      object: `credential:${credentialId}`,
      outcome: 'refused',
      content: { code: 'ERR_API_PIN_INCORRECT' },
    }),
  )

async function pinLocked(request: CallerRequest, credentialId: string): Promise<ApiError> {
  await request.hospital.appendAudit(
    auditEntry(request, {
      action: 'activation.refuse',
      object: `credential:${credentialId}`,
      outcome: 'refused',
      content: { code: 'ERR_API_PIN_LOCKED' },
    }),
  )
  return new ApiError('ERR_API_PIN_LOCKED')
}
