import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../db/index.ts'
import { pinnedFetch } from '../sandbox/index.ts'
import type { Behaviours, CrlBehaviour, OcspBehaviour, Revocation } from '../test-certs/index.ts'
import {
  createHttpSource,
  createMemoryEvidenceStore,
  type EvidenceStore,
  type Fetch,
} from '../trust/index.ts'
import type { AppDeps } from './deps.ts'
import { type CredentialName, createRig, PIN, type Rig, samplePdf } from './testing/rig.ts'
import { spyOnKeys } from './testing/spy-keys.ts'

/** One service over the whole PKI; each test has its own, with nothing remembered, and responders that are honest. */
let shared: Rig
let rig: Rig
let used: () => number
const open: Rig[] = []
beforeAll(async () => {
  shared = await createRig()
})
beforeEach(() => {
  rig = start()
})
afterEach(async () => {
  behave({ ocsp: 'normal', crl: 'normal' })
  for (const name of ['doctora', 'seala', 'public-ca', 'nursea']) revoke(name, null)
  for (const each of open.splice(0)) await each.api.drain()
})
afterAll(() => shared.close())

/** The shared database, with what was fetched forgotten. */
function withoutCache(database: Database): Database {
  const forgetful = createMemoryEvidenceStore()
  const { cache } = database.evidence
  const put: EvidenceStore['put'] = async (key, evidence) => {
    await cache.put(key, evidence)
    await forgetful.put(key, evidence)
  }
  return { ...database, evidence: { ...database.evidence, cache: { find: forgetful.find, put } } }
}

function start(changes: Partial<AppDeps> = {}, limits: Partial<AppDeps['limits']> = {}): Rig {
  const spy = spyOnKeys(shared.deps.keys)
  used = spy.used
  const started = shared.restart({
    keys: spy.keys,
    database: withoutCache(shared.database),
    limits: { ...shared.deps.limits, statusDeadlineMs: 10_000, ...limits },
    ...changes,
  })
  open.push(started)
  return started
}

const behave = (behaviours: Behaviours) => shared.responders.behave(behaviours)
const hourAgo = () => new Date(Date.now() - 3_600_000)
const keyCompromise = (): Revocation => ({ at: hourAgo(), reason: 'keyCompromise' })
const hold = (): Revocation => ({ at: hourAgo(), reason: 'certificateHold' })
/** From the next answer on. */
function revoke(name: string, revocation: Revocation | null): void {
  const { entities } = shared.pki
  entities.set(name, { ...entities.get(name)!, revocation })
}

