import { afterAll, beforeAll, describe, it } from 'vitest'
import { type FaultPoint, faultPoints } from '../../src/api/index.ts'
import { type PostgresCluster, startCluster } from '../support/postgres-cluster.ts'
import { describeWith, needs } from '../support/requirements.ts'
import { interrupt } from './interrupt.ts'
import { authorities, type Part, postgres, timestampAuthority, tokenChild } from './parts.ts'
import { openWorld, type World } from './world.ts'

/** Where nobody has been asked about revocation yet. */
const beforeAsking: readonly FaultPoint[] = [
  'sign.intent-committed',
  'sign.activation-consumed',
  'sign.signer-checked',
  'completion.authenticated',
]

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

  describe('the authorities’ OCSP and CRLs go away and come back', () => {
    for (const point of beforeAsking)
      it(`at ${point}: the signature is made, once`, async () => {
        await interrupt(world, authorities, point)
      }, 60_000)
  })
})
