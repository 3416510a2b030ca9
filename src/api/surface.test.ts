import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSubApp } from './routes/define.ts'
import { addDescription } from './routes/describe.ts'
import { type CallerName, createRig, PIN, type Rig, samplePdf } from './testing/rig.ts'

interface Operation {
  security: object[]
  parameters?: { name: string; in: string; required?: boolean }[]
  requestBody?: { content: Record<string, { schema: { $ref?: string; additionalProperties?: boolean } }> }
  responses: Record<string, unknown>
}
interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, { additionalProperties?: boolean }> }
}
interface Route {
  path: string
  method: string
  operation: Operation
}

let rig: Rig
let description: Description
let routes: Route[]
/** Objects of hospital A, by the first word of the path that takes them. */
const objects: Record<string, string> = {}

beforeAll(async () => {
  rig = await createRig()
  description = (await (await rig.ask(null, '/openapi.json')).json()) as Description
  routes = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const sealed = await rig.ask('emr', `/v1/sign?credential=${rig.credentials.sealA}`, {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body: samplePdf,
  })
  objects['signatures'] = sealed.headers.get('anky-signature-id')!
  objects['credentials'] = rig.credentials.sealA
  const prepared = await rig.ask('emr', '/v1/signing-requests', { method: 'POST', body: await requestForm() })
  expect(prepared.status, await prepared.clone().text()).toBe(201)
  objects['signing-requests'] = ((await prepared.json()) as { id: string }).id
})
afterAll(() => rig.close())

async function requestForm() {
  const { encodePem } = await import('../formats/index.ts')
  const { chainOf } = await import('../test-certs/index.ts')
  const [own, ...issuers] = chainOf(rig.pki, 'seala').map(({ der }) => encodePem('CERTIFICATE', der))
  const form = new FormData()
  form.set('document', new Blob([samplePdf], { type: 'application/pdf' }))
  form.set('options', '{}')
  form.set('certificatePem', own!)
  form.set('chainPem', issuers.join(''))
  return form
}

const digest = createHash('sha256').update('x').digest('hex')
/** A body that each route takes; a route without an entry here fails its tests. */
const bodies: Record<string, () => Record<string, unknown>> = {
  '/v1/activations': () => ({ credential: rig.credentials.doctorA, documents: [digest], pin: PIN }),
  '/v1/credentials/{id}/unlock': () => ({}),
  '/v1/signing-requests/{id}/complete': () => ({ signatureValue: 'AAAA' }),
  '/v1/timestamps': () => ({ hash: digest, hashAlgorithm: 'sha256' }),
}
const guarded = () => routes.filter(({ operation }) => operation.security.length > 0)
const fill = (path: string) => path.replace('{id}', objects[path.split('/')[2]!]!)
const named = (list: Route[]) => list.map((route) => `${route.method} ${route.path}`)

function askAs(
  caller: CallerName | null,
  { path, method, operation }: Route,
  query = '',
  extra: object = {},
) {
  const content = operation.requestBody?.content ?? {}
  const target = `${fill(path)}${query}`
  if ('application/json' in content) {
    const body = JSON.stringify({ ...bodies[path]!(), ...extra })
    return rig.ask(caller, target, { method, headers: { 'content-type': 'application/json' }, body })
  }
  if ('application/pdf' in content)
    return rig.ask(caller, target, {
      method,
      headers: { 'content-type': 'application/pdf' },
      body: samplePdf,
    })
  return rig.ask(caller, target, { method })
}

describe('the OpenAPI description', () => {
  it('is 3.1 and names every route that is served, but none that comes later', () => {
    expect(description.openapi).toBe('3.1.0')
    expect(named(routes).sort()).toEqual([
      'GET /docs',
      'GET /healthz',
      'GET /metrics',
      'GET /openapi.json',
      'GET /readyz',
      'GET /v1/audit-events',
      'GET /v1/credentials',
      'GET /v1/signatures/{id}',
      'POST /v1/activations',
      'POST /v1/credentials/{id}/unlock',
      'POST /v1/sign',
      'POST /v1/signing-requests',
      'POST /v1/signing-requests/{id}/complete',
      'POST /v1/timestamps',
      'POST /v1/verifications',
    ])
  })

  it('says of every JSON body that it has no other fields', () => {
    for (const { path, operation } of guarded()) {
      const schema = operation.requestBody?.content['application/json']?.schema
      if (!schema) continue
      const name = schema.$ref?.split('/').at(-1)
      const resolved = name ? description.components.schemas[name] : schema
      expect(resolved?.additionalProperties, path).toBe(false)
    }
  })

  it('names the problems of every guarded route', () => {
    for (const { path, operation } of guarded())
      expect(Object.keys(operation.responses), path).toEqual(
        expect.arrayContaining(['401', '503', 'default']),
      )
  })

  it('names those of slow and long bodies wherever there is one', () => {
    for (const { path, operation } of guarded())
      if (operation.requestBody)
        expect(Object.keys(operation.responses), path).toEqual(expect.arrayContaining(['408', '413', '507']))
  })

  it('grows with what is added', () => {
    const app = createSubApp()
    addDescription(app)
    expect(app.openAPIRegistry.definitions.length).toBeGreaterThan(0)
  })
})

