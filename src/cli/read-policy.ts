import { AnkyError } from '../formats/index.ts'
import {
  builtInPolicies,
  builtInPolicyNames,
  isBuiltInPolicy,
  type Policy,
  parsePolicy,
} from '../verifier/index.ts'
import { CliError } from './errors.ts'
import { readGiven } from './read-given.ts'

/** A policy of ours by its name, or one in a file of JSON. Throws `ERR_CLI_POLICY`, `ERR_CLI_POLICY_FILE`, `ERR_CLI_FILE`. */
export async function readPolicy(name: string): Promise<Policy> {
  if (isBuiltInPolicy(name)) return builtInPolicies[name]
  // A name that is mistyped is none of a file
  if (!/[./\\]/.test(name)) {
    const names = builtInPolicyNames.join(', ')
    throw new CliError('ERR_CLI_POLICY', { details: { name: name.slice(0, 80), names } })
  }
  const bytes = await readGiven('--policy', name)
  try {
    return parsePolicy(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (cause) {
    const reason = cause instanceof AnkyError ? cause.messageVi : 'không phải JSON / no JSON'
    throw new CliError('ERR_CLI_POLICY_FILE', { details: { path: name, reason }, cause })
  }
}
