import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { EvaluationFile } from '../../src/main/index.ts'
import type { PostgresCluster } from '../support/postgres-cluster.ts'
import type { Stage } from './journeys.ts'
import type { World } from './world.ts'

/** Something the service cannot sign without, which dies and comes back. */
export interface Part {
  /** What is asked for while it dies: B-T where it takes part in that only. */
  readonly level: Stage['level']
  kill(world: World): Promise<void>
  bringBack(world: World): Promise<void>
}

export const service: Part = {
  level: 'B-B',
  kill: (world) => world.service().kill(),
  bringBack: (world) => world.restart(),
}

export const postgres = (cluster: PostgresCluster): Part => ({
  level: 'B-B',
  kill: () => cluster.kill(),
  bringBack: () => cluster.start(),
})

/** The service starts a new one by itself. */
export const tokenChild: Part = {
  level: 'B-B',
  kill: (world) => killNamed(world, ({ pkcs11 }) => pkcs11[0] ?? null),
  bringBack: async () => {},
}

/** OCSP and CRLs of the signers' authorities; the service starts their process again by itself. */
export const authorities: Part = {
  level: 'B-B',
  kill: (world) => killNamed(world, ({ responders }) => responders),
  bringBack: async () => {},
}

export const timestampAuthority: Part = {
  level: 'B-T',
  kill: (world) => world.gate.shut(),
  bringBack: (world) => world.gate.open(),
}

/** Kills the living process that evaluation.json names, or waits until it names one. */
async function killNamed(world: World, pick: (pids: EvaluationFile['pids']) => number | null): Promise<void> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const pid = pick(world.service().evaluation().pids)
    if (pid !== null && isAlive(pid)) {
      process.kill(pid, 'SIGKILL')
      return
    }
    if (Date.now() > deadline) throw new Error('evaluation.json names no living process')
    await wait(20)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
