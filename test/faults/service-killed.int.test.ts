import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, it } from 'vitest'
import { faultPoints } from '../../src/api/index.ts'
import { describeWith, needs } from '../support/requirements.ts'
import { sharedCluster } from '../support/shared-cluster.ts'
import { interrupt } from './interrupt.ts'
import { service } from './parts.ts'
import { openWorld, type World } from './world.ts'

describeWith([needs.softhsm, needs.postgres], 'the service killed and started again', () => {
  let world: World
  beforeAll(async () => {
    const cluster = await sharedCluster()
    world = await openWorld(await cluster.createDatabase(`faults_${randomBytes(4).toString('hex')}`))
  }, 120_000)
  afterAll(() => world?.close())

  for (const point of faultPoints)
    it(`at ${point}: nothing unrecorded, nothing doubled, the next request works`, async () => {
      await interrupt(world, service, point)
    }, 60_000)
})
