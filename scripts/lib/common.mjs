// What every script needs: where the project stands, how it speaks, how it calls npm.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Runs npm in the project's root; `inherit` sends its output to stderr, `pipe` returns it. */
export function npm(args, stdio, env = process.env) {
  // inside `npm start` npm tells where it is itself; outside, the one on the PATH
  const cli = process.env.npm_execpath
  const options = { cwd: root, stdio: stdio === 'inherit' ? ['ignore', 2, 2] : 'pipe', env, encoding: 'utf8' }
  return cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
        ...options,
        shell: process.platform === 'win32',
      })
}

export const say = (line) => process.stderr.write(`${line}\n`)

export function fail(vi, en) {
  process.stderr.write(`${vi}\n${en}\n`)
  process.exit(1)
}
