export type * from './types.ts'
export { readEvidence } from './verify.ts'
