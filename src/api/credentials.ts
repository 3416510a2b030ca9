import type { Caller, Credential } from '../db/index.ts'
import { ApiError } from './errors.ts'
import { type CallerRequest, findOrRefuse, refuse } from './request-context.ts'

export const mayUse = ({ credentialIds }: Caller, id: string): boolean =>
  credentialIds === '*' || credentialIds.includes(id)

/** Throws `ERR_API_OBJECT_NOT_FOUND`, audited. */
export const findCredential = (request: CallerRequest, id: string): Promise<Credential> =>
  findOrRefuse(request, 'credential', id, (known) => request.hospital.findCredential(known))

/**
 * Whether this caller may use the credential. Throws `ERR_API_CREDENTIAL_FORBIDDEN`, audited, and
 * `ERR_API_CREDENTIAL_DISABLED`.
 */
export async function requireUsable(request: CallerRequest, { id, disabled }: Credential): Promise<void> {
  if (!mayUse(request.caller, id))
    await refuse(request, `credential:${id}`, new ApiError('ERR_API_CREDENTIAL_FORBIDDEN'))
  if (disabled) throw new ApiError('ERR_API_CREDENTIAL_DISABLED')
}
