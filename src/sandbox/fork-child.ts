import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Whether these files run as TypeScript (tests, bench) or compiled. */
const fromSource = import.meta.url.endsWith('.ts')
const entry = new URL(`./child.${fromSource ? 'ts' : 'js'}`, import.meta.url)

/** A file that attacks its reader finds nothing here but what a program needs to run. */
const passedOn = /^(?:PATH|HOME|TMPDIR|TEMP|TMP|SystemRoot|LANG|LC_\w+|TZ|NODE_V8_COVERAGE)$/

/**
 * Node's own permissions, where it has them: files are read, and nothing is written, started or (from Node 25 on) asked over
 * the network. The loader of TypeScript needs more.
 */
function permissions(): string[] {
  const known = process.allowedNodeEnvironmentFlags
  const flag = ['--permission', '--experimental-permission'].find((name) => known.has(name))
  return fromSource || !flag ? [] : [flag, '--allow-fs-read=*', '--allow-worker', '--no-warnings']
}

/** Starts a process that judges files; `heapMib` bounds its heap, the rest of its memory is watched from outside. */
export function forkChild(heapMib: number, file = entry): ChildProcess {
  const loader = fromSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : []
  return fork(file, [], {
    serialization: 'json',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
    execArgv: [...loader, ...permissions(), `--max-old-space-size=${heapMib}`],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name))),
  })
}
