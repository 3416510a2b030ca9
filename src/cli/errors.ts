import { AnkyError, type ErrorOptions } from '../formats/index.ts'
import { cliMessages } from './messages.ts'

/** Every reason for which the command line refuses to begin. */
export type CliErrorCode = keyof typeof cliMessages

/** A command line that cannot be carried out (exit 64). */
export class CliError extends AnkyError<CliErrorCode> {
  constructor(code: CliErrorCode, options: ErrorOptions = {}) {
    super(code, cliMessages[code], options)
  }
}
