import { AnkyError } from '../../formats/index.ts'
import type { Service } from '../service.ts'

export interface Readiness {
  readonly ready: boolean
  readonly checks: Readonly<Record<'database' | 'keys' | 'timestamps', Check>>
  /** The checks that failed, for people; empty where all is well. */
  readonly why: string
}

export interface Check {
  readonly ok: boolean
  readonly state: string
  readonly code?: string
}

const deadlineMs = 2000

/** Can it sign now? Asks the database and the key provider; a time-stamping authority has to be configured. */
export async function checkReadiness({ deps }: Service): Promise<Readiness> {
  const [database, keys] = await Promise.all([
    within(async () => {
      await deps.database.system.ping()
      return { ok: true, state: 'ready' }
    }),
    within(async () => {
      const { ok, state, lastError } = await deps.keys.health()
      return { ok, state, ...(!ok && lastError && { code: lastError.code }) }
    }),
  ])
  const timestamps: Check = deps.timestamps
    ? { ok: true, state: 'configured' }
    : { ok: false, state: 'not configured' }
  const checks = { database, keys, timestamps }
  const failed = Object.entries<Check>(checks).filter(([, { ok }]) => !ok)
  const why = failed.map(([name, { state, code }]) => `${name}: ${code ?? state}`).join('; ')
  return { ready: failed.length === 0, checks, why }
}

async function within(check: () => Promise<Check>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, state: 'no answer' }), deadlineMs)
  })
  try {
    return await Promise.race([check(), late])
  } catch (error) {
    return { ok: false, state: 'failed', ...(error instanceof AnkyError && { code: error.code }) }
  } finally {
    clearTimeout(timer)
  }
}
