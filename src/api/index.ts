export type { Api, ApiLimits, AppDeps } from './deps.ts'
export { type FaultPoint, faultPoints } from './fault-points.ts'
export { type Scope, scopes, scopesOfRole } from './scopes.ts'
export { createApiKey, hashPin, hashToken } from './secrets.ts'
