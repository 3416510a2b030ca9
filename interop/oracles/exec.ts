import { execFile } from 'node:child_process'

export interface Output {
  /** null: it did not run or was stopped. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; a failing one is an answer, not an error. Stopped after `timeoutMs`. */
export function execute(command: string, args: readonly string[], timeoutMs = 60_000): Promise<Output> {
  return new Promise((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: 1 << 26, encoding: 'utf8' as const }
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error ? error.code : 0
      resolve({
        status: typeof code === 'number' ? code : null,
        stdout,
        stderr: stderr || (error?.message ?? ''),
      })
    })
  })
}

/** The first line a program says of its version; null where it is not installed. */
export async function versionOf(command: string, flag: string): Promise<string | null> {
  const { status, stdout, stderr } = await execute(command, [flag])
  if (status === null) return null
  return `${stdout}${stderr}`.trim().split('\n')[0] ?? ''
}
