import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { MainError } from './errors.ts'
import { readIfThere } from './files.ts'
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts'

export interface FolderLock {
  release(): Promise<void>
}

/** Longer than two starts that meet at a stale lock take to sort it out. */
const SETTLE_MS = 100

/**
 * Makes the data folder (0700) and takes it for this process alone. The lock of a process that has ended, however it
 * did, is taken over; of several that try at once, one gets it.
 *
 * Throws `ERR_MAIN_DATA_FOLDER`, and `ERR_MAIN_DATA_FOLDER_LOCKED` with the other's pid. Processes on other machines
 * that share the folder are not seen.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock')
  const own = JSON.stringify({ ...ownIdentity(), nonce: randomBytes(12).toString('hex') })
  try {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 })
    for (let attempt = 0; attempt < 20; attempt++) {
      if (!(await takeLock(folder, path, own))) continue
      // after a takeover another start may still be putting back what it moved by mistake
      if (attempt > 0) await wait(SETTLE_MS)
      if ((await readIfThere(path)) === own) return { release: () => releaseLock(path, own) }
    }
  } catch (cause) {
    if (cause instanceof MainError) throw cause
    throw new MainError('ERR_MAIN_DATA_FOLDER', { details: { path: folder }, cause })
  }
  throw new MainError('ERR_MAIN_DATA_FOLDER_LOCKED', { details: { path: folder, pid: '?' } })
}

/** One try: true where the lock is ours; false where another look is needed. */
async function takeLock(folder: string, path: string, own: string): Promise<boolean> {
  if (await createWhole(path, own)) return true
  const found = await readIfThere(path)
  if (found === null) return false
  const holder = parseHolder(found)
  if (holder && isAlive(holder)) {
    throw new MainError('ERR_MAIN_DATA_FOLDER_LOCKED', { details: { path: folder, pid: holder.pid } })
  }
  await removeStale(path, found)
  return false
}

/** Creates the file with its whole content at once: nobody reads half a lock. False where there is one. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  await fs.writeFile(draft, content, { mode: 0o600, flag: 'wx' })
  try {
    await fs.link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await fs.rm(draft, { force: true })
  }
}

/**
 * Takes a dead process' lock away. Renaming is what only one of several can do; who finds that it renamed another's new
 * lock puts that back.
 */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.stale`
  try {
    await fs.rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = await fs.readFile(aside, 'utf8')
  if (moved !== stale) await fs.link(aside, path).catch(() => {})
  await fs.rm(aside, { force: true })
}

function parseHolder(text: string): ProcessIdentity | null {
  try {
    const { pid, started } = JSON.parse(text) as Partial<ProcessIdentity>
    if (!Number.isInteger(pid) || pid! <= 0) return null
    return { pid: pid!, started: typeof started === 'string' ? started : null }
  } catch {
    return null
  }
}

async function releaseLock(path: string, own: string): Promise<void> {
  if ((await readIfThere(path)) === own) await fs.rm(path, { force: true })
}
