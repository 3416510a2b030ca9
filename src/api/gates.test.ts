import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Gate, HeldBytes, KeyedLock } from './gates.ts'

const overloaded = { code: 'ERR_API_OVERLOADED' }

describe('a gate of two places and one to wait', () => {
  it('lets two through, one wait, and sends the fourth away', async () => {
    const gate = new Gate(2, 1, 1000)
    let most = 0
    const work = () =>
      gate.run(async () => {
        most = Math.max(most, gate.running)
        await wait(20)
        return 'done'
      })
    const all = await Promise.allSettled([work(), work(), work(), work()])
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
    expect(all[3]).toMatchObject({ reason: overloaded })
    expect([most, gate.running, gate.waiting]).toEqual([2, 0, 0])
  })

  it('sends away who waited too long, and serves the next', async () => {
    const gate = new Gate(1, 5, 30)
    const long = gate.run(() => wait(90))
    await expect(gate.run(async () => 1)).rejects.toMatchObject(overloaded)
    await long
    expect(await gate.run(async () => 2)).toBe(2)
  })

  it('is free again after a failure', async () => {
    const gate = new Gate(1, 0, 10)
    await expect(gate.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x')
    expect(await gate.run(async () => 1)).toBe(1)
  })
})

describe('held bytes', () => {
  it('beyond the limit are refused until others are released', () => {
    const held = new HeldBytes(100)
    held.reserve(60)
    expect(() => held.reserve(41)).toThrow(expect.objectContaining({ code: 'ERR_API_MEMORY_BUSY' }))
    held.release(60)
    held.reserve(100)
    expect(held.held).toBe(100)
  })
})

describe('a lock by key', () => {
  it('does one after the other for one key, and others meanwhile, failures included', async () => {
    const lock = new KeyedLock()
    const order: string[] = []
    const work = (key: string, name: string, ms: number) =>
      lock.run(key, async () => {
        await wait(ms)
        order.push(name)
        if (name === 'first') throw new Error('x')
      })
    await Promise.allSettled([work('a', 'first', 30), work('a', 'second', 1), work('b', 'other', 1)])
    expect(order).toEqual(['other', 'first', 'second'])
  })
})
