import { FormatError } from '../src/formats/index.ts'

/** What is read; undefined where the bytes are not what they should be. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}
