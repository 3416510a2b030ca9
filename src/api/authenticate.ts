import type { Caller } from '../db/index.ts'
import type { AppDeps } from './deps.ts'
import { ApiError } from './errors.ts'
import { hashToken } from './secrets.ts'

/**
 * Who presents an API key (RFC 6750). Always one digest and one look-up by it: neither says how near a guess was. Throws
 * `ERR_API_KEY_MISSING` and `ERR_API_KEY_UNKNOWN`.
 */
export async function authenticate(headers: Headers, { database }: AppDeps): Promise<Caller> {
  const caller = await database.system.findCallerByKeyHash(hashToken(readApiKey(headers)))
  if (!caller) throw new ApiError('ERR_API_KEY_UNKNOWN')
  return caller
}

/** The API key as presented. Throws `ERR_API_KEY_MISSING`. */
export function readApiKey(headers: Headers): string {
  const key = /^Bearer +([\w.~+/=-]{1,256})$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (key === undefined) throw new ApiError('ERR_API_KEY_MISSING')
  return key
}
