import { afterAll, beforeAll, describe, it } from 'vitest'
import { faultPoints } from '../../src/api/index.ts'
import { type PostgresCluster, startCluster } from '../support/postgres-cluster.ts'
import { describeWith, needs } from '../support/requirements.ts'
import { interrupt } from './interrupt.ts'
import { type Part, postgres, timestampAuthority, tokenChild } from './parts.ts'
import { openWorld, type World } from './world.ts'

describeWith([needs.softhsm, needs.postgres], 'while a request stands at', () => {
  let cluster: PostgresCluster
  let world: World
  const parts: Readonly<Record<string, () => Part>> = {
    PostgreSQL: () => postgres(cluster),
    'the token’s process': () => tokenChild,
    'the time-stamping authority': () => timestampAuthority,
  }
  beforeAll(async () => {
    cluster = await startCluster()
    world = await openWorld(await cluster.createDatabase('faults'))
  }, 120_000)
  afterAll(async () => {
    await world?.close()
    await cluster?.remove()
  })

  for (const [name, part] of Object.entries(parts))
    describe(`${name} dies and comes back`, () => {
      for (const point of faultPoints)
        it(`at ${point}: nothing unrecorded, nothing doubled, the next request works`, async () => {
          await interrupt(world, part(), point)
        }, 60_000)
    })
})
