import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Gate, HeldBytes, KeyedLock } from './gates.ts'

const exceeded = { code: 'ERR_API_SHARE_EXCEEDED' }
const overloaded = { code: 'ERR_API_OVERLOADED' }

describe('a gate of two places and one to wait', () => {
  it('lets two through, one wait, and sends the fourth away', async () => {
    const gate = new Gate(2, 1, 1000)
    let most = 0
    const work = () =>
      gate.run('a', async () => {
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
    const long = gate.run('a', () => wait(90))
    await expect(gate.run('a', async () => 1)).rejects.toMatchObject(overloaded)
    await long
    expect(await gate.run('a', async () => 2)).toBe(2)
  })

  it('keeps a part of the queue from one that asks for all of it', async () => {
    const gate = new Gate(1, 4, 1000)
    const ask = (owner: string) => gate.run(owner, () => wait(5))
    const all = await Promise.allSettled([...['a', 'a', 'a', 'a', 'a'].map(ask), ask('b')])
    expect(all.map(({ status }) => status[0])).toEqual(['f', 'f', 'f', 'f', 'r', 'f'])
    expect(all[4]).toMatchObject({ reason: exceeded })
  })

  it('lets in first who has the fewest inside, however many others came before', async () => {
    const gate = new Gate(2, 10, 1000)
    const order: string[] = []
    const ask = (owner: string, ms: number) => gate.run(owner, () => wait(ms).then(() => order.push(owner)))
    await Promise.all([ask('a', 60), ask('a', 20), ask('a', 60), ask('a', 60), ask('b', 1)])
    expect(order.slice(0, 2)).toEqual(['a', 'b'])
    expect([gate.running, gate.waiting]).toEqual([0, 0])
  })

  it('is free again after a failure', async () => {
    const gate = new Gate(1, 0, 10)
    await expect(gate.run('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x')
    expect(await gate.run('a', async () => 1)).toBe(1)
  })
})

describe('held bytes', () => {
  it('beyond the limit are refused until others are released', () => {
    const held = new HeldBytes(100)
    held.reserve('a', 60)
    expect(() => held.reserve('b', 41)).toThrow(expect.objectContaining({ code: 'ERR_API_MEMORY_BUSY' }))
    held.release('a', 60)
    held.reserve('b', 75)
    expect(held.held).toBe(75)
  })

  it('are left to others in part', () => {
    const held = new HeldBytes(100)
    held.reserve('a', 75)
    expect(() => held.reserve('a', 1)).toThrow(expect.objectContaining(exceeded))
    held.reserve('b', 25)
    held.release('b', 25)
    held.release('a', 75)
    expect(held.held).toBe(0)
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
