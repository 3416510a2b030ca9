export { type CacheOptions, createCachedSource } from './cached-source.ts'
export {
  type Fetch,
  type FetchAnswer,
  type FetchRequest,
  fetchGuarded,
  type HttpContext,
  readBody,
  unlessAborted,
} from './guarded-fetch.ts'
export {
  createHttpSource,
  defaultSourceLimits,
  type HttpSourceOptions,
  type SourceLimits,
} from './http-source.ts'
export { createMemoryEvidenceStore } from './memory-store.ts'
export { type Lookup, type NetAllow, parseNetAllow } from './net-guard.ts'
export type * from './ports.ts'
