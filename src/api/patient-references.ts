import { createHmac } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from '../signer/index.ts'
import { storageError } from './storage.ts'

/**
 * Patient references leave no trace in clear: the audit row holds HMAC-SHA-256 under a key of this installation, since a
 * bare digest of a short number is guessed in no time.
 */
export class PatientReferences {
  readonly #file: string
  readonly #random: Random
  #key: Promise<Buffer> | null = null

  constructor(dataFolder: string, random: Random) {
    this.#file = join(dataFolder, 'patient-reference.key')
    this.#random = random
  }

  /** Hex. Throws `ERR_API_STORAGE_…`. */
  async digest(hospitalId: string, reference: string): Promise<string> {
    this.#key ??= this.#load()
    this.#key.catch(() => {
      this.#key = null
    })
    const normal = reference.normalize('NFC')
    return createHmac('sha256', await this.#key)
      .update(`${hospitalId}\0${normal}`)
      .digest('hex')
  }

  async #load(): Promise<Buffer> {
    try {
      return await readFile(this.#file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw storageError(error)
    }
    return this.#create()
  }

  async #create(): Promise<Buffer> {
    const key = Buffer.from(this.#random(32))
    try {
      await mkdir(join(this.#file, '..'), { recursive: true, mode: 0o700 })
      const file = await open(`${this.#file}.new`, 'w', 0o600)
      try {
        await file.writeFile(key)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${this.#file}.new`, this.#file)
    } catch (error) {
      throw storageError(error)
    }
    return key
  }
}
