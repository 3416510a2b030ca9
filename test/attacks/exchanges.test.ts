import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseTimeStampResponse } from '../../src/formats/index.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import {
  type AttackCase,
  AttackWorld,
  authorityUrl,
  honestAnswer,
  recordAsking,
  recordAskingForIssuer,
  recordNaming,
  soundPlaces,
} from '../../src/test-certs/attacks/index.ts'
import { startResponders } from '../../src/test-certs/index.ts'
import { createHttpSource, type FetchRequest, type ValidationSource } from '../../src/trust/index.ts'
import { builtInPolicies, type VerificationReport } from '../../src/verifier/index.ts'

// What a file may make us fetch: addresses are its own to choose, and nobody has vouched for it yet.

const PUBLIC = '93.184.216.34'
let world: AttackWorld
let sandbox: Sandbox
/** Addresses of names; public unless a test says otherwise. */
let hosts: Readonly<Record<string, readonly (readonly string[])[]>>
/** Answers before the honest ones. */
let answers: (url: URL) => Response | null
let limits: { timeoutMs?: number; maxBytes?: number }
const asked: { readonly url: string; readonly method: string; readonly addresses: readonly string[] }[] = []
const looked = new Map<string, number>()

/** The source of each test, behind one sandbox. */
const source: ValidationSource = {
  issuers: (url) => open().issuers(url),
  crl: (url) => open().crl(url),
  ocsp: (url, request) => open().ocsp(url, request),
}
const open = (): ValidationSource => createHttpSource({ fetch: record, lookup, netAllow: [], limits })

async function lookup(host: string): Promise<readonly string[]> {
  const times = looked.get(host) ?? 0
  looked.set(host, times + 1)
  const rounds = hosts[host] ?? [[PUBLIC]]
  return rounds[Math.min(times, rounds.length - 1)]!
}

async function record(url: string, { method, body, addresses }: FetchRequest): Promise<Response> {
  asked.push({ url, method, addresses })
  const target = new URL(url)
  const given = answers(target)
  if (given) return given
  const found = honestAnswer(world, target.pathname, body ?? null)
  return new Response(found ? Buffer.from(found) : null, { status: found ? 200 : 404 })
}

beforeAll(async () => {
  world = await AttackWorld.build()
  sandbox = createSandbox({ size: 1, source })
})
afterAll(() => sandbox.close())
beforeEach(() => {
  hosts = {}
  answers = () => null
  limits = {}
  asked.splice(0)
  looked.clear()
})

const judge = ({ file, anchors, evidence, at }: AttackCase): Promise<VerificationReport> =>
  sandbox.verify({
    file: { name: 'ho-so', bytes: file },
    context: { anchors, evidence },
    policy: builtInPolicies.hospital,
    at,
  })
const urls = (): string[] => asked.map(({ url }) => url)
const redirect = (location: string): Response => new Response(null, { status: 302, headers: { location } })

describe('a sound record', () => {
  test('passes: first the issuer, and what tells of status only when its path holds', async () => {
    const report = await judge(recordNaming(world))
    expect(report.verdict).toBe('passed')
    expect(urls()[0]).toBe(soundPlaces.issuer)
    expect(new Set(urls())).toEqual(
      new Set([...Object.values(soundPlaces), `${authorityUrl}/crl/national-root.crl`]),
    )
    expect(asked.every(({ addresses }) => addresses.join() === PUBLIC)).toBe(true)
  })
})

describe('before a path holds', () => {
  test('a file whose signature is broken makes nobody ask for anything', async () => {
    expect((await judge(recordNaming(world, { broken: true }))).verdict).not.toBe('passed')
    expect(urls()).toEqual([])
  })

  test('a signer that nobody vouches for gets its status asked nowhere', async () => {
    const report = await judge(recordNaming(world, { issuer: 'impostor-ca', withIssuer: true }))
    expect(report.verdict).toBe('indeterminate')
    expect(urls()).toEqual([])
  })

  test('a signer whose issuer is unknown gets that one asked for, once, and no more', async () => {
    answers = () => new Response(null, { status: 404 })
    const report = await judge(recordNaming(world, { issuer: 'impostor-ca' }))
    expect(report.verdict).toBe('indeterminate')
    expect(urls()).toEqual([soundPlaces.issuer])
  })
})

