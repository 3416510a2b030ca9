import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EvaluationFile } from '../../src/main/index.ts'

export const projectRoot = join(import.meta.dirname, '..', '..')

/** The service as a process of its own, as a newcomer starts it. */
export interface RunningService {
  readonly url: string
  /** Of the process that was started: npm, or the service itself. */
  readonly process: ChildProcess
  /** Until it printed `ready`, in milliseconds. */
  readonly startedInMs: number
  /** Everything on stdout so far. */
  stdout(): string
  stderr(): string
  evaluation(): EvaluationFile
  /** Sends a signal, and gives the exit code once it has ended. */
  stop(signal: NodeJS.Signals): Promise<number | null>
}

export interface StartedProcess {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  stdout(): string
  stderr(): string
}

/** Variables of this run that would change what is tested. */
const own =
  /^(?:ANKY_|DATABASE_|PORT$|HOST$|LOG_LEVEL$|SOFTHSM2_CONF$|VITEST|TEST_|npm_|NODE_ENV$|NODE_OPTIONS$)/

/** The environment of this run without what would change a service started from it. */
export const withoutOwnVariables = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))

/** Starts `npm start`, or what it runs, without waiting for anything. */
export function startProcess(env: Record<string, string>, command: 'npm' | 'node' = 'node'): StartedProcess {
  const args = command === 'npm' ? ['start', '--silent'] : ['scripts/start.mjs']
  const child = spawn(command === 'npm' ? 'npm' : process.execPath, args, {
    cwd: projectRoot,
    env: { ...withoutOwnVariables(), PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { process: child, ended, stdout: () => stdout, stderr: () => stderr }
}

/** Starts it and waits for `ready`; throws with what it said where it ends before. */
export async function startRunning(
  dataFolder: string,
  env: Record<string, string> = {},
  command: 'npm' | 'node' = 'node',
): Promise<RunningService> {
  const begun = performance.now()
  const started = startProcess({ ANKY_DATA: dataFolder, ...env }, command)
  const url = await new Promise<string>((resolve, reject) => {
    started.process.stdout?.on('data', () => {
      const ready = /^ready (\S+)\n/m.exec(started.stdout())
      if (ready) resolve(ready[1]!)
    })
    void started.ended.then((code) => reject(new Error(`ended with ${code}: ${started.stderr()}`)))
  })
  return {
    ...started,
    url,
    startedInMs: performance.now() - begun,
    evaluation: () => JSON.parse(readFileSync(join(dataFolder, 'evaluation.json'), 'utf8')),
    stop: (signal) => {
      started.process.kill(signal)
      return started.ended
    },
  }
}
