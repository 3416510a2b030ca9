import { describe, expect, test } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'
import { cpuOf } from './testing/helpers.ts'

describe('a cache', () => {
  test('keeps what was used lately and drops the rest', () => {
    const cache = new BoundedCache<string>(8)
    for (let key = 0; key < 20; key++) {
      cache.set(key, `value ${key}`, 1)
      expect(cache.get(0)).toBe('value 0')
    }
    expect(cache.get(19)).toBe('value 19')
    expect(cache.get(5)).toBeUndefined()
  })

  test('never holds more than its weight', () => {
    const cache = new BoundedCache<number>(100)
    for (let key = 0; key < 1000; key++) cache.set(key, key, (key % 7) + 1)
    let held = 0
    for (let key = 0; key < 1000; key++) if (cache.get(key) !== undefined) held += (key % 7) + 1
    expect(held).toBeLessThanOrEqual(100)
    expect(held).toBeGreaterThan(40)
  })

  test('keeps a value heavier than all of it until another comes that is', () => {
    const cache = new BoundedCache<string>(10)
    cache.set(1, 'light', 1)
    cache.set(2, 'heavy', 50)
    expect([cache.get(1), cache.get(2)]).toEqual([undefined, 'heavy'])
    cache.set(3, 'light', 1)
    expect([cache.get(2), cache.get(3)]).toEqual(['heavy', 'light'])
    cache.set(4, 'heavy too', 50)
    expect([cache.get(2), cache.get(4)]).toEqual([undefined, 'heavy too'])
  })

  test('holds a value once that is set again, lighter or heavier', () => {
    const cache = new BoundedCache<number>(10)
    for (let i = 0; i < 100; i++) cache.set(1, i, i % 2 === 0 ? 5 : 1)
    cache.set(2, 2, 1)
    expect([cache.get(1), cache.get(2)]).toEqual([99, 2])
  })

  test('takes no longer for each value the more went through it', () => {
    const through = (count: number) => () => {
      const cache = new BoundedCache<number>(50_000)
      for (let key = 0; key < count; key++) cache.set(key, key, 1)
    }
    through(50_000)()
    const [small, large] = [Math.max(2, cpuOf(through(50_000))), cpuOf(through(400_000))]
    expect(large / small).toBeLessThan(60)
  })
})
