export { CliError, type CliErrorCode } from './errors.ts'
export type { CliIo } from './io.ts'
export { runCli } from './run.ts'
