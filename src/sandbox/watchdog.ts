import type { ProcessUsage } from './process-usage.ts'
import type { SandboxLimits } from './types.ts'

/** What a job may use. */
export interface Allowance {
  readonly cpuMs: number
  readonly wallMs: number
  readonly memoryBytes: number
}

/** `heldBytes`: of the file itself and all that is held with it; `streamedBytes`: of content that is only digested. */
export function allowanceFor(limits: SandboxLimits, heldBytes: number, streamedBytes: number): Allowance {
  const longer = limits.cpuMsPerMib * ((heldBytes + streamedBytes) / 2 ** 20)
  return {
    cpuMs: limits.cpuMs + longer,
    wallMs: limits.wallMs + 10 * longer,
    memoryBytes: limits.memoryBytes + heldBytes,
  }
}

export const LOOK_MS = 25

/**
 * Looks at one job from outside, every `LOOK_MS`. Where the system does not tell what a process uses, time alone decides,
 * and is as short as the processor time would be.
 */
export class Watchdog {
  readonly #allowance: Allowance
  readonly #begun: number
  readonly #idle: ProcessUsage | null
  #cpuBefore: number | null = null
  #lookedAt = false

  /** `idle`: what the process had used before any job. */
  constructor(allowance: Allowance, idle: ProcessUsage | null, now: number) {
    this.#allowance = allowance
    this.#idle = idle
    this.#begun = now
  }

  get lookedAt(): boolean {
    return this.#lookedAt
  }

  /** Which limit the job has crossed; null: none. */
  look(usage: ProcessUsage | null, now: number): 'cpu' | 'time' | 'memory' | null {
    const { cpuMs, wallMs, memoryBytes } = this.#allowance
    const elapsed = now - this.#begun
    this.#lookedAt = true
    if (!usage || !this.#idle) return elapsed > cpuMs * 2 ? 'time' : null
    // What earlier jobs used is theirs; of this one at most a look's length is missed
    this.#cpuBefore ??= Math.max(0, usage.cpuMs - elapsed)
    if (usage.cpuMs - this.#cpuBefore > cpuMs) return 'cpu'
    if (usage.residentBytes - this.#idle.residentBytes > memoryBytes) return 'memory'
    return elapsed > wallMs ? 'time' : null
  }
}
