import type { Credential } from '../../db/index.ts'
import { findCredential, requireUsable } from '../credentials.ts'
import { ApiError } from '../errors.ts'
import { type CallerRequest, refuse, requireScope } from '../request-context.ts'

/**
 * May this caller sign with this credential? A person's key needs that person's activation whoever asks, administrators
 * included. Throws `ERR_API_OBJECT_NOT_FOUND`, `…_ACTIVATION_REQUIRED`, `…_SCOPE_MISSING`, `…_CREDENTIAL_FORBIDDEN`, each
 * audited, and `…_CREDENTIAL_DISABLED`. Whether the activation holds is found when it is used.
 */
export async function authorizeSigning(
  request: CallerRequest,
  credentialId: string,
  activationToken: string | null,
): Promise<Credential> {
  const credential = await findCredential(request, credentialId)
  const object = `credential:${credentialId}`
  if (credential.kind === 'staff' && activationToken === null)
    await refuse(request, object, new ApiError('ERR_API_ACTIVATION_REQUIRED'))
  await requireScope(request, 'sign', object)
  await requireUsable(request, credential)
  return credential
}
