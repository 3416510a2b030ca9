import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { dirname } from 'node:path'

/** Replaces `path` in one step, readable by its owner only; it is on the disk before its name is. */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  const next = `${path}.${randomBytes(6).toString('hex')}.new`
  const file = await fs.open(next, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await fs.rename(next, path)
  await syncFolder(dirname(path))
}

/** Without it a crash of the machine may forget the new name. Windows cannot open folders. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await fs.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The text of a file, or null where there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await fs.readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
