import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { MainError } from './errors.ts'
import { readIfThere, writeFileWhole } from './files.ts'

/** What a data folder is from its first run on. */
export interface Instance {
  /** A database is bound to it: keys and database belong together. */
  readonly id: string
  readonly keys: 'pkcs11' | 'file'
  /** Where the evaluation responders listen, as the certificates say. */
  readonly respondersPort: number
}

const schema = z.strictObject({
  id: z.uuid(),
  keys: z.enum(['pkcs11', 'file']),
  respondersPort: z.int().min(1).max(65535),
})

const fileOf = (dataFolder: string): string => join(dataFolder, 'instance.json')

/** Null in a new data folder. Throws `ERR_MAIN_DATA_FOLDER_DAMAGED`. */
export async function readInstance(dataFolder: string): Promise<Instance | null> {
  const path = fileOf(dataFolder)
  const text = await readIfThere(path)
  return text === null ? null : parseKept(path, text, schema)
}

/** Writes it once and for all. */
export async function createInstance(dataFolder: string, rest: Omit<Instance, 'id'>): Promise<Instance> {
  const instance: Instance = { id: randomUUID(), ...rest }
  await writeFileWhole(fileOf(dataFolder), `${JSON.stringify(instance, null, 2)}\n`)
  return instance
}

/** A JSON file of ours, checked. Throws `ERR_MAIN_DATA_FOLDER_DAMAGED`, whose cause never quotes the file. */
export function parseKept<T>(path: string, text: string, of: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MainError('ERR_MAIN_DATA_FOLDER_DAMAGED', { details: { path } })
  }
  const parsed = of.safeParse(value)
  if (!parsed.success) throw new MainError('ERR_MAIN_DATA_FOLDER_DAMAGED', { details: { path } })
  return parsed.data
}
