export type * from './document.ts'
export * from './objects.ts'