describe('every guarded route', () => {
  it('needs an API key that is known', async () => {
    for (const route of guarded()) {
      const answer = await askAs(null, route)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(await rig.problem(answer), route.path).toEqual({ status: 401, code: 'ERR_API_KEY_MISSING' })
      const headers = { authorization: `Bearer anky_${'x'.repeat(43)}` }
      const request = new Request(`http://127.0.0.1${fill(route.path)}`, { method: route.method, headers })
      const unknown = await rig.api.fetch(request)
      expect(await rig.problem(unknown), route.path).toEqual({ status: 401, code: 'ERR_API_KEY_UNKNOWN' })
    }
  })

  it('refuses an unknown query field', async () => {
    for (const route of guarded()) {
      const answer = await askAs('emr', route, '?hospitalId=1')
      expect(await rig.problem(answer), route.path).toEqual({ status: 400, code: 'ERR_API_FIELD_UNKNOWN' })
    }
  })

  it.each(['tenantId', 'status', 'signerId', '__proto__', 'constructor'])(
    'refuses the unknown body field %s',
    async (field) => {
      const withBody = guarded().filter(({ operation }) => operation.requestBody?.content['application/json'])
      expect(withBody.length).toBe(Object.keys(bodies).length)
      for (const route of withBody) {
        const caller = route.path.endsWith('unlock') ? 'administrator' : 'emr'
        const extra = Object.fromEntries([[field, 'x']])
        const answer = await askAs(caller, route, '', extra)
        expect(await rig.problem(answer), route.path).toEqual({ status: 400, code: 'ERR_API_FIELD_UNKNOWN' })
      }
    },
  )

  it("does not find another hospital's object, and writes that down", async () => {
    const withId = guarded().filter(({ path }) => path.includes('{id}'))
    expect(withId.length).toBe(3)
    for (const caller of ['otherEmr', 'otherAuditor'] as const)
      for (const route of withId) {
        const answer = await askAs(caller, route)
        const requestId = answer.headers.get('x-request-id')
        const expected = { status: 404, code: 'ERR_API_OBJECT_NOT_FOUND' }
        expect(await rig.problem(answer), route.path).toEqual(expected)
        const row = (await rig.audit('b')).find((event) => event.requestId === requestId)
        expect(row, route.path).toMatchObject({ outcome: 'refused', content: { code: expected.code } })
        expect(row?.object).toContain(fill(route.path).split('/')[3])
      }
  })

  it("does not use another hospital's credential named in query or body, and writes that down", async () => {
    const sign = routes.find(({ path }) => path === '/v1/sign')!
    const activate = routes.find(({ path }) => path === '/v1/activations')!
    const answers = [
      await askAs('otherEmr', sign, `?credential=${rig.credentials.sealA}`),
      await askAs('otherEmr', sign, `?credential=${rig.credentials.doctorA}`),
      await askAs('otherEmr', activate),
    ]
    for (const answer of answers) {
      const requestId = answer.headers.get('x-request-id')
      expect(await rig.problem(answer)).toEqual({ status: 404, code: 'ERR_API_OBJECT_NOT_FOUND' })
      expect((await rig.audit('b')).some((event) => event.requestId === requestId)).toBe(true)
    }
  })

  it('does not tell ids that are nobody’s, or none, from another hospital’s', async () => {
    for (const id of ['019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071', 'x', "1' or '1'='1", '..%2f..']) {
      const answer = await rig.ask('emr', `/v1/signatures/${id}`)
      expect(await rig.problem(answer), id).toEqual({ status: 404, code: 'ERR_API_OBJECT_NOT_FOUND' })
    }
  })

  it('is the only method at its address', async () => {
    for (const { path } of guarded()) {
      const answer = await rig.ask('emr', fill(path), { method: 'DELETE' })
      expect(answer.headers.get('allow'), path).toMatch(/^(POST|GET, HEAD)$/)
      expect(await rig.problem(answer), path).toEqual({ status: 405, code: 'ERR_API_METHOD_NOT_ALLOWED' })
    }
  })

  it.each(['Bearer', 'Basic YTpi', 'Bearer a b', 'Bearer ä', `Bearer ${'x'.repeat(300)}`])(
    'takes no key of the form %j',
    async (authorization) => {
      const headers = new Headers()
      headers.set('authorization', Buffer.from(authorization, 'latin1').toString('latin1'))
      const answer = await rig.api.fetch(new Request('http://127.0.0.1/v1/credentials', { headers }))
      expect(await rig.problem(answer)).toEqual({ status: 401, code: 'ERR_API_KEY_MISSING' })
    },
  )
})

