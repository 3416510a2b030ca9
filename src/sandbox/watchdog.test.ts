import { describe, expect, it } from 'vitest'
import { defaultLimits } from './types.ts'
import { allowanceFor, Watchdog } from './watchdog.ts'

const mebi = 2 ** 20
const idle = { cpuMs: 500, residentBytes: 80 * mebi }
const small = allowanceFor(defaultLimits, 100_000, 0)

describe('the allowance of a file', () => {
  it('is two seconds of processor time and 256 MiB for a small one', () => {
    const { cpuMs, memoryBytes } = allowanceFor(defaultLimits, 0, 0)
    expect(cpuMs).toBe(2_000)
    expect(memoryBytes).toBe(256 * mebi)
  })

  it('grows in time with what is read, and in memory with what is held', () => {
    const held = allowanceFor(defaultLimits, 100 * mebi, 0)
    const streamed = allowanceFor(defaultLimits, 0, 100 * mebi)
    expect(held.cpuMs).toBe(3_000)
    expect(streamed.cpuMs).toBe(3_000)
    expect(held.memoryBytes).toBe(356 * mebi)
    expect(streamed.memoryBytes).toBe(256 * mebi)
  })
})

describe('the watchdog', () => {
  const at = (cpuMs: number, residentMib: number) => ({ cpuMs, residentBytes: residentMib * mebi })

  it('says nothing of a job within its limits', () => {
    const dog = new Watchdog(small, idle, 0)
    expect(dog.look(at(520, 100), 25)).toBeNull()
    expect(dog.look(at(2_400, 300), 2_000)).toBeNull()
  })

  it('sees too much processor time, without that of earlier jobs', () => {
    const dog = new Watchdog(small, idle, 0)
    expect(dog.look(at(60_000, 100), 25)).toBeNull()
    expect(dog.look(at(61_900, 100), 1_930)).toBeNull()
    expect(dog.look(at(62_100, 100), 2_150)).toBe('cpu')
  })

  it('sees too much memory', () => {
    const dog = new Watchdog(small, idle, 0)
    expect(dog.look(at(520, 80 + 257), 25)).toBe('memory')
  })

  it('sees a job that waits for ever', () => {
    const dog = new Watchdog(small, idle, 0)
    expect(dog.look(at(520, 80), 25)).toBeNull()
    expect(dog.look(at(530, 80), 30_000)).toBe('time')
  })

  it('goes by the clock where a system tells nothing', () => {
    const dog = new Watchdog(small, null, 0)
    expect(dog.look(null, 3_900)).toBeNull()
    expect(dog.look(null, 4_100)).toBe('time')
  })
})
