import { readFileSync } from 'node:fs'

export interface ProcessUsage {
  /** Processor time of all threads since the process began, in milliseconds. */
  readonly cpuMs: number
  readonly residentBytes: number
}

/** Linux counts in hundredths of a second for everybody who asks (USER_HZ), and in pages of 4 KiB nearly everywhere. */
const TICK_MS = 10
const PAGE_BYTES = 4096

/** What a process has used, as Linux tells it; null elsewhere, and where there is no such process. */
export function readUsage(pid: number): ProcessUsage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name, in parentheses, may hold anything
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [userTicks, systemTicks, pages] = [fields[11], fields[12], fields[21]].map(Number)
    if (userTicks === undefined || systemTicks === undefined || pages === undefined) return null
    return { cpuMs: (userTicks + systemTicks) * TICK_MS, residentBytes: pages * PAGE_BYTES }
  } catch {
    return null
  }
}
