import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Logger } from 'pino'
import { MainError } from '../errors.ts'

/** The responders' process as the service sees it: always there, or on its way back. */
export interface RespondersChild {
  /** Null while it is being started again. */
  pid(): number | null
  close(): Promise<void>
}

export interface RespondersChildOptions {
  /** Folder that `saveCa` wrote. */
  readonly folder: string
  readonly port: number
  readonly log: Logger
}

const READY_DEADLINE_MS = 20_000
/** A service that was killed leaves its responders a moment behind; they give the port back as they notice. */
const PORT_TRIES = 20
const PORT_WAIT_MS = 250
const RESTART_MS = [100, 500, 2_000, 5_000]

/**
 * Starts the evaluation's TSA, OCSP and CRL responders as a process of their own, which ends with this one, and starts
 * them again whenever they end. Throws `ERR_MAIN_RESPONDERS`.
 */
export async function startRespondersChild(options: RespondersChildOptions): Promise<RespondersChild> {
  const { port, log } = options
  let closing = false
  let child = await startPatiently(options)
  let alive = true
  const watch = (): void => {
    child.once('exit', (code, signal) => {
      if (!alive) return
      alive = false
      if (!closing) void restart(`${signal ?? code}`)
    })
    if (child.exitCode !== null || child.signalCode !== null) {
      alive = false
      void restart('at once')
    }
  }
  const restart = async (ending: string): Promise<void> => {
    log.warn({ ending }, 'the evaluation responders ended; starting them again')
    for (let attempt = 0; !closing; attempt++) {
      await wait(RESTART_MS[Math.min(attempt, RESTART_MS.length - 1)])
      if (closing) return
      try {
        child = await startPatiently(options)
        alive = true
        log.info({ port }, 'the evaluation responders are back')
        if (closing) child.kill('SIGKILL')
        else watch()
        return
      } catch (error) {
        log.error({ err: error }, 'the evaluation responders could not be started again')
      }
    }
  }
  watch()
  return {
    pid: () => (alive ? (child.pid ?? null) : null),
    close: async () => {
      closing = true
      if (!alive) return
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.stdin?.end()
      await Promise.race([ended, wait(1_000)])
      child.kill('SIGKILL')
    },
  }
}

async function startPatiently(options: RespondersChildOptions): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt++) {
    const started = await startOnce(options)
    if (typeof started !== 'string') return started
    if (started !== 'ERR_TEST_PKI_PORT' || attempt === PORT_TRIES) {
      const reason = started === 'ERR_TEST_PKI_PORT' ? 'another program uses the port' : started
      throw new MainError('ERR_MAIN_RESPONDERS', { details: { port: options.port, reason } })
    }
    await wait(PORT_WAIT_MS)
  }
}

/** The running process, or the code with which it gave up. */
function startOnce({ folder, port }: RespondersChildOptions): Promise<ChildProcess | string> {
  const child = spawn(process.execPath, [...loaderArguments, entry, folder, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], TZ: process.env['TZ'] },
  })
  // its end is told by 'exit'; a write that comes too late is none of our business
  child.stdin.on('error', () => {})
  return new Promise((resolve) => {
    const timer = setTimeout(() => giveUp('no answer'), READY_DEADLINE_MS)
    const giveUp = (reason: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      resolve(reason)
    }
    child.once('error', (error) => giveUp(error.message))
    child.once('exit', (code, signal) => giveUp(`ended with ${signal ?? code}`))
    createInterface({ input: child.stdout }).once('line', (line) => {
      const said = parseLine(line)
      if (!said.ready) return giveUp(said.code ?? 'not ready')
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve(child)
    })
  })
}

function parseLine(line: string): { ready?: boolean; code?: string } {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

/** Whether these files run as TypeScript (tests) or compiled. */
const fromSource = import.meta.url.endsWith('.ts')
const entry = fileURLToPath(
  new URL(`../../test-certs/responders-process.${fromSource ? 'ts' : 'js'}`, import.meta.url),
)
const loaderArguments = fromSource
  ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
  : []