describe('what comes later', () => {
  it.each([
    ['GET', '/v1/jobs/1', 'ERR_API_JOBS_UNSUPPORTED'],
    ['GET', '/v1/jobs/1/result', 'ERR_API_JOBS_UNSUPPORTED'],
  ])('is refused: %s %s', async (method, path, code) => {
    expect(await rig.problem(await rig.ask('emr', path, { method }))).toEqual({ status: 501, code })
  })

  it('is not what was never promised', async () => {
    const answer = await rig.ask('emr', '/v2/sign')
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{24}$/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await rig.problem(answer)).toEqual({ status: 404, code: 'ERR_API_ROUTE_NOT_FOUND' })
    expect(await (await rig.ask(null, '/metrics')).text()).toMatch(
      /method="other",route="unmatched",status="404"/,
    )
  })

  it('is no failure of ours in the log', async () => {
    const from = rig.logged.length
    await rig.ask('emr', '/v1/jobs/1')
    const levels = rig.logged.slice(from).map((line) => (JSON.parse(line) as { level: number }).level)
    expect(Math.max(...levels)).toBeLessThanOrEqual(30)
  })
})

describe('reading', () => {
  it('lists the credentials that an API key may use, and no others', async () => {
    const listed = async (caller: CallerName) => {
      const answer = (await (await rig.ask(caller, '/v1/credentials')).json()) as {
        credentials: { id: string }[]
      }
      return answer.credentials.map(({ id }) => id).sort()
    }
    const { sealB, ...own } = rig.credentials
    expect(await listed('emr')).toEqual(Object.values(own).sort())
    expect(await listed('otherEmr')).toEqual([sealB])
    expect(await listed('bystander')).toEqual([])
  })

  it('shows a signature to who may use its credential or reads the audit log', async () => {
    const path = `/v1/signatures/${objects['signatures']}`
    for (const caller of ['emr', 'auditor', 'administrator'] as const)
      expect((await rig.ask(caller, path)).status, caller).toBe(200)
    for (const caller of ['bystander', 'approver'] as const)
      expect((await rig.ask(caller, path)).status, caller).toBe(404)
  })

  it('gives the audit log in order, page by page, to administrator and auditor', async () => {
    for (const caller of ['administrator', 'auditor'] as const) {
      const page = (await (await rig.ask(caller, '/v1/audit-events?after=1&limit=2')).json()) as {
        events: { sequence: number }[]
      }
      expect(page.events.map(({ sequence }) => sequence)).toEqual([2, 3])
    }
  })

  it.each(['emr', 'approver', 'bystander'] as const)('refuses the audit log to the %s', async (caller) => {
    const expected = { status: 403, code: 'ERR_API_SCOPE_MISSING' }
    expect(await rig.problem(await rig.ask(caller, '/v1/audit-events'))).toEqual(expected)
  })

  it.each(['after=-1', 'after=x', 'limit=0', 'limit=1001', 'limit=1e2'])(
    'refuses a page of %s',
    async (query) => {
      const answer = await rig.ask('auditor', `/v1/audit-events?${query}`)
      expect(await rig.problem(answer)).toEqual({ status: 400, code: 'ERR_API_FIELD_INVALID' })
    },
  )
})

