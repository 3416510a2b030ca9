import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../signer/index.ts'
import { readIfThere, writeFileWhole } from './files.ts'

/**
 * The file `name` in the data folder's `secrets/` (0700), with one line of 128 random bits in hex; made on first use, kept from
 * then on. Gives its path: only the processes that need the secret read it.
 */
export async function secretFile(dataFolder: string, name: string, random: Random): Promise<string> {
  const folder = join(dataFolder, 'secrets')
  await fs.mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  if ((await readIfThere(path)) === null) {
    await writeFileWhole(path, `${Buffer.from(random(16)).toString('hex')}\n`)
  }
  return path
}
