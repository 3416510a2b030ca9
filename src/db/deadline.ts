import { DbError } from './errors.ts'

/** Waits for `work` at most `ms`; then calls `expire` and throws `ERR_DB_TIMEOUT`. */
export async function withDeadline<T>(work: Promise<T>, ms: number, expire: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      expire()
      reject(new DbError('ERR_DB_TIMEOUT', { details: { deadlineMs: ms } }))
    }, ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