describe('addresses that are never fetched', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:8080/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://[::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[fd00::1]/',
    'http://[fe80::1]/',
    'file:///etc/passwd',
    'ldap://pki.thu-nghiem.example/cn=ca?certificateRevocationList',
    'ftp://pki.thu-nghiem.example/ca.crl',
    'gopher://pki.thu-nghiem.example/',
    'data:application/pkix-crl;base64,AAAA',
    'http://',
    'http://pki.thu-nghiem.example:99999/',
  ])('%s', async (url) => {
    for (const file of [recordAsking(world, url), recordAskingForIssuer(world, url)]) {
      expect((await judge(file)).verdict).toBe('indeterminate')
    }
    expect(urls().filter((one) => !one.startsWith(`${authorityUrl}/crl/national-root`))).toEqual([])
  })

  test.each<[string, readonly (readonly string[])[]]>([
    ['a private one', [['10.1.2.3']]],
    ['this machine', [['127.0.0.1']]],
    ['a public and a private one', [[PUBLIC, '169.254.169.254']]],
    ['none', [[]]],
  ])('a name that stands for %s', async (_what, rounds) => {
    hosts = { 'evil.example': rounds }
    const report = await judge(recordAskingForIssuer(world, 'http://evil.example/ca.cer'))
    expect(report.verdict).toBe('indeterminate')
    expect(urls()).toEqual([])
  })

  test('a name that changes after it was looked at: the connection is bound to what was seen', async () => {
    hosts = { 'rebinding.example': [[PUBLIC], ['169.254.169.254']] }
    answers = ({ hostname }) =>
      hostname === 'rebinding.example' ? redirect('http://rebinding.example/again') : null
    const report = await judge(recordAskingForIssuer(world, 'http://rebinding.example/ca.cer'))
    expect(report.verdict).toBe('indeterminate')
    expect(asked).toEqual([{ url: 'http://rebinding.example/ca.cer', method: 'GET', addresses: [PUBLIC] }])
  })

  test.each(['http://169.254.169.254/', 'http://localhost.evil.example/', 'file:///etc/passwd', 'ldap://x/'])(
    'where a public one redirects to: %s',
    async (location) => {
      hosts = { 'localhost.evil.example': [['127.0.0.1']] }
      answers = ({ pathname }) => (pathname === '/away' ? redirect(location) : null)
      const report = await judge(recordAskingForIssuer(world, `${authorityUrl}/away`))
      expect(report.verdict).toBe('indeterminate')
      expect(urls()).toEqual([`${authorityUrl}/away`])
    },
  )
})

describe('bounds', () => {
  test('three redirects, and no more', async () => {
    answers = ({ pathname, search }) =>
      pathname === '/round' ? redirect(`/round?${Number(search.slice(1) || 0) + 1}`) : null
    expect((await judge(recordAskingForIssuer(world, `${authorityUrl}/round`))).verdict).toBe('indeterminate')
    expect(urls()).toHaveLength(4)
  })

  test('an answer that never ends is cut off at its length', async () => {
    limits = { maxBytes: 1_000_000 }
    let sent = 0
    const endless = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: (controller) => {
          sent += 65_536
          controller.enqueue(new Uint8Array(65_536).fill(0x30))
        },
      })
    answers = ({ pathname }) => (pathname.startsWith('/crl/') ? new Response(endless()) : null)
    expect((await judge(recordNaming(world))).verdict).toBe('indeterminate')
    expect(sent).toBeLessThan(4_000_000)
  })

  test('an answer that drips is cut off at its time', async () => {
    limits = { timeoutMs: 100 }
    const dripping = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: async (controller) => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          controller.enqueue(Uint8Array.of(0x30))
        },
      })
    answers = ({ pathname }) => (pathname.startsWith('/crl/') ? new Response(dripping()) : null)
    expect((await judge(recordNaming(world))).verdict).toBe('indeterminate')
  })

  test('whatever is behind a forbidden or failing address, the report is the same: it tells nobody what is there', async () => {
    const attacked = recordAskingForIssuer(world, 'http://inside.example/ca.cer')
    const reports: string[] = []
    hosts = { 'inside.example': [['10.0.0.9']] }
    reports.push(JSON.stringify(await judge(attacked)))
    hosts = {}
    for (const status of [204, 401, 404, 500]) {
      answers = () => new Response(null, { status })
      reports.push(JSON.stringify(await judge(attacked)))
    }
    answers = () => new Response('root:x:0:0')
    reports.push(JSON.stringify(await judge(attacked)))
    expect(new Set(reports).size).toBe(1)
  })
})

describe('a time-stamping authority of ours', () => {
  test.each<[string, string, string, Uint8Array]>([
    [
      'a policy of sixty thousand arcs',
      '/tsa',
      'application/timestamp-query',
      Buffer.concat([
        Buffer.from('3082ea6b020101', 'hex'),
        Buffer.from('0682ea60', 'hex'),
        Buffer.alloc(60_000, 1),
      ]),
    ],
    ['an unknown media type', '/tsa', 'text/html', Buffer.from('x')],
    ['a made-up path', `/tsa/${'x'.repeat(2_000)}`, 'application/timestamp-query', Buffer.from('x')],
  ])('%s is refused in no time', async (_what, path, type, body) => {
    const responders = await startResponders({ ...world.env(), pki: world.pki })
    try {
      const before = process.cpuUsage()
      const url = new URL(path, responders.url)
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': type },
        body: Buffer.from(body),
      })
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1000).toBeLessThan(500)
      const bytes = new Uint8Array(await answer.arrayBuffer())
      const isRefusal = answer.status >= 400 || parseTimeStampResponse(bytes).token === null
      expect(isRefusal).toBe(true)
    } finally {
      await responders.close()
    }
  })
})
