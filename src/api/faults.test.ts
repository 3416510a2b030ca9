import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AppDeps } from './deps.ts'
import { type FaultPoint, faultPoints } from './fault-points.ts'
import { createRig, PIN, type Rig } from './testing/rig.ts'
import { makeUnreliable } from './testing/unreliable-database.ts'

let rig: Rig
const open: Rig[] = []
beforeAll(async () => {
  rig = await createRig()
})
// Only one service sweeps a database at a time.
afterEach(async () => {
  for (const other of open.splice(0)) await other.api.drain()
})
afterAll(() => rig.close())

function restart(changes: Partial<AppDeps>): Rig {
  const other = rig.restart(changes)
  open.push(other)
  return other
}

let count = 0
const next = (name: string) => `${name}-${++count}`
const text = { 'content-type': 'text/plain' }
const sign = (from: Rig, body: string, key: string, headers: Record<string, string> = {}) =>
  from.ask('emr', `/v1/sign?credential=${rig.credentials.sealA}`, {
    method: 'POST',
    headers: { ...text, 'idempotency-key': key, ...headers },
    body,
  })

const unfinished = () => rig.database.system.unfinishedIntents()
const digestOf = (body: string) => createHash('sha256').update(body).digest('hex')
/** Signatures recorded over a document. */
async function recorded(body: string) {
  const rows = await rig.database.hospital(rig.hospitalIds.a).listAuditEvents(0, 1000)
  return rows.filter(
    ({ action, content }) => action === 'signature.create' && content['documentSha256'] === digestOf(body),
  )
}

async function untilSigned(from: Rig, body: string, key: string): Promise<{ answer: Response; ms: number }> {
  const begun = performance.now()
  for (;;) {
    const answer = await sign(from, body, key)
    const ms = performance.now() - begun
    if (answer.status === 200 || ms > 10_000) return { answer, ms }
    await wait(100)
  }
}

const signPoints = faultPoints.filter(
  (point) => point.startsWith('sign.') && point !== 'sign.activation-consumed',
)

describe.each(signPoints)('a signature that fails at %s', (point) => {
  const at = (act: () => void | Promise<void>): Partial<AppDeps> => ({
    faultPoint: (name) => (name === point ? act() : undefined),
  })
  const fail = () => {
    throw new Error(`fault at ${point}`)
  }

  it('leaves nothing half-way, and the repeated request is signed once', async () => {
    const [body, key] = [next('fails'), next('key')]
    const answer = await sign(restart(at(fail)), body, key)
    expect(await rig.problem(answer)).toEqual({ status: 500, code: 'ERR_API_UNEXPECTED' })
    expect(await unfinished()).toEqual([])
    expect((await sign(rig, body, key)).status).toBe(200)
    expect(await recorded(body)).toHaveLength(1)
  })

  it('because the service dies is voided at the next start, audited, and signed once then', async () => {
    const [body, key] = [next('dies'), next('key')]
    let reached = () => {}
    const stopped = new Promise<void>((resolve) => {
      reached = resolve
    })
    const dying = rig.restart(
      at(() => {
        reached()
        return new Promise(() => {})
      }),
    )
    void sign(dying, body, key)
    await stopped
    const left = await unfinished()
    const started = restart({})
    expect(await started.api.recover()).toBe(left.length)
    expect(await unfinished()).toEqual([])
    const rows = await rig.database.hospital(rig.hospitalIds.a).listAuditEvents(0, 1000)
    for (const { id } of left)
      expect(rows.some(({ outcome, content }) => outcome === 'voided' && content['intentId'] === id)).toBe(
        true,
      )
    expect((await sign(started, body, key)).status).toBe(200)
    expect(await recorded(body)).toHaveLength(1)
  })

  it('because the database goes away is signed once, within five seconds of its return', async () => {
    const [body, key] = [next('gone'), next('key')]
    const database = makeUnreliable(rig.database)
    let armed = true
    const service = restart({
      database,
      ...at(() => {
        if (armed) database.down = true
        armed = false
      }),
    })
    const answer = await sign(service, body, key)
    expect([200, 503]).toContain(answer.status)
    database.down = false
    const { answer: repeated, ms } = await untilSigned(service, body, key)
    expect(repeated.status).toBe(200)
    expect(ms).toBeLessThan(5000)
    expect(await recorded(body)).toHaveLength(1)
    expect(await unfinished()).toEqual([])
  })
})

describe('the answer of a commit that is lost', () => {
  it.each(['beginIntent', 'completeIntent'] as const)('%s: no second signature', async (call) => {
    const [body, key] = [next('lost'), next('key')]
    const database = makeUnreliable(rig.database)
    const service = restart({ database })
    database.loseAnswerOf = call
    const answer = await sign(service, body, key)
    expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_DB_UNAVAILABLE' })
    const { answer: repeated, ms } = await untilSigned(service, body, key)
    expect([repeated.status, ms < 5000]).toEqual([200, true])
    expect(await recorded(body)).toHaveLength(1)
  })
})

