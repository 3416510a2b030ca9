import { setTimeout as wait } from 'node:timers/promises'
import type { PostgresCluster } from '../../test/support/postgres-cluster.ts'

/** Kills PostgreSQL and the token's process in turn, every few seconds, until stopped. */
export interface Killer {
  /** Ends once what was killed last has been brought back. */
  stop(): Promise<{ readonly database: number; readonly token: number }>
}

const EVERY_MS = 3_000
const AWAY_MS = 500

/** `back` is told when something that was killed is there again, or about to be. */
export function startKiller(
  cluster: PostgresCluster,
  tokenPids: () => readonly number[],
  back: () => void,
): Killer {
  const stopped = new AbortController()
  const kills = { database: 0, token: 0 }
  const work = async (): Promise<void> => {
    for (;;) {
      await wait(EVERY_MS, undefined, { signal: stopped.signal })
      for (const pid of tokenPids()) if (killed(pid)) kills.token++
      back()
      await wait(EVERY_MS, undefined, { signal: stopped.signal })
      await cluster.kill()
      kills.database++
      await wait(AWAY_MS)
      await cluster.start()
      back()
    }
  }
  const ended = work().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error
  })
  // told by `stop`
  ended.catch(() => {})
  return {
    async stop() {
      stopped.abort()
      await ended
      return kills
    },
  }
}

/** The process may just be gone. */
function killed(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}
