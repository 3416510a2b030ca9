export type * from './types.ts'
export type * from './revocation/types.ts'
export type * from './sources/ports.ts'
