import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PostgresCluster, startCluster } from '../../test/support/postgres-cluster.ts'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { entityOf } from '../test-certs/index.ts'
import { faultPoints } from './fault-points.ts'
import { createRig, type Rig } from './testing/rig.ts'
import type { Mission } from './testing/sign-and-die.ts'

const points = faultPoints.filter(
  (point) => point.startsWith('sign.') && point !== 'sign.activation-consumed',
)
const child = fileURLToPath(new URL('./testing/sign-and-die.ts', import.meta.url))

describeWith(needs.postgres, 'whatever is killed at any step, on PostgreSQL', () => {
  let cluster: PostgresCluster
  let url: string
  let rig: Rig
  beforeAll(async () => {
    cluster = await startCluster()
    url = await cluster.createDatabase('kills')
    rig = await createRig({}, url)
  })
  afterAll(async () => {
    await rig.close()
    await cluster.remove()
  })

  const sign = (from: Rig, body: string) =>
    from.ask('emr', `/v1/sign?credential=${rig.credentials.sealA}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'idempotency-key': body },
      body,
    })

  /** Repeats the request until it is signed; gives the milliseconds that took. */
  async function untilSigned(from: Rig, body: string): Promise<number> {
    const begun = performance.now()
    while ((await sign(from, body)).status !== 200) {
      if (performance.now() - begun > 10_000) break
      await wait(100)
    }
    return performance.now() - begun
  }

  async function expectOneSignature(body: string) {
    const digest = createHash('sha256').update(body).digest('hex')
    const rows = (await rig.audit()).filter(({ content }) => content['documentSha256'] === digest)
    expect(rows.filter(({ action }) => action === 'signature.create')).toHaveLength(1)
    expect(await rig.database.system.unfinishedIntents(new Date(Date.now() + 60_000))).toEqual([])
  }

  it.each(points)(
    'PostgreSQL killed at %s: signed once, within five seconds of its return',
    async (point) => {
      const body = `postgres-${point}`
      let armed = true
      const service = rig.restart({
        faultPoint: async (name) => {
          if (name !== point || !armed) return
          armed = false
          await cluster.kill()
        },
      })
      const answer = await sign(service, body)
      expect([200, 503]).toContain(answer.status)
      await cluster.start()
      expect(await untilSigned(service, body)).toBeLessThan(5000)
      await expectOneSignature(body)
      await service.api.drain()
    },
  )

  // What comes before the intent leaves nothing that a next start could find.
  it.each(points.slice(2))('the service killed at %s: signed once after its next start', async (point) => {
    const body = `service-${point}`
    const mission: Mission = {
      url,
      dataFolder: rig.deps.dataFolder,
      root: Buffer.from(entityOf(rig.pki, 'national-root').certificate.der).toString('base64'),
      apiKey: rig.keys.emr,
      credential: rig.credentials.sealA,
      body,
      idempotencyKey: body,
      point,
    }
    const dying = spawn(process.execPath, ['--import', 'tsx', child, JSON.stringify(mission)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [, signal] = (await once(dying, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    const service = rig.restart()
    await service.api.recover()
    expect((await sign(service, body)).status).toBe(200)
    await expectOneSignature(body)
    await service.api.drain()
  })
})
