import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EvaluationFile } from '../../src/main/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const START_MS = 120_000

/** The whole service as `npm start` runs it, on a folder and perhaps a database of its own. */
export interface ServiceProcess {
  readonly url: string
  readonly evaluation: EvaluationFile
  readonly child: ChildProcess
  stop(): Promise<void>
}

/** Starts it and waits for its line `ready URL`. */
export async function startServiceProcess(options: {
  readonly dataFolder: string
  readonly databaseUrl?: string
  /** Beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
}): Promise<ServiceProcess> {
  const { dataFolder, databaseUrl, environment } = options
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: '0',
      ANKY_DATA: dataFolder,
      LOG_LEVEL: 'warn',
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      ...environment,
    },
  })
  const url = await waitUntilReady(child)
  const evaluation = JSON.parse(readFileSync(join(dataFolder, 'evaluation.json'), 'utf8')) as EvaluationFile
  return {
    url,
    evaluation,
    child,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

function waitUntilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    let complaints = ''
    const fail = (): void => reject(new Error(`the service did not start:\n${complaints.slice(-2000)}`))
    const timer = setTimeout(fail, START_MS)
    child.once('exit', fail)
    child.stderr?.on('data', (data: Buffer) => {
      complaints = (complaints + data).slice(-10_000)
    })
    child.stdout?.on('data', (data: Buffer) => {
      printed = (printed + data).slice(-10_000)
      const url = /^ready (\S+)$/m.exec(printed)?.[1]
      if (!url) return
      clearTimeout(timer)
      child.removeListener('exit', fail)
      resolve(url)
    })
  })
}
