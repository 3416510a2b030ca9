import type { Caller, Credential } from '../db/index.ts'
import { ApiError } from './errors.ts'
import { type CallerRequest, findOrRefuse, refuse } from './request-context.ts'

export const mayUse = ({ credentialIds }: Caller, id: string): boolean =>
  credentialIds === '*' || credentialIds.includes(id)

export const findCredential = (request: CallerRequest, id: string): Promise<Credential> =>
  findOrRefuse(request, 'credential', id, (known) => request.hospital.findCredential(known))

/**
 * A credential this caller may use. Throws `ERR_API_OBJECT_NOT_FOUND` and `ERR_API_CREDENTIAL_FORBIDDEN`, both audited,
 * and `ERR_API_CREDENTIAL_DISABLED`.
 */
export async function requireCredential(request: CallerRequest, id: string): Promise<Credential> {
  const credential = await findCredential(request, id)
  if (!mayUse(request.caller, id))
    await refuse(request, `credential:${id}`, new ApiError('ERR_API_CREDENTIAL_FORBIDDEN'))
  if (credential.disabled) throw new ApiError('ERR_API_CREDENTIAL_DISABLED')
  return credential
}
