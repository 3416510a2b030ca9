import { parseArgs } from 'node:util'
import { z } from 'zod'
import { CliError } from './errors.ts'

export interface VerifyArguments {
  readonly json: boolean
  /** null: now. */
  readonly at: Date | null
  readonly policy: string
  readonly trust: readonly string[]
  readonly data: readonly string[]
  readonly online: boolean
  readonly detached: readonly string[]
  readonly evidence: readonly string[]
  readonly passwordFile: string | null
  /** Files and folders; at least one. */
  readonly paths: readonly string[]
}

export type Command =
  | { readonly name: 'help' | 'version' }
  | { readonly name: 'verify'; readonly arguments: VerifyArguments }

const options = {
  json: { type: 'boolean' },
  at: { type: 'string' },
  policy: { type: 'string' },
  trust: { type: 'string', multiple: true },
  data: { type: 'string', multiple: true },
  online: { type: 'boolean' },
  bundle: { type: 'string' },
  detached: { type: 'string', multiple: true },
  evidence: { type: 'string', multiple: true },
  'password-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** What the outside contract promises for a later version. */
const laterCommands: ReadonlySet<string> = new Set(['bundle', 'evidence', 'audit'])

/** Reads a command line (without program and script). Throws `ERR_CLI_…`. */
export function parseCommand(argv: readonly string[]): Command {
  const [command, ...rest] = argv
  if (command === undefined) throw new CliError('ERR_CLI_COMMAND_MISSING')
  if (command === '--help' || command === '-h' || command === 'help') return { name: 'help' }
  if (command === '--version') return { name: 'version' }
  const details = { command: command.slice(0, 40) }
  if (laterCommands.has(command)) throw new CliError('ERR_CLI_COMMAND_UNSUPPORTED', { details })
  if (command !== 'verify') throw new CliError('ERR_CLI_COMMAND_UNKNOWN', { details })
  return parseVerify(rest)
}

function parseVerify(argv: readonly string[]): Command {
  const { values, positionals, tokens } = readOptions(argv)
  if (values.help) return { name: 'help' }
  refuseRepeated(tokens)
  if (values.bundle !== undefined) throw new CliError('ERR_CLI_BUNDLE_UNSUPPORTED')
  if (positionals.length === 0) throw new CliError('ERR_CLI_FILES_MISSING')
  return {
    name: 'verify',
    arguments: {
      json: values.json ?? false,
      at: values.at === undefined ? null : parseTime(values.at),
      policy: values.policy ?? 'hospital',
      trust: values.trust ?? [],
      data: values.data ?? [],
      online: values.online ?? false,
      detached: values.detached ?? [],
      evidence: values.evidence ?? [],
      passwordFile: values['password-file'] ?? null,
      paths: positionals,
    },
  }
}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: true, tokens: true })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    // The message quotes the option as it was written
    const option = /'(-[^'\s]*)/.exec(message)?.[1]?.slice(0, 40) ?? ''
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
    throw new CliError(unknown ? 'ERR_CLI_OPTION_UNKNOWN' : 'ERR_CLI_OPTION_VALUE', { details: { option } })
  }
}

type Token = NonNullable<ReturnType<typeof readOptions>['tokens']>[number]

function refuseRepeated(tokens: readonly Token[]): void {
  const seen = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const once = !('multiple' in options[token.name as keyof typeof options])
    if (once && seen.has(token.name))
      throw new CliError('ERR_CLI_OPTION_REPEATED', { details: { option: `--${token.name}` } })
    seen.add(token.name)
  }
}

const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

function parseTime(text: string): Date {
  const parsed = time.safeParse(text)
  if (!parsed.success) throw new CliError('ERR_CLI_TIME')
  return new Date(parsed.data)
}
