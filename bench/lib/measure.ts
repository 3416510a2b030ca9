/** Something to be timed, alone or against others. */
export interface Candidate {
  readonly name: string
  readonly run: () => unknown | Promise<unknown>
}

export interface Measurement {
  readonly name: string
  /** CPU milliseconds of the whole process, user and system: the minimum of all rounds. */
  readonly cpuMs: number
  /** Why it could not be measured; null where it was. */
  readonly failure: string | null
}

/**
 * Runs the candidates one after the other, round by round, so that all meet the same machine, and keeps each one's
 * fewest CPU milliseconds. Each is warmed up for `warmMs` first, since a service runs for months; a round repeats it
 * until it has used about `roundMs`. Garbage is collected when V8 sees fit and counts: a forced collection makes V8
 * throw compiled code away, which no service ever sees.
 */
export async function compareCpu(
  candidates: readonly Candidate[],
  options: { readonly rounds?: number; readonly roundMs?: number; readonly warmMs?: number } = {},
): Promise<Measurement[]> {
  const { rounds = 20, roundMs = 20, warmMs = 1_000 } = options
  const best = candidates.map(() => Number.POSITIVE_INFINITY)
  const failures = candidates.map((): string | null => null)
  const repeats = candidates.map(() => 1)
  for (let round = -1; round < rounds; round++) {
    for (const [index, { run }] of candidates.entries()) {
      if (failures[index]) continue
      try {
        if (round < 0) {
          const cpuMs = await warmUp(run, warmMs)
          repeats[index] = Math.max(1, Math.round(roundMs / Math.max(cpuMs, 0.05)))
        } else best[index] = Math.min(best[index]!, await timeCpu(run, repeats[index]!))
      } catch (error) {
        failures[index] = error instanceof Error ? error.message.slice(0, 120) : String(error)
      }
    }
  }
  return candidates.map(({ name }, index) => ({
    name,
    cpuMs: best[index]!,
    failure: failures[index]!,
  }))
}

/** Runs it until `ms` have passed; returns the CPU milliseconds of the last run. */
async function warmUp(run: Candidate['run'], ms: number): Promise<number> {
  const until = performance.now() + ms
  for (;;) {
    const cpuMs = await timeCpu(run, 1)
    if (performance.now() >= until) return cpuMs
  }
}

async function timeCpu(run: Candidate['run'], repeats: number): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < repeats; i++) await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / repeats
}
