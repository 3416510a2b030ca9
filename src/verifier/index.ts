export type * from './facts.ts'
export type * from './input.ts'
export type * from './judgement.ts'
