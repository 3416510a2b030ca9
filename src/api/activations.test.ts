import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CallerName, type CredentialName, createRig, PIN, type Rig, samplePdf } from './testing/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const document = (name: string) => Buffer.from(`tài liệu ${name}`)
const json = { 'content-type': 'application/json' }

interface Ask {
  caller?: CallerName
  credential?: CredentialName
  pin?: string
  documents?: readonly string[]
  headers?: Record<string, string>
  extra?: object
}
const activate = (ask: Ask = {}, from = rig) =>
  from.ask(ask.caller ?? 'emr', '/v1/activations', {
    method: 'POST',
    headers: { ...json, ...ask.headers },
    body: JSON.stringify({
      credential: rig.credentials[ask.credential ?? 'doctorA'],
      documents: ask.documents ?? [digestOf(document('1'))],
      pin: ask.pin ?? PIN,
      ...ask.extra,
    }),
  })

async function tokenFor(...documents: Uint8Array[]): Promise<string> {
  const answer = await activate({ documents: documents.map(digestOf) })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { activation: string }).activation
}

interface Sign {
  caller?: CallerName
  credential?: CredentialName
  headers?: Record<string, string>
}
const sign = (token: string | null, body: Buffer, ask: Sign = {}, from = rig) =>
  from.ask(ask.caller ?? 'emr', `/v1/sign?credential=${rig.credentials[ask.credential ?? 'doctorA']}`, {
    method: 'POST',
    headers: {
      'content-type': 'text/plain',
      ...(token !== null && { 'anky-activation': token }),
      ...ask.headers,
    },
    body,
  })

const required = { status: 403, code: 'ERR_API_ACTIVATION_REQUIRED' }
const invalid = { status: 403, code: 'ERR_API_ACTIVATION_INVALID' }