describe('time-stamps', () => {
  const ask = (body: object, headers = {}) =>
    rig.ask('emr', '/v1/timestamps', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  it('are given over a digest in hex or base64, and audited', async () => {
    for (const hash of [digest, Buffer.from(digest, 'hex').toString('base64')]) {
      const answer = await ask({ hash, hashAlgorithm: 'sha256' })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        token: expect.stringMatching(/^[\w+/]+=*$/),
        genTime: expect.stringMatching(/Z$/),
      })
    }
    expect((await rig.audit()).at(-1)).toMatchObject({
      action: 'timestamp.create',
      object: `digest:${digest}`,
    })
  })

  it('are the same again for an idempotency key', async () => {
    const headers = { 'idempotency-key': 'stamp-1' }
    const first = await (await ask({ hash: digest, hashAlgorithm: 'sha256' }, headers)).json()
    expect(await (await ask({ hash: digest, hashAlgorithm: 'sha256' }, headers)).json()).toEqual(first)
  })

  it.each([
    [{ hash: digest, hashAlgorithm: 'sha384' }, 'ERR_API_FIELD_INVALID'],
    [{ hash: digest.slice(2), hashAlgorithm: 'sha256' }, 'ERR_API_FIELD_INVALID'],
    [{ hash: digest, hashAlgorithm: 'sha1' }, 'ERR_API_FIELD_INVALID'],
    [{ hash: digest }, 'ERR_API_FIELD_MISSING'],
    [[], 'ERR_API_FIELD_INVALID'],
  ])('over %j are refused', async (body, code) => {
    expect(await rig.problem(await ask(body))).toEqual({ status: 400, code })
  })

  it('are refused while the authority is away', async () => {
    rig.responders.behave({ tsa: { status: 503 } })
    const answer = await ask({ hash: digest, hashAlgorithm: 'sha256' })
    rig.responders.behave({ tsa: 'normal' })
    expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_TSP_UNAVAILABLE' })
  })
})

describe('operations', () => {
  it('health labels what is for evaluation', async () => {
    expect(await (await rig.ask(null, '/healthz')).json()).toEqual({
      status: 'alive',
      environment: 'evaluation',
      database: { kind: 'pglite', label: expect.stringContaining('evaluation') },
      keys: { provider: 'file', software: true, label: 'software, not HSM' },
      timestamps: { configured: true },
    })
  })

  it('readiness answers 200 when it can sign', async () => {
    expect((await rig.ask(null, '/readyz')).status).toBe(200)
  })

  it.each([
    [
      'keys',
      () => ({
        keys: {
          ...rig.deps.keys,
          describe: () => rig.deps.keys.describe(),
          health: async () => ({ ...(await rig.deps.keys.health()), ok: false, state: 'failed' as const }),
        },
      }),
      'keys: failed',
    ],
    [
      'database',
      () => ({
        database: {
          ...rig.database,
          system: { ...rig.database.system, ping: () => Promise.reject(new Error('gone')) },
        },
      }),
      'database: failed',
    ],
    ['timestamps', () => ({ timestamps: null }), 'timestamps: not configured'],
  ])('readiness is 503 and says why without its %s', async (_, changes, why) => {
    const answer = await rig.restart(changes() as never).ask(null, '/readyz')
    const problem = (await answer.json()) as { detail: string; code: string }
    expect([answer.status, problem.code]).toEqual([503, 'ERR_API_NOT_READY'])
    expect(problem.detail).toContain(why)
  })

  it('figures carry routes as labels, never addresses', async () => {
    const text = await (await rig.ask(null, '/metrics')).text()
    expect(text).toContain('route="/v1/signatures/{id}"')
    expect(text).toMatch(/anky_signatures_total\{format="pades",level="B-B",outcome="success"\} \d/)
    expect(text).not.toContain(objects['signatures'])
  })

  it('the page brings everything along and lets nothing else in', async () => {
    const answer = await rig.ask(null, '/docs')
    const html = await answer.text()
    const policy = answer.headers.get('content-security-policy') ?? ''
    const [script] = /(?<=<script>)[\s\S]*(?=<\/script>)/.exec(html) ?? []
    const [style] = /(?<=<style>)[\s\S]*(?=<\/style>)/.exec(html) ?? []
    for (const text of [script, style])
      expect(policy).toContain(
        `'sha256-${createHash('sha256')
          .update(text ?? '')
          .digest('base64')}'`,
      )
    expect(policy).toContain("default-src 'none'")
    expect(html).toContain('<html lang="vi">')
    expect(html).not.toMatch(/https?:\/\//)
    expect(() => new Function(script ?? '(')).not.toThrow()
  })
})
