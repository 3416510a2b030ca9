import { AnkyError } from '../formats/index.ts'
import { helpText } from './help.ts'
import { type CliIo, writeOut } from './io.ts'
import { parseCommand } from './parse-arguments.ts'
import { type OpenSandbox, verifyFiles } from './verify-files.ts'

/** EX_USAGE of sysexits.h. */
const WRONG_COMMAND_LINE = 64
/** EX_SOFTWARE: what should not happen. */
const DEFECT = 70

/** `anky` with the arguments after its name; gives the exit code (outside contract). Never throws. */
export async function runCli(
  argv: readonly string[],
  io: CliIo,
  version: string,
  open?: OpenSandbox,
): Promise<number> {
  try {
    const command = parseCommand(argv)
    if (command.name === 'verify') return await verifyFiles(command.arguments, io, open)
    await writeOut(io.stdout, command.name === 'help' ? helpText : `${version}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof AnkyError)) {
      io.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      return DEFECT
    }
    io.stderr.write(`${error.messageVi}\n${error.message} (${error.code})\n`)
    return error.code.startsWith('ERR_CLI_') ? WRONG_COMMAND_LINE : DEFECT
  }
}
