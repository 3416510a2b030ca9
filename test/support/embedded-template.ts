import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSession } from '../../src/db/open-session.ts'
import { CLUSTER_FOLDER } from './shared-cluster.ts'

/**
 * Puts an embedded database with all tables and no rows into a data folder that has none, so that opening it takes a
 * fraction of a second instead of several: it is made once in a run and copied.
 */
export async function copyEmbeddedTemplate(dataFolder: string): Promise<void> {
  mkdirSync(dataFolder, { recursive: true })
  cpSync(join(await template(), 'pglite'), join(dataFolder, 'pglite'), { recursive: true })
}

let own: Promise<string> | null = null

async function template(): Promise<string> {
  const folder = process.env[CLUSTER_FOLDER]
  if (!folder) {
    own ??= makeOwn()
    return own
  }
  const ready = join(folder, 'embedded')
  const part = join(folder, 'embedded-part')
  if (!existsSync(ready) && claims(part)) {
    await make(part)
    renameSync(part, ready)
  }
  const deadline = Date.now() + 60_000
  while (!existsSync(ready)) {
    if (Date.now() > deadline) throw new Error('the embedded template was not made')
    await sleep(50)
  }
  return ready
}

async function makeOwn(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'an-ky-embedded-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await make(folder)
  return folder
}

async function make(dataFolder: string): Promise<void> {
  const session = await openSession({ url: null, ownerUrl: null, dataFolder, log: { info: () => {} } })
  await session.close()
}

function claims(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch {
    return false
  }
}
