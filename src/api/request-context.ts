import type { Logger } from 'pino'
import type { AuditEntry, Caller, HospitalRepository } from '../db/index.ts'
import { ApiError } from './errors.ts'
import type { Scope } from './scopes.ts'

/** A request of a known caller, as use cases see it. */
export interface CallerRequest {
  readonly requestId: string
  readonly caller: Caller
  readonly hospital: HospitalRepository
  readonly log: Logger
}

/** An audit row of this caller's doing. */
export const auditEntry = (
  { caller, requestId }: CallerRequest,
  entry: Omit<AuditEntry, 'actor' | 'requestId'>,
): AuditEntry => ({ actor: `api-key:${caller.apiKeyId}`, requestId, ...entry })

/** Writes a refusal down and throws it; where it cannot be written, that is what is thrown. */
export async function refuse(request: CallerRequest, object: string, error: ApiError): Promise<never> {
  const content = { code: error.code }
  await request.hospital.appendAudit(
    auditEntry(request, { action: 'access.refuse', object, outcome: 'refused', content }),
  )
  throw error
}

/** Throws `ERR_API_SCOPE_MISSING`, audited. */
export async function requireScope(request: CallerRequest, scope: Scope, object: string): Promise<void> {
  if (!request.caller.scopes.includes(scope))
    await refuse(request, object, new ApiError('ERR_API_SCOPE_MISSING', { details: { scope } }))
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * What a repository finds by an id of the caller's. One that is not there, is another hospital's or not an id at all
 * is refused alike: `ERR_API_OBJECT_NOT_FOUND`, audited.
 */
export async function findOrRefuse<T>(
  request: CallerRequest,
  kind: 'credential' | 'signature' | 'signing-request',
  id: string,
  find: (id: string) => Promise<T | null>,
): Promise<T> {
  const wellFormed = idPattern.test(id)
  const found = wellFormed ? await find(id) : null
  const object = `${kind}:${wellFormed ? id : 'malformed'}`
  return found ?? refuse(request, object, new ApiError('ERR_API_OBJECT_NOT_FOUND', { details: { kind } }))
}