describe("a person's key", () => {
  it.each(['emr', 'administrator', 'approver', 'auditor', 'bystander'] as const)(
    'never signs for the API key of the %s alone, and that is audited',
    async (caller) => {
      const answer = await sign(null, document('1'), { caller })
      const requestId = answer.headers.get('x-request-id')
      expect(await rig.problem(answer)).toEqual(required)
      expect((await rig.audit()).at(-1)).toMatchObject({
        requestId,
        outcome: 'refused',
        object: `credential:${rig.credentials.doctorA}`,
        content: { code: required.code },
      })
    },
  )

  it("signs on the person's activation", async () => {
    const token = await tokenFor(document('2'))
    const answer = await sign(token, document('2'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('anky-conformity')).toBe('tt15')
    const [made, used] = (await rig.audit()).slice(-2)
    expect(made?.content['activationId']).toMatch(/^[0-9a-f-]{36}$/)
    expect(used?.content['activationId']).toBe(made?.content['activationId'])
  })

  it('signs a PDF likewise', async () => {
    const token = await tokenFor(samplePdf)
    const answer = await rig.ask('emr', `/v1/sign?credential=${rig.credentials.doctorA}`, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf', 'anky-activation': token },
      body: samplePdf,
    })
    expect(answer.status).toBe(200)
  })

  it('does not sign for another document', async () => {
    const token = await tokenFor(document('3'))
    expect(await rig.problem(await sign(token, document('4')))).toEqual(invalid)
  })

  it('does not sign the same document twice', async () => {
    const token = await tokenFor(document('5'), document('6'))
    expect((await sign(token, document('5'))).status).toBe(200)
    expect(await rig.problem(await sign(token, document('5')))).toEqual(invalid)
    expect((await sign(token, document('6'))).status).toBe(200)
  })

  it('signs once of many requests at once', async () => {
    const token = await tokenFor(document('race'))
    const answers = await Promise.all(Array.from({ length: 6 }, () => sign(token, document('race'))))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it("does not sign on another person's activation", async () => {
    const token = await tokenFor(document('7'))
    const answer = await sign(token, document('7'), { credential: 'nurseA' })
    expect(await rig.problem(answer)).toEqual(invalid)
  })

  it('does not sign on an invented one', async () => {
    expect(await rig.problem(await sign('x'.repeat(43), document('8')))).toEqual(invalid)
    expect(await rig.problem(await sign('', document('8')))).toEqual(invalid)
  })

  it.each(['administrator', 'auditor', 'approver'] as const)(
    'does not sign for the %s even on an activation',
    async (caller) => {
      const token = await tokenFor(document(caller))
      const answer = await sign(token, document(caller), { caller })
      expect(await rig.problem(answer)).toEqual({ status: 403, code: 'ERR_API_SCOPE_MISSING' })
    },
  )

  it('does not sign for an API key that may not use it', async () => {
    const token = await tokenFor(document('9'))
    const answer = await sign(token, document('9'), { caller: 'bystander' })
    expect(await rig.problem(answer)).toEqual({ status: 403, code: 'ERR_API_CREDENTIAL_FORBIDDEN' })
  })

  it('does not sign once the activation has lapsed', async () => {
    const token = await tokenFor(document('10'))
    const later = rig.restart({ clock: () => new Date(Date.now() + 120_001) })
    expect(await rig.problem(await sign(token, document('10'), {}, later))).toEqual(invalid)
  })

  it('can be used again for a document that failed before the key was touched', async () => {
    const broken = Buffer.from('không phải PDF')
    const token = await tokenFor(broken)
    const headers = { 'content-type': 'application/pdf' }
    expect((await sign(token, broken, { headers })).status).toBe(422)
    expect((await sign(token, broken)).status).toBe(200)
  })

  it('can be used again after a fault before the key was touched', async () => {
    const token = await tokenFor(document('12'))
    const failing = rig.restart({
      faultPoint: (name) => {
        if (name === 'sign.activation-consumed') throw new Error('fault')
      },
    })
    expect((await sign(token, document('12'), {}, failing)).status).toBe(500)
    expect((await sign(token, document('12'))).status).toBe(200)
  })

  it('answers a repeated request from what it stored, without a second use', async () => {
    const token = await tokenFor(document('11'))
    const headers = { 'idempotency-key': 'once' }
    const first = await sign(token, document('11'), { headers })
    const second = await sign(token, document('11'), { headers })
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.headers.get('anky-signature-id')).toBe(first.headers.get('anky-signature-id'))
  })
})

describe('an activation', () => {
  it('lasts 120 seconds and names its end', async () => {
    const begun = Date.now()
    const answer = (await (await activate()).json()) as { activation: string; expiresAt: string }
    expect(answer.activation).toMatch(/^[\w-]{43}$/)
    const seconds = (Date.parse(answer.expiresAt) - begun) / 1000
    expect(seconds).toBeGreaterThan(115)
    expect(seconds).toBeLessThan(130)
  })

  it('is made once for an idempotency key, whose stored answer needs the PIN again', async () => {
    const headers = { 'idempotency-key': 'activation-1' }
    const first = await (await activate({ headers })).json()
    expect(await (await activate({ headers })).json()).toEqual(first)
    const wrong = await rig.problem(await activate({ headers, pin: '1' }))
    expect(wrong).toEqual({ status: 403, code: 'ERR_API_PIN_INCORRECT' })
    const other = await rig.problem(await activate({ headers, documents: [digestOf(document('z'))] }))
    expect(other).toEqual({ status: 422, code: 'ERR_IDEMPOTENCY_MISMATCH' })
  })

  const many = (count: number) => Array.from({ length: count }, (_, at) => digestOf(Buffer.from(`${at}`)))
  it('covers 500 documents', async () => {
    expect((await activate({ documents: many(500) })).status).toBe(201)
  })

  it.each<[string, Ask, number, string]>([
    ['for 501 documents', { documents: many(501) }, 400, 'ERR_API_FIELD_INVALID'],
    ['for none', { documents: [] }, 400, 'ERR_API_FIELD_INVALID'],
    ['for the same one twice', { documents: [many(1)[0]!, many(1)[0]!] }, 400, 'ERR_API_FIELD_INVALID'],
    ['for a digest in capitals', { documents: ['A'.repeat(64)] }, 400, 'ERR_API_FIELD_INVALID'],
    ['for a short digest', { documents: ['ab'] }, 400, 'ERR_API_FIELD_INVALID'],
    ['with an unknown field', { extra: { status: 'signed' } }, 400, 'ERR_API_FIELD_UNKNOWN'],
    ['without PIN', { extra: { pin: undefined } }, 400, 'ERR_API_FIELD_MISSING'],
    ['with a number for a PIN', { extra: { pin: 1234 } }, 400, 'ERR_API_FIELD_INVALID'],
    ['of a seal', { credential: 'sealA' }, 422, 'ERR_API_CREDENTIAL_NOT_PERSONAL'],
    ["of another hospital's credential", { credential: 'sealB' }, 404, 'ERR_API_OBJECT_NOT_FOUND'],
    ['by an auditor', { caller: 'auditor' }, 403, 'ERR_API_SCOPE_MISSING'],
    ['by an administrator', { caller: 'administrator' }, 403, 'ERR_API_SCOPE_MISSING'],
    ['by a key that may not use it', { caller: 'bystander' }, 403, 'ERR_API_CREDENTIAL_FORBIDDEN'],
    ['as a form', { headers: { 'content-type': 'text/plain' } }, 415, 'ERR_API_MEDIA_TYPE_UNSUPPORTED'],
  ])('%s is refused', async (_, ask, status, code) => {
    expect(await rig.problem(await activate(ask))).toEqual({ status, code })
  })
})

describe('a credential without a PIN', () => {
  it('is not activated', async () => {
    const { database } = rig
    const without = rig.restart({
      database: {
        ...database,
        hospital: (id) => ({ ...database.hospital(id), pinState: async () => null }),
      },
    })
    expect(await rig.problem(await activate({}, without))).toEqual({
      status: 422,
      code: 'ERR_API_PIN_ABSENT',
    })
  })
})

describe('wrong PINs', () => {
  const wrong = (from = rig) => activate({ credential: 'nurseA', pin: '000000' }, from)
  const unlock = (caller: CallerName) =>
    rig.ask(caller, `/v1/credentials/${rig.credentials.nurseA}/unlock`, { method: 'POST' })

  it('are counted and forgotten after a right one', async () => {
    for (let at = 0; at < 4; at++)
      expect(await rig.problem(await wrong())).toEqual({ status: 403, code: 'ERR_API_PIN_INCORRECT' })
    expect((await activate({ credential: 'nurseA' })).status).toBe(201)
    expect(await rig.problem(await wrong())).toEqual({ status: 403, code: 'ERR_API_PIN_INCORRECT' })
    expect((await activate({ credential: 'nurseA' })).status).toBe(201)
  })

  it('lock at the fifth in a row, even sent at once; the right PIN is refused then', async () => {
    expect(await rig.problem(await unlock('administrator'))).toEqual({
      status: 409,
      code: 'ERR_API_PIN_NOT_LOCKED',
    })
    const answers = await Promise.all(Array.from({ length: 7 }, () => wrong()))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([403, 403, 403, 403, 423, 423, 423])
    const right = await activate({ credential: 'nurseA' })
    expect(await rig.problem(right)).toEqual({ status: 423, code: 'ERR_API_PIN_LOCKED' })
  })

  it('are in the audit log, the PIN is nowhere', async () => {
    const rows = await rig.audit()
    expect(rows.filter(({ action }) => action === 'pin.failure').length).toBeGreaterThanOrEqual(10)
    for (const text of [JSON.stringify(rows), rig.logged.join('')]) expect(text).not.toMatch(/000000"|246810/)
  })

  it.each(['emr', 'auditor'] as const)('are not unlocked by the %s', async (caller) => {
    expect(await rig.problem(await unlock(caller))).toEqual({ status: 403, code: 'ERR_API_SCOPE_MISSING' })
  })

  it('are not unlocked by an auditor, whatever the scopes of the key', async () => {
    const { system } = rig.database
    const findCallerByKeyHash: typeof system.findCallerByKeyHash = async (sha256) => {
      const caller = await system.findCallerByKeyHash(sha256)
      return caller && { ...caller, scopes: ['unlock'] }
    }
    const generous = rig.restart({
      database: { ...rig.database, system: { ...system, findCallerByKeyHash } },
    })
    const path = `/v1/credentials/${rig.credentials.nurseA}/unlock`
    expect(await rig.problem(await generous.ask('auditor', path, { method: 'POST' }))).toEqual({
      status: 403,
      code: 'ERR_API_ROLE_FORBIDDEN',
    })
  })

  it('are not unlocked by another hospital', async () => {
    expect(await rig.problem(await unlock('otherEmr'))).toEqual({
      status: 404,
      code: 'ERR_API_OBJECT_NOT_FOUND',
    })
  })

  it('stay locked for an administrator alone, however often', async () => {
    for (let at = 0; at < 2; at++)
      expect(await (await unlock('administrator')).json()).toMatchObject({ state: 'waiting' })
    expect((await activate({ credential: 'nurseA' })).status).toBe(423)
  })

  it('are unlocked by an approver after an administrator', async () => {
    expect(await (await unlock('approver')).json()).toEqual({
      credential: rig.credentials.nurseA,
      state: 'unlocked',
    })
    expect((await activate({ credential: 'nurseA' })).status).toBe(201)
  })
})
