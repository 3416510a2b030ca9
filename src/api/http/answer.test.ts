import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bytesResponse } from './answer.ts'

const mebi = 2 ** 20
const answer = (done: () => void) => bytesResponse(200, {}, [Buffer.alloc(mebi, 1), Buffer.from('end')], done)

describe('a long answer', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is let go of once it was read', async () => {
    const done = vi.fn()
    const bytes = Buffer.from(await answer(done).arrayBuffer())
    expect(bytes.length).toBe(mebi + 3)
    expect(bytes.subarray(-4).toString('latin1')).toBe('\x01end')
    expect(done).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is let go of where nobody takes it', async () => {
    const done = vi.fn()
    const reader = answer(done).body!.getReader()
    await reader.read()
    await vi.advanceTimersByTimeAsync(20_000)
    await reader.read()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(done).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(done).toHaveBeenCalledOnce()
    await expect(reader.read()).rejects.toThrow('does not take')
  })

  it('is let go of where its reader goes away', async () => {
    const done = vi.fn()
    await answer(done).body!.cancel()
    expect(done).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })
})
