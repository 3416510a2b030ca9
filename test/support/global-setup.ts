import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLUSTER_FOLDER, serveCluster } from './shared-cluster.ts'

/** One PostgreSQL server for all suites of a run, started when the first one asks for it. */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'an-ky-run-'))
  process.env[CLUSTER_FOLDER] = folder
  const server = serveCluster(folder)
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