describe('recovery', () => {
  it('leaves alone what is being signed', async () => {
    const [body, key] = [next('slow'), next('key')]
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    let reached = () => {}
    const waiting = new Promise<void>((resolve) => {
      reached = resolve
    })
    const service = restart({
      faultPoint: (name) => {
        if (name !== 'sign.key-used') return
        reached()
        return gate
      },
    })
    const running = sign(service, body, key)
    await waiting
    expect(await service.api.recover()).toBe(0)
    const meanwhile = await sign(service, body, key)
    expect(await rig.problem(meanwhile)).toEqual({ status: 409, code: 'ERR_IDEMPOTENCY_RUNNING' })
    go()
    expect((await running).status).toBe(200)
  })

  it('voids what a crash left although the clock was set back since', async () => {
    const [body, key] = [next('clock'), next('key')]
    let reached = () => {}
    const stopped = new Promise<void>((resolve) => {
      reached = resolve
    })
    const dying = rig.restart({
      faultPoint: (name) => {
        if (name !== 'sign.key-used') return
        reached()
        return new Promise(() => {})
      },
    })
    void sign(dying, body, key)
    await stopped
    const started = restart({ clock: () => new Date(Date.now() - 3_600_000) })
    expect(await started.api.recover()).toBe(1)
    expect(await unfinished()).toEqual([])
    expect((await sign(rig, body, key)).status).toBe(200)
    expect(await recorded(body)).toHaveLength(1)
  })

  it('lets drain wait for what is being signed', async () => {
    let finished = false
    const service = rig.restart({
      faultPoint: async (name) => {
        if (name !== 'sign.key-used') return
        await wait(100)
        finished = true
      },
    })
    const running = sign(service, next('drain'), next('key'))
    await wait(20)
    await service.api.drain()
    expect(finished).toBe(true)
    expect((await running).status).toBe(200)
  })

  it('cannot be told from the outside while the database is away: it throws', async () => {
    const database = makeUnreliable(rig.database)
    const service = restart({ database })
    database.down = true
    await expect(service.api.recover()).rejects.toMatchObject({ code: 'ERR_DB_UNAVAILABLE' })
  })
})

describe('requests without an intent', () => {
  const stamp = (from: Rig, key: string) =>
    from.ask('emr', '/v1/timestamps', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ hash: digestOf(key), hashAlgorithm: 'sha256' }),
    })
  const activate = (from: Rig, key: string) =>
    from.ask('emr', '/v1/activations', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ credential: rig.credentials.doctorA, documents: [digestOf(key)], pin: PIN }),
    })
  const cases: [FaultPoint, typeof stamp, number][] = [
    ['timestamp.received', stamp, 200],
    ['timestamp.recorded', stamp, 200],
    ['activation.pin-checked', activate, 201],
    ['activation.stored', activate, 201],
  ]

  it.each(cases)('that fail at %s can be made again', async (point, ask, status) => {
    const key = next('request')
    const failing = restart({
      faultPoint: (name) => {
        if (name === point) throw new Error('fault')
      },
    })
    expect((await ask(failing, key)).status).toBe(500)
    expect((await ask(rig, key)).status).toBe(status)
  })

  it.each(cases)(
    'that a crash left at %s can be made again after the next start',
    async (point, ask, status) => {
      const key = next('request')
      let reached = () => {}
      const stopped = new Promise<void>((resolve) => {
        reached = resolve
      })
      const dying = rig.restart({
        faultPoint: (name) => {
          if (name !== point) return
          reached()
          return new Promise(() => {})
        },
      })
      void ask(dying, key)
      await stopped
      const started = restart({})
      await started.api.recover()
      expect((await ask(started, key)).status).toBe(status)
    },
  )

  it('that are being worked on are left alone by a sweep, and others too that only wait for them', async () => {
    const key = next('request')
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    let reached = () => {}
    const waiting = new Promise<void>((resolve) => {
      reached = resolve
    })
    const service = restart({
      faultPoint: (name) => {
        if (name !== 'timestamp.received') return
        reached()
        return gate
      },
    })
    const running = stamp(service, key)
    await waiting
    expect(await rig.problem(await stamp(service, key))).toEqual({
      status: 409,
      code: 'ERR_IDEMPOTENCY_RUNNING',
    })
    await service.api.recover()
    expect(await rig.problem(await stamp(rig, key))).toEqual({
      status: 409,
      code: 'ERR_IDEMPOTENCY_RUNNING',
    })
    go()
    expect((await running).status).toBe(200)
  })
})

describe('too much at once', () => {
  it('is sent away with a time to come back, and the rest is signed', async () => {
    const service = restart({
      limits: { ...rig.deps.limits, signing: 1, waiting: 1 },
      faultPoint: () => wait(20),
    })
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => sign(service, next('many'), next('key'))),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(2)
    expect(refused.length).toBeGreaterThanOrEqual(1)
    for (const answer of refused) {
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_API_OVERLOADED' })
    }
    expect(await unfinished()).toEqual([])
  })

  it('of documents to hold is sent away as well', async () => {
    const service = restart({ limits: { ...rig.deps.limits, heldBytes: 1000 } })
    const answer = await service.ask('emr', `/v1/sign?credential=${rig.credentials.sealA}`, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf', 'content-length': '2000' },
      body: 'x',
    })
    expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_API_MEMORY_BUSY' })
  })
})
