import { spawnSync } from 'node:child_process'

/** Runs a program to its end; throws with what it said when it fails. `codes`: exit statuses that are no failure. */
export function run(command: string, args: readonly string[], codes: readonly number[] = [0]): string {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.error) throw new Error(`${command} does not run: ${done.error.message}`, { cause: done.error })
  if (done.status === null || !codes.includes(done.status)) {
    throw new Error(`${command} ended with ${done.status}: ${done.stderr}${done.stdout}`)
  }
  return done.stdout
}
