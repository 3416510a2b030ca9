import type { Role } from '../db/index.ts'

/** What an API key may do; which credentials it may use for it is said beside (`credentialIds`). */
export const scopes = ['sign', 'activate', 'timestamp', 'verify', 'audit', 'unlock'] as const
export type Scope = (typeof scopes)[number]

/**
 * The scopes an API key of a role is given unless told otherwise. Administrators and approvers do not sign: who manages
 * keys does not use them.
 */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  administrator: ['verify', 'audit', 'unlock'],
  approver: ['unlock'],
  auditor: ['verify', 'audit'],
  doctor: ['sign', 'activate', 'timestamp', 'verify'],
  operator: ['timestamp', 'verify'],
  client: ['sign', 'activate', 'timestamp', 'verify'],
}
