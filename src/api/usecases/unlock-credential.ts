import { findCredential } from '../credentials.ts'
import { ApiError } from '../errors.ts'
import { auditEntry, type CallerRequest, refuse, requireScope } from '../request-context.ts'

/**
 * One of the two approvals that unlock a PIN: an administrator's and an approver's, who are two persons.
 *
 * Throws `ERR_API_OBJECT_NOT_FOUND`, `…_SCOPE_MISSING` and `…_ROLE_FORBIDDEN`, audited, and `ERR_API_PIN_NOT_LOCKED`.
 */
export async function unlockCredential(request: CallerRequest, id: string): Promise<'waiting' | 'unlocked'> {
  await findCredential(request, id)
  const object = `credential:${id}`
  await requireScope(request, 'unlock', object)
  const { role, apiKeyId } = request.caller
  if (role !== 'administrator' && role !== 'approver')
    return refuse(request, object, new ApiError('ERR_API_ROLE_FORBIDDEN', { details: { role } }))
  const state = await request.hospital.pinState(id)
  if (!state?.lockedAt) throw new ApiError('ERR_API_PIN_NOT_LOCKED')
  const entry = { action: 'pin.unlock', object, outcome: 'success' as const, content: { role } }
  return request.hospital.approveUnlock(id, apiKeyId, role, auditEntry(request, entry))
}
