import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'

/** What a process used between two looks. */
export interface Usage {
  readonly cpuMs: number
  /** The highest resident memory of the whole process meanwhile, in mebibytes. */
  readonly peakMiB: number
  /** It had a socket of the Internet protocols open. */
  readonly onNetwork: boolean
}

const EVERY_MS = 20
const TICK_MS = 10

/** Looks at a process of Linux, whatever it does, until told to stop. */
export class Watch {
  readonly #pid: number
  readonly #timer: NodeJS.Timeout
  readonly #cpuBefore: number
  #cpuMs: number
  #peakMiB = 0
  #onNetwork = false

  constructor(pid: number) {
    this.#pid = pid
    try {
      // The high-water mark begins anew (proc(5))
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // Not allowed here: what is seen at each look has to do
    }
    this.#cpuBefore = this.#cpuMs = cpuOf(pid) ?? 0
    this.#timer = setInterval(() => this.#look(), EVERY_MS)
  }

  stop(): Usage {
    this.#look()
    clearInterval(this.#timer)
    return { cpuMs: this.#cpuMs - this.#cpuBefore, peakMiB: this.#peakMiB, onNetwork: this.#onNetwork }
  }

  #look(): void {
    this.#cpuMs = cpuOf(this.#pid) ?? this.#cpuMs
    this.#peakMiB = Math.max(this.#peakMiB, peakOf(this.#pid) ?? 0)
    this.#onNetwork ||= hasInternetSocket(this.#pid)
  }
}

/** Whether processes can be looked at here. */
export const canWatch = (): boolean => cpuOf(process.pid) !== null

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}

function cpuOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`)
  if (!stat) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

function peakOf(pid: number): number | null {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return kib === undefined ? null : Number(kib) / 1024
}

function hasInternetSocket(pid: number): boolean {
  const inodes = socketsOf(pid)
  if (inodes.size === 0) return false
  return ['tcp', 'tcp6', 'udp', 'udp6'].some((table) =>
    (read(`/proc/${pid}/net/${table}`) ?? '')
      .split('\n')
      .some((line) => inodes.has(line.trim().split(/\s+/)[9] ?? '')),
  )
}

function socketsOf(pid: number): Set<string> {
  const inodes = new Set<string>()
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      if (inode) inodes.add(inode)
    }
  } catch {
    // It has gone, or closed what was listed
  }
  return inodes
}
