import type { Dirent } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The files that paths name: themselves, and those of folders, in their order by name, without holding more than a folder's
 * names at once. Names beginning with a dot and links inside folders are passed over. What is not there, or cannot be
 * listed, is given too: whoever opens it says why.
 */
export async function* listFiles(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    if (await isFolder(path)) yield* listFolder(path)
    else yield path
  }
}

async function* listFolder(folder: string): AsyncGenerator<string> {
  const entries = await readFolder(folder)
  if (!entries) {
    yield folder
    return
  }
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* listFolder(path)
    else if (entry.isFile()) yield path
  }
}

async function readFolder(folder: string): Promise<Dirent[] | null> {
  try {
    const entries: Dirent[] = []
    for await (const entry of await opendir(folder)) if (!entry.name.startsWith('.')) entries.push(entry)
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return null
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
