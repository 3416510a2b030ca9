import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Whether these files run as TypeScript (tests, bench) or compiled. */
const fromSource = import.meta.url.endsWith('.ts')
const entry = (name: string): URL => new URL(`./${name}${fromSource ? '.ts' : '.js'}`, import.meta.url)

const loader = (path: string): string => pathToFileURL(createRequire(import.meta.url).resolve(path)).href

/** Names that stay with the service: a vendor's library has no business with its database or settings. */
const withheld = /^(?:DATABASE_|ANKY_|NODE_OPTIONS$|VITEST)/

/**
 * Starts a process from a file of this folder, speaking by structured messages and by `streams` streams of bytes from
 * descriptor 4 on; its own output is thrown away.
 */
export function forkEntry(
  name: string,
  environment: Readonly<Record<string, string>>,
  streams = 0,
): ChildProcess {
  const inherited = Object.entries(process.env).filter(([key]) => !withheld.test(key))
  return fork(entry(name), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...Array.from({ length: streams }, () => 'pipe' as const)],
    execArgv: fromSource ? ['--import', loader('tsx')] : [],
    env: { ...Object.fromEntries(inherited), ...environment },
  })
}

/** Starts a thread from a file of this folder. Loaders of TypeScript are not inherited by threads. */
export function startThread(name: string, workerData: unknown): Worker {
  if (!fromSource) return new Worker(entry(name), { workerData })
  const boot = `import { register } from ${JSON.stringify(esmApi())}; register(); await import(${JSON.stringify(entry(name).href)})`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(boot)}`), { workerData, execArgv: [] })
}

const esmApi = (): string => loader('tsx/esm/api').replace(/\.cjs$/, '.mjs')
