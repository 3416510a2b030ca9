import { pino } from 'pino'
import { type Config, readConfig } from './config.ts'
import { describeNextSteps } from './evaluation/guide.ts'
import { say, sayFailure } from './say.ts'
import { type RunningService, startService } from './start.ts'

export interface MainOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** 'ok', or why the PKCS#11 addon cannot be loaded. */
  readonly nativeAddon: string
}

/** A stop that takes longer is cut short: whoever sent the signal counts on ten seconds. */
const STOP_DEADLINE_MS = 9_000

/**
 * The service as a process: starts it, prints `ready URL` on stdout and what to do next, stops on SIGINT, SIGTERM and
 * SIGHUP. Ends the process with 0 after a signal, with 1 where it could not start.
 */
export async function main({ env, nativeAddon }: MainOptions): Promise<void> {
  // whoever read what we say may be gone before us
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    const config = readConfig(env)
    // stdout is for `ready URL` and the commands
    const log = pino(
      { level: config.logLevel },
      pino.destination({ fd: 2, sync: true }).on('error', () => {}),
    )
    say('Đang khởi động Ấn Ký, chế độ đánh giá…', 'Starting Ấn Ký, evaluation profile…')
    const running: { service: RunningService | null } = { service: null }
    stopWithParent(env, stopOnSignal(running))
    running.service = await startService({ config, nativeAddon, log })
    announce(config, running.service)
  } catch (error) {
    sayFailure(error)
    process.exit(1)
  }
}

function announce({ tls }: Config, service: RunningService): void {
  const { url, evaluation, evaluationPath, fallback } = service
  process.stdout.write(`ready ${url}\n`)
  const tlsCertificateFile = tls?.certFile ?? null
  process.stdout.write(describeNextSteps({ evaluation, evaluationPath, tlsCertificateFile, fallback }))
}

/**
 * A service that npm started ends with npm: nobody else would stop it, and it holds the data folder. Whether npm is still
 * there shows in who our parent is.
 */
function stopWithParent(env: MainOptions['env'], stop: () => void): void {
  if (env['npm_lifecycle_event'] !== 'start') return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop()
  }, 500).unref()
}

/** npm passes on the signal that a terminal has sent to the whole group already: it comes twice, and counts once. */
function stopOnSignal(running: { readonly service: RunningService | null }): () => void {
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    say('Đang dừng…', 'Stopping…')
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref()
    // a start may be cut off at any point: the next one carries on
    await running.service?.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return stop
}
