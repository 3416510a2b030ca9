export { describeAlgorithm, keyBits } from './describe.ts'
export { algorithmReliability, digestReliability, isReliableAt } from './judge.ts'
export { type AlgorithmSuiteName, algorithmSuite, algorithmSuiteNames, withEd25519 } from './suites.ts'
export type * from './types.ts'
