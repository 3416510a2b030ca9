import { describe, expect, it, vi } from 'vitest'
import { withDeadline } from './deadline.ts'

describe('deadline', () => {
  it('work that ends in time gives its result, or its error, and nothing expires', async () => {
    const expire = vi.fn()
    expect(await withDeadline(Promise.resolve(1), 1000, expire)).toBe(1)
    await expect(withDeadline(Promise.reject(new Error('x')), 1000, expire)).rejects.toThrow('x')
    expect(expire).not.toHaveBeenCalled()
  })

  it('work that does not end: ERR_DB_TIMEOUT, and what was used is given up', async () => {
    const expire = vi.fn()
    await expect(withDeadline(new Promise(() => {}), 5, expire)).rejects.toMatchObject({
      code: 'ERR_DB_TIMEOUT',
      retryable: true,
    })
    expect(expire).toHaveBeenCalledOnce()
  })
})
