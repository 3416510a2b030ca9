export type { EvaluationCredential, EvaluationFile } from './evaluation/evaluation-file.ts'
export { type MainOptions, main } from './main.ts'
