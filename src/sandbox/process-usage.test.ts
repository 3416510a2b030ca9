import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readUsage } from './process-usage.ts'

describe('readUsage', () => {
  it.skipIf(!existsSync('/proc/self/stat'))('tells what this process has used', () => {
    const { cpuMs, residentBytes } = readUsage(process.pid)!
    const { user, system } = process.cpuUsage()
    expect(Math.abs(cpuMs - (user + system) / 1000)).toBeLessThan(1_000)
    expect(residentBytes / process.memoryUsage.rss()).toBeGreaterThan(0.5)
    expect(residentBytes / process.memoryUsage.rss()).toBeLessThan(2)
  })

  it('tells nothing of a process that is not there', () => {
    expect(readUsage(2 ** 30)).toBeNull()
  })
})