let count = 0
const document = () => Buffer.from(`tài liệu ${++count}`)
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const sign = (name: CredentialName, body = document(), activation: string | null = null, query = '') =>
  rig.ask('emr', `/v1/sign?credential=${rig.credentials[name]}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', ...(activation !== null && { 'anky-activation': activation }) },
    body,
  })
async function activate(name: CredentialName, ...documents: Uint8Array[]): Promise<string> {
  const answer = await rig.ask('emr', '/v1/activations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      credential: rig.credentials[name],
      documents: documents.map(digestOf),
      pin: PIN,
    }),
  })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { activation: string }).activation
}
const refusal = (code: string) => ({ status: 422, code })
const lastAudit = async () => (await rig.audit()).at(-1)!
interface Recorded {
  warnings: { code: string; messageVi: string }[]
  revocation: {
    state: string
    certificates: { subject: string; status: string; evidence: null | Record<string, string> }[]
  }
}
async function recordOf(answer: Response): Promise<Recorded> {
  expect(answer.status, await answer.clone().text()).toBe(200)
  const id = answer.headers.get('anky-signature-id')
  return (await (await rig.ask('emr', `/v1/signatures/${id}`)).json()) as Recorded
}
/** How the signer's and the issuing CA's certificates were found. */
const foundBy = ({ revocation }: Recorded) =>
  revocation.certificates.map(({ status, evidence }) => `${status} by ${evidence?.['kind'] ?? 'nobody'}`)

describe('a signer whom the authorities know as good', () => {
  it('signs without a warning of revocation, and what was asked is kept with the signature', async () => {
    const answer = await sign('sealA')
    expect(answer.headers.get('anky-warning')).toBe('WARN_SOFTWARE_KEY')
    const record = await recordOf(answer)
    expect(foundBy(record)).toEqual(['good by ocsp', 'good by crl'])
    expect(record.revocation.state).toBe('good')
    for (const { evidence } of record.revocation.certificates) {
      const kept = await shared.database.evidence.find(evidence!['sha256']!)
      expect(digestOf(kept!)).toBe(evidence!['sha256'])
      expect(evidence!['url']).toContain(shared.responders.url)
      expect(Date.parse(evidence!['nextUpdate']!)).toBeGreaterThan(Date.now())
    }
    expect((await lastAudit()).content).toMatchObject({
      revocation: {
        state: 'good',
        evidence: record.revocation.certificates.map(({ evidence }) => evidence!['sha256']),
      },
    })
  })

  it('is asked about once for many signatures at once, and not again within moments', async () => {
    const before = { ...shared.responders.taken }
    const answers = await Promise.all(Array.from({ length: 20 }, () => sign('sealA')))
    for (const answer of answers) expect(answer.status).toBe(200)
    expect(shared.responders.taken.ocsp - before.ocsp).toBeLessThanOrEqual(2)
    expect(shared.responders.taken.crl - before.crl).toBe(1)
  })

  it.each([
    'stale',
    'future',
    'unknown',
    'wrong-signer',
    'untrusted',
    'wrong-nonce',
    'wrong-certificate',
  ] as const)('is found so by the CRL where the OCSP answer is of the kind %s', async (ocsp) => {
    behave({ ocsp })
    expect(foundBy(await recordOf(await sign('sealA')))).toEqual(['good by crl', 'good by crl'])
  })
  it.each([
    'bad-signature',
    'try-later',
    'internal-error',
    'unauthorized',
    'garbage',
    'truncated',
    'close',
  ] as const)('is found so by the CRL where OCSP gives %s', async (ocsp) => {
    behave({ ocsp })
    expect(foundBy(await recordOf(await sign('sealA')))).toEqual(['good by crl', 'good by crl'])
  })
  it.each(['no-nonce', 'no-next-update'] as const)(
    'is found so by an OCSP answer made just now with %s',
    async (ocsp) => {
      behave({ ocsp })
      expect(foundBy(await recordOf(await sign('sealA')))[0]).toBe('good by ocsp')
    },
  )

  it('is found so by a large CRL, by an index that the next start takes from the database', async () => {
    behave({ ocsp: { status: 503 }, crl: { entries: 20_000 } })
    expect(foundBy(await recordOf(await sign('sealA')))[0]).toBe('good by crl')
    const record = await recordOf(await sign('sealA'))
    const { sha256 } = record.revocation.certificates[0]!.evidence!
    expect(await shared.database.evidence.serialIndexes.find(sha256!)).not.toBeNull()
    revoke('seala', keyCompromise())
    rig = start()
    expect(await rig.problem(await sign('sealA'))).toEqual(refusal('ERR_SIGNER_CERTIFICATE_REVOKED'))
  })
})

describe('a signer who may not sign', () => {
  const byOcsp: Behaviours = {}
  const byCrl: Behaviours = { ocsp: { status: 503 } }

  it.each([
    ['revoked, says OCSP', 'seala', keyCompromise, byOcsp, 'ERR_SIGNER_CERTIFICATE_REVOKED'],
    ['revoked, says the CRL', 'seala', keyCompromise, byCrl, 'ERR_SIGNER_CERTIFICATE_REVOKED'],
    ['suspended, says OCSP', 'seala', hold, byOcsp, 'ERR_SIGNER_CERTIFICATE_SUSPENDED'],
    ['suspended, says the CRL', 'seala', hold, byCrl, 'ERR_SIGNER_CERTIFICATE_SUSPENDED'],
    ['under a revoked CA', 'public-ca', keyCompromise, byOcsp, 'ERR_SIGNER_ISSUER_REVOKED'],
    ['under a suspended CA', 'public-ca', hold, byOcsp, 'ERR_SIGNER_ISSUER_SUSPENDED'],
  ] as const)('because the certificate is %s: the key is not used', async (_what, name, why, told, code) => {
    revoke(name, why())
    behave(told)
    for (const level of ['B-B', 'B-T'] as const) {
      const answer = await sign('sealA', document(), null, `&level=${level}`)
      const problem = (await answer.clone().json()) as { messageVi: string }
      expect(await rig.problem(answer)).toEqual(refusal(code))
      expect(problem.messageVi).toContain(why().reason === 'certificateHold' ? 'tạm dừng' : 'thu hồi')
    }
    expect(used()).toBe(0)
    const { outcome, content } = await lastAudit()
    expect([outcome, content]).toEqual([
      'refused',
      expect.objectContaining({
        code,
        keyUsed: false,
        evidenceSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    ])
    const kept = await shared.database.evidence.find(String(content['evidenceSha256']))
    expect(digestOf(kept!)).toBe(content['evidenceSha256'])
  })

  it('because the authority has announced the revocation for tomorrow', async () => {
    behave(byCrl)
    // entries of the future are only in an authority's own CRL
    const { entities } = shared.pki
    const seal = entities.get('seala')!
    const at = new Date(Date.now() + 86_400_000)
    Object.defineProperty(at, Symbol.toPrimitive, { value: () => 0 })
    entities.set('seala', { ...seal, revocation: { at, reason: 'cessationOfOperation' } })
    expect(await rig.problem(await sign('sealA'))).toEqual(refusal('ERR_SIGNER_CERTIFICATE_REVOKED'))
    expect(used()).toBe(0)
  })

  it('because the certificate has expired: nobody is asked, the key is not used', async () => {
    const before = { ...shared.responders.taken }
    expect(await rig.problem(await sign('expiredA'))).toEqual(refusal('ERR_SIGNER_CERTIFICATE_EXPIRED'))
    expect(shared.responders.taken).toEqual(before)
    expect(used()).toBe(0)
  })

  it('because no configured anchor is behind: nobody is asked, the key is not used', async () => {
    const { tsaCertificates } = shared.deps.trust
    rig = start({ trust: { issuers: [shared.pki.entities.get('tsa')!.certificate], tsaCertificates } })
    const before = { ...shared.responders.taken }
    expect(await rig.problem(await sign('sealA'))).toEqual(refusal('ERR_SIGNER_CERTIFICATE_UNTRUSTED'))
    expect(shared.responders.taken).toEqual(before)
    expect(used()).toBe(0)
  })

  it.each([
    ['revoked', keyCompromise, 'ERR_SIGNER_CERTIFICATE_REVOKED'],
    ['suspended', hold, 'ERR_SIGNER_CERTIFICATE_SUSPENDED'],
  ] as const)(
    'because it was %s between activation and use, though it was good a moment ago',
    async (_what, why, code) => {
      const [first, second, third] = [document(), document(), document()]
      expect((await sign('doctorA', first, await activate('doctorA', first))).status).toBe(200)
      const activation = await activate('doctorA', second, third)
      revoke('doctora', why())
      expect(await rig.problem(await sign('doctorA', second, activation))).toEqual(refusal(code))
      expect(used()).toBe(1)
      // the activation is given back, and may be used once the hold is lifted
      revoke('doctora', null)
      expect((await sign('doctorA', second, activation)).status).toBe(200)
    },
  )

  it('because it was revoked between two documents of one activation', async () => {
    rig = start({}, { statusAgeMs: 0 })
    const [first, second] = [document(), document()]
    const activation = await activate('doctorA', first, second)
    expect((await sign('doctorA', first, activation)).status).toBe(200)
    revoke('doctora', keyCompromise())
    expect(await rig.problem(await sign('doctorA', second, activation))).toEqual(
      refusal('ERR_SIGNER_CERTIFICATE_REVOKED'),
    )
    expect(used()).toBe(1)
  })

  it('because it was revoked while the document was being prepared', async () => {
    rig = start(
      {
        faultPoint: (name) => {
          if (name === 'sign.prepared') revoke('seala', keyCompromise())
        },
      },
      { statusAgeMs: 0 },
    )
    expect(await rig.problem(await sign('sealA'))).toEqual(refusal('ERR_SIGNER_CERTIFICATE_REVOKED'))
    expect(used()).toBe(0)
  })

  it('because it was known as revoked before the authorities went out of reach, after the next start too', async () => {
    revoke('seala', keyCompromise())
    expect(await rig.problem(await sign('sealA'))).toEqual(refusal('ERR_SIGNER_CERTIFICATE_REVOKED'))
    behave({ ocsp: 'close', crl: 'close' })
    for (const service of [rig, start({ database: rig.deps.database })]) {
      rig = service
      expect(await rig.problem(await sign('sealA'))).toEqual(refusal('ERR_SIGNER_CERTIFICATE_REVOKED'))
      expect(used()).toBe(0)
    }
  })

  it('is refused again as soon as the authorities are back', async () => {
    behave({ ocsp: { delayMs: 60_000 }, crl: { delayMs: 60_000 } })
    rig = start({}, { statusDeadlineMs: 200, statusAgeMs: 0 })
    expect((await sign('sealA')).status).toBe(200)
    const before = used()
    revoke('nursea', keyCompromise())
    behave({ ocsp: 'normal', crl: 'normal' })
    const body = document()
    expect(await rig.problem(await sign('nurseA', body, await activate('nurseA', body)))).toEqual(
      refusal('ERR_SIGNER_CERTIFICATE_REVOKED'),
    )
    expect(used()).toBe(before)
  })
})

describe('revocation out of reach', () => {
  const silent: Behaviours = { ocsp: { status: 503 }, crl: { status: 503 } }
  const warned = 'WARN_REVOCATION_UNREACHABLE, WARN_SOFTWARE_KEY'

  it.each(['B-B', 'B-T'] as const)(
    'a signature at %s leaves with the warning, in all places',
    async (level) => {
      behave(silent)
      const answer = await sign('sealA', document(), null, `&level=${level}`)
      expect([answer.status, answer.headers.get('anky-level'), answer.headers.get('anky-warning')]).toEqual([
        200,
        level,
        warned,
      ])
      const record = await recordOf(answer)
      expect(record.revocation).toMatchObject({
        state: 'unreachable',
        certificates: [
          { status: 'unknown', evidence: null },
          { status: 'unknown', evidence: null },
        ],
      })
      expect(record.warnings[0]).toMatchObject({
        code: 'WARN_REVOCATION_UNREACHABLE',
        messageVi: expect.stringContaining('thu hồi'),
      })
      expect((await lastAudit()).content).toMatchObject({
        warnings: ['WARN_REVOCATION_UNREACHABLE', 'WARN_SOFTWARE_KEY'],
        revocation: { state: 'unreachable', evidence: [] },
      })
    },
  )

  it.each([
    'close',
    'garbage',
    'truncated',
    'redirect',
    { delayMs: 60_000 },
    'slow-drip',
    'endless',
  ] as const)('because both give %j: the signature leaves in time, with the warning', async (lie) => {
    behave({ ocsp: lie, crl: lie })
    rig = start({}, { statusDeadlineMs: 400 })
    const begun = performance.now()
    const answer = await sign('sealA')
    expect(answer.headers.get('anky-warning')).toBe(warned)
    expect(performance.now() - begun).toBeLessThan(2500)
  })

  it('for long does not hold up each signature for as long', async () => {
    behave({ ocsp: { delayMs: 60_000 }, crl: { delayMs: 60_000 } })
    rig = start({}, { statusDeadlineMs: 1200, statusAgeMs: 0 })
    await sign('sealA')
    const begun = performance.now()
    const answer = await sign('sealA')
    expect(answer.headers.get('anky-warning')).toBe(warned)
    // twice, before and after preparing, OCSP and CRL one after the other
    expect(performance.now() - begun).toBeLessThan(2 * 1200)
  })

  const crlLies = [
    'stale',
    'future',
    'bad-signature',
    'wrong-key',
    'wrong-issuer',
    'delta',
    'unknown-critical',
  ] as const
  it.each(crlLies)('because OCSP is silent and the CRL is of the kind %s', async (crl) => {
    behave({ ocsp: { status: 503 }, crl })
    const answer = await sign('sealA')
    expect(answer.headers.get('anky-warning')).toBe(warned)
    expect((await recordOf(answer)).revocation.state).toBe('unreachable')
  })

  const ocspLies = [
    'stale',
    'future',
    'unknown',
    'wrong-signer',
    'untrusted',
    'wrong-nonce',
    'wrong-certificate',
  ] as const
  it.each(ocspLies)('because the CRL is silent and the OCSP answer is of the kind %s', async (ocsp) => {
    behave({ ocsp, crl: { status: 503 } })
    const answer = await sign('sealA')
    expect(answer.headers.get('anky-warning')).toBe(warned)
    expect((await recordOf(answer)).revocation.certificates[0]).toMatchObject({
      status: 'unknown',
      evidence: null,
    })
  })

  it('is told again once the authorities fall silent, though they said good before', async () => {
    rig = start({}, { statusAgeMs: 0 })
    expect((await sign('sealA')).headers.get('anky-warning')).toBe('WARN_SOFTWARE_KEY')
    behave(silent)
    const record = await recordOf(await sign('sealA'))
    // of the CA's certificate the CRL that we have is still the current one
    expect(foundBy(record)).toEqual(['unknown by nobody', 'good by crl'])
    expect(record.warnings[0]!.code).toBe('WARN_REVOCATION_UNREACHABLE')
  })

  it('because the answers are too long', async () => {
    behave({ ocsp: { status: 503 }, crl: { entries: 30_000 } })
    const { lookup, fetch } = { lookup: async (host: string) => [host], fetch: pinnedFetch }
    const limits = { maxBytes: 100_000 }
    rig = start({ liveEvidence: createHttpSource({ fetch, lookup, netAllow: ['127.0.0.1'], limits }) })
    expect((await sign('sealA')).headers.get('anky-warning')).toBe(warned)
  })

  it.each([
    ['http://10.0.0.1/crl', 'a private address'],
    ['http://169.254.169.254/latest/meta-data', 'the metadata of a cloud'],
    ['http://localhost.internal/crl', 'a name of a private address'],
    ['file:///etc/passwd', 'a file'],
  ])('because the authority sends us on to %s, %s, where nobody goes', async (location) => {
    const fetched: string[] = []
    const redirecting: Fetch = async (url) => {
      fetched.push(url)
      return { status: 302, headers: new Headers({ location }), body: null }
    }
    const lookup = async (host: string) => [host.endsWith('.internal') ? '192.168.0.1' : host]
    rig = start({
      liveEvidence: createHttpSource({ fetch: redirecting, lookup, netAllow: ['127.0.0.1'] }),
    })
    expect((await sign('sealA')).headers.get('anky-warning')).toBe(warned)
    expect(fetched.length).toBeGreaterThan(0)
    for (const url of fetched) expect(url).toContain(shared.responders.url)
  })

  it('because the addresses are not allowed: nobody is asked', async () => {
    const fetched: string[] = []
    const fetch: Fetch = async (url) => {
      fetched.push(url)
      throw new Error('not reached')
    }
    const lookup = async (host: string) => [host]
    rig = start({ liveEvidence: createHttpSource({ fetch, lookup, netAllow: [] }) })
    expect((await sign('sealA')).headers.get('anky-warning')).toBe(warned)
    expect(fetched).toEqual([])
  })
})

describe('whatever OCSP and CRL say', () => {
  const ocsps: OcspBehaviour[] = [
    'normal',
    'stale',
    'unknown',
    'wrong-signer',
    'bad-signature',
    { status: 503 },
  ]
  const crls: CrlBehaviour[] = ['normal', 'stale', 'wrong-key', 'bad-signature', { status: 503 }]
  const combinations = ocsps.flatMap((ocsp) => crls.map((crl) => ({ ocsp, crl })))

  it.each(combinations)(
    'of a revoked and of a good certificate ($ocsp, $crl), only the truth counts',
    async (told) => {
      behave(told)
      const isNew = told.ocsp === 'normal' || told.crl === 'normal'
      const good = await recordOf(await sign('sealA'))
      expect(good.revocation.certificates[0]!.status).toBe(isNew ? 'good' : 'unknown')
      revoke('seala', keyCompromise())
      rig = start()
      const answer = await sign('sealA')
      // who was revoked for good stays so, however old the answer that tells it
      if (isNew || told.crl === 'stale') {
        expect(await rig.problem(answer)).toEqual(refusal('ERR_SIGNER_CERTIFICATE_REVOKED'))
        expect(used()).toBe(0)
      } else {
        expect((await recordOf(answer)).revocation.certificates[0]!.status).toBe('unknown')
      }
    },
  )
})

it('a signed PDF says how its certificates stood, as a detached signature does', async () => {
  const answer = await rig.ask('emr', `/v1/sign?credential=${rig.credentials.sealA}`, {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body: samplePdf,
  })
  expect(foundBy(await recordOf(answer))).toEqual(['good by ocsp', 'good by crl'])
})
