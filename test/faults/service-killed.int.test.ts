import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultPoints } from '../../src/api/index.ts'
import { describeWith, needs } from '../support/requirements.ts'
import { sharedCluster } from '../support/shared-cluster.ts'
import {
  type Aftermath,
  expectKept,
  expectNextWorks,
  repeatAfter,
  type Standing,
  standAt,
} from './interrupt.ts'
import { openWorld, type World } from './world.ts'

// One kill for all points: each has a request of its own standing there, and nothing of a killed process can help another.
describeWith([needs.softhsm, needs.postgres], 'the service killed and started again', () => {
  let world: World
  const standing: Standing[] = []
  let aftermaths: readonly Aftermath[] = []
  beforeAll(async () => {
    const cluster = await sharedCluster()
    world = await openWorld(await cluster.createDatabase(`faults_${randomBytes(4).toString('hex')}`))
  }, 120_000)
  afterAll(() => world?.close())

  it('while a request stands still at each point: the next one works', async () => {
    for (const point of faultPoints) standing.push(await standAt(world, 'B-B', point))
    await world.service().kill()
    await Promise.all(standing.map(({ answer }) => answer))
    await world.restart()
    const stage = world.stage('B-B')
    const repeated = Promise.all(standing.map((one) => repeatAfter(stage, one)))
    await expectNextWorks(stage)
    aftermaths = await repeated
  }, 120_000)

  for (const [index, point] of faultPoints.entries())
    it(`at ${point}: the same request again leads to one signature, the one that was answered`, async () => {
      await expectKept(world, aftermaths[index]!)
    })

  it('and nothing is unrecorded: intents, signatures and the audit log agree', async () => {
    expect(await world.ledger.contradictions()).toEqual([])
  })
})
