import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultPoint } from '../../src/api/index.ts'
import type { EvaluationFile } from '../../src/main/index.ts'
import { withoutOwnVariables } from '../support/running-service.ts'

/** A service whose fault points a test arms. */
export interface FaultyService {
  readonly url: string
  readonly evaluation: () => EvaluationFile
  /** Stands still at `point` when a request gets there the next time. */
  arm(point: FaultPoint): Promise<void>
  /** Until it stands still there; throws where no request gets there within ten seconds. */
  reached(): Promise<void>
  /** Lets it go on, where it is still there. */
  resume(): void
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** What it logged, from warnings on. */
  complaints(): string
}

const entry = join(import.meta.dirname, 'service-with-faults.mjs')
const REACH_MS = 10_000
const START_MS = 60_000

/** Starts it on a data folder; throws with what it said where it does not become ready. */
export async function startFaultyService(
  dataFolder: string,
  env: Readonly<Record<string, string>>,
): Promise<FaultyService> {
  const child = fork(entry, {
    env: { ...withoutOwnVariables(), PORT: '0', LOG_LEVEL: 'warn', ANKY_DATA: dataFolder, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  })
  let complaints = ''
  child.stderr?.on('data', (data: Buffer) => {
    complaints = (complaints + data).slice(-20_000)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const heard = listen(child, () => complaints)
  const { url } = await heard('ready', START_MS)
  return {
    url: url!,
    evaluation: () => JSON.parse(readFileSync(join(dataFolder, 'evaluation.json'), 'utf8')),
    async arm(point) {
      child.send({ type: 'arm', point })
      await heard('armed', REACH_MS)
    },
    async reached() {
      await heard('reached', REACH_MS)
    },
    resume: () => {
      if (child.connected) child.send({ type: 'resume' })
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
    complaints: () => complaints,
  }
}

interface Message {
  readonly type: string
  readonly url?: string
}

/** Waits for messages by their type; one that came before it was waited for is kept. */
function listen(child: ChildProcess, complaints: () => string) {
  const kept: Message[] = []
  let wake = (): void => {}
  child.on('message', (message) => {
    kept.push(message as Message)
    wake()
  })
  child.once('exit', () => wake())
  return async (type: string, ms: number): Promise<Message> => {
    const deadline = Date.now() + ms
    for (;;) {
      const at = kept.findIndex((message) => message.type === type)
      if (at >= 0) return kept.splice(at, 1)[0]!
      const left = deadline - Date.now()
      if (left <= 0 || child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the service did not say '${type}' within ${ms} ms; it said: ${complaints()}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}
