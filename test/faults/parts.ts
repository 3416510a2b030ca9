import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
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
  async kill(world) {
    const deadline = Date.now() + 10_000
    for (;;) {
      const [pid] = world.service().evaluation().pids.pkcs11
      if (pid !== undefined && isAlive(pid)) {
        process.kill(pid, 'SIGKILL')
        return
      }
      if (Date.now() > deadline) throw new Error('evaluation.json names no living process of the token')
      await wait(20)
    }
  },
  bringBack: async () => {},
}

export const timestampAuthority: Part = {
  level: 'B-T',
  kill: (world) => world.gate.shut(),
  bringBack: (world) => world.gate.open(),
}

/** OCSP and CRLs of the signers' authorities; the service starts their process again by itself. */
export const authorities: Part = {
  level: 'B-B',
  async kill(world) {
    const { responders } = world.service().evaluation().pids
    if (responders !== null) process.kill(responders, 'SIGKILL')
  },
  bringBack: async () => {},
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
