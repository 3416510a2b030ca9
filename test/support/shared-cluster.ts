import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDatabase, type PostgresCluster, startCluster } from './postgres-cluster.ts'

/** The variable in which `global-setup.ts` names the folder where the run's suites find their common server. */
export const CLUSTER_FOLDER = 'TEST_CLUSTER_FOLDER'

/** A PostgreSQL server that outlives the suite that uses it; each suite makes databases of its own. */
export interface SharedCluster {
  /** Of the superuser. */
  readonly url: string
  createDatabase(name: string, options?: { owner?: string; encoding?: string }): Promise<string>
}

let own: PostgresCluster | null = null

/**
 * The run's server; the first suite that asks starts it, in its own process where there is no global set-up. Not to be
 * killed: whoever kills starts a cluster of his own.
 */
export async function sharedCluster(): Promise<SharedCluster> {
  const folder = process.env[CLUSTER_FOLDER]
  if (!folder) {
    own ??= await startCluster()
    return describe(own.url)
  }
  const answer = join(folder, 'url')
  if (claims(folder)) askForCluster(folder)
  const deadline = Date.now() + 60_000
  while (!existsSync(answer)) {
    if (Date.now() > deadline) throw new Error('the common PostgreSQL server did not start')
    await sleep(50)
  }
  const url = readFileSync(answer, 'utf8')
  if (!url.startsWith('postgres:')) throw new Error(url)
  return describe(url)
}

const describe = (url: string): SharedCluster => ({
  url,
  createDatabase: (name, options) => createDatabase(url, name, options),
})

function claims(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'claimed'))
    return true
  } catch {
    return false
  }
}

const askForCluster = (folder: string): void => writeFileSync(join(folder, 'wanted'), '')

/** Starts the server once a suite has asked for it; runs in the main process, which outlives the suites. */
export function serveCluster(folder: string): { stop(): Promise<void> } {
  let cluster: Promise<PostgresCluster> | null = null
  const timer = setInterval(() => {
    if (cluster || !existsSync(join(folder, 'wanted'))) return
    clearInterval(timer)
    cluster = startCluster()
    cluster.then(
      ({ url }) => answer(folder, url),
      (error: unknown) => answer(folder, String(error)),
    )
  }, 50)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await cluster?.then(
        (started) => started.remove(),
        () => {},
      )
    },
  }
}

function answer(folder: string, text: string): void {
  writeFileSync(join(folder, 'url.part'), text, { mode: 0o600 })
  renameSync(join(folder, 'url.part'), join(folder, 'url'))
}
