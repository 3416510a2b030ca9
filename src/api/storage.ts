import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppDeps } from './deps.ts'
import { ApiError } from './errors.ts'

const folderName = 'signing-requests'
const namePattern = /^signing-requests\/[0-9a-f-]{36}\.pdf$/

/** `ERR_API_STORAGE_FULL` or `ERR_API_STORAGE_FAILED`, with the cause. */
export function storageError(cause: unknown): ApiError {
  const code = (cause as NodeJS.ErrnoException).code
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new ApiError(full ? 'ERR_API_STORAGE_FULL' : 'ERR_API_STORAGE_FAILED', { cause, retryable: true })
}

/** Keeps a signing request's document until it is completed; gives its name under the data folder. */
export async function storeDocument(dataFolder: string, id: string, bytes: Uint8Array): Promise<string> {
  const name = `${folderName}/${id}.pdf`
  const path = join(dataFolder, name)
  try {
    await mkdir(join(dataFolder, folderName), { recursive: true, mode: 0o700 })
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await rm(path, { force: true }).catch(() => {})
    throw storageError(error)
  }
  return name
}

/** null where it is kept no longer. */
export async function loadDocument(dataFolder: string, name: string): Promise<Buffer | null> {
  if (!namePattern.test(name)) throw new ApiError('ERR_API_STORAGE_FAILED')
  try {
    return await readFile(join(dataFolder, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw storageError(error)
  }
}

/** Removes a document, if it is there. A name that is none of ours is passed over. */
export async function removeDocument(dataFolder: string, name: string): Promise<void> {
  if (namePattern.test(name)) await rm(join(dataFolder, name), { force: true })
}

/** Removes documents of signing requests that are older than they are kept. */
export async function removeOldDocuments({ dataFolder, clock }: AppDeps, keptMs: number): Promise<number> {
  const folder = join(dataFolder, folderName)
  const names = await readdir(folder).catch(() => [] as string[])
  let removed = 0
  for (const name of names) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
    if (mtimeMs > clock().getTime() - keptMs) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}
