import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePem } from '../formats/index.ts'
import {
  chainOf,
  encodeSubject,
  hospitals,
  issueCertificate,
  profiles,
  staffSubject,
} from '../test-certs/index.ts'
import type { FaultPoint } from './fault-points.ts'
import { createRig, type Rig, samplePdf } from './testing/rig.ts'

let rig: Rig
let certificatePem: string
let chainPem: string
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

beforeAll(async () => {
  rig = await createRig()
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const subject = encodeSubject(staffSubject('BÁC SĨ THỬ NGHIỆM 07', '000000000007', hospitals.a))
  const validity = { notBefore: '-1d', notAfter: '+1y' } as const
  issueCertificate(
    rig.pki,
    { name: 'usb-token', issuer: 'public-ca', subject, publicKey, profile: profiles.staff, ...validity },
    rig.deps,
  )
  const [own, ...issuers] = chainOf(rig.pki, 'usb-token').map(({ der }) => encodePem('CERTIFICATE', der))
  certificatePem = own!
  chainPem = issuers.join('')
})
afterAll(() => rig.close())

interface Prepared {
  id: string
  dtbs: string
  digest: string
  digestAlgorithm: string
  signatureAlgorithm: string
  certificateSha256: string
  expiresAt: string
}

function form(changes: Record<string, string | Blob | null> = {}): FormData {
  const data = new FormData()
  const parts = {
    document: new Blob([samplePdf], { type: 'application/pdf' }),
    options: '{}',
    certificatePem,
    chainPem,
    ...changes,
  }
  for (const [name, value] of Object.entries(parts)) if (value !== null) data.set(name, value)
  return data
}

const ask = (body: FormData, headers = {}, from = rig) =>
  from.ask('emr', '/v1/signing-requests', { method: 'POST', headers, body })
const prepare = async (changes = {}) => (await (await ask(form(changes))).json()) as Prepared

const signOutside = ({ dtbs }: Prepared) =>
  sign('sha256', Buffer.from(dtbs, 'base64'), privateKey).toString('base64')
const complete = (
  id: string,
  signatureValue: string,
  from = rig,
  headers = {},
  caller: 'emr' | 'otherEmr' = 'emr',
) =>
  from.ask(caller, `/v1/signing-requests/${id}/complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ signatureValue }),
  })
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

describe('a signature by a key held elsewhere', () => {
  it('is prepared, signed outside and completed', async () => {
    const prepared = await prepare({ options: JSON.stringify({ reason: 'Hội chẩn', level: 'B-T' }) })
    expect(prepared).toMatchObject({
      digestAlgorithm: 'sha256',
      signatureAlgorithm: expect.stringContaining('ECDSA'),
    })
    const digest = createHash('sha256').update(Buffer.from(prepared.dtbs, 'base64')).digest('base64')
    expect(prepared.digest).toBe(digest)
    const answer = await complete(prepared.id, signOutside(prepared))
    const bytes = await bytesOf(answer)
    expect(answer.status, bytes.toString('utf8', 0, 300)).toBe(200)
    expect(bytes.subarray(0, samplePdf.length).equals(samplePdf)).toBe(true)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'anky-level': 'B-T',
      'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
    })
    const id = answer.headers.get('anky-signature-id')
    const metadata = await (await rig.ask('emr', `/v1/signatures/${id}`)).json()
    expect(metadata).toMatchObject({
      credential: null,
      keyProvider: 'external',
      certificateSha256: prepared.certificateSha256,
    })
  })

  it.each(['certificatePem', 'chainPem'])('is refused where %s holds a private key', async (name) => {
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const answer = await ask(form({ [name]: (name === 'chainPem' ? chainPem : certificatePem) + key }))
    expect(await rig.problem(answer)).toEqual({ status: 422, code: 'ERR_API_PRIVATE_KEY_SENT' })
  })

  it('survives a restart between its two steps', async () => {
    const prepared = await prepare()
    const answer = await complete(prepared.id, signOutside(prepared), rig.restart())
    expect(answer.status).toBe(200)
  })

  it('gives the same bytes for the same value again, and for that alone', async () => {
    const prepared = await prepare()
    const value = signOutside(prepared)
    const [first, second] = [await complete(prepared.id, value), await complete(prepared.id, value)]
    expect(second.headers.get('anky-signature-id')).toBe(first.headers.get('anky-signature-id'))
    expect((await bytesOf(first)).equals(await bytesOf(second))).toBe(true)
    const other = await complete(prepared.id, signOutside(prepared))
    expect(await rig.problem(other)).toEqual({ status: 422, code: 'ERR_SIGNATURE_INVALID' })
  })

  it('makes one signature of two completions at once', async () => {
    const prepared = await prepare()
    const value = signOutside(prepared)
    const answers = await Promise.all([complete(prepared.id, value), complete(prepared.id, value)])
    expect(new Set(answers.map(({ headers }) => headers.get('anky-signature-id'))).size).toBe(1)
  })

  it('of any other file is detached, and the file is not kept', async () => {
    const before = readdirSync(join(rig.deps.dataFolder, 'signing-requests')).length
    const prepared = await prepare({ document: new Blob(['Kết quả'], { type: 'text/plain' }) })
    expect(readdirSync(join(rig.deps.dataFolder, 'signing-requests'))).toHaveLength(before)
    const answer = await complete(prepared.id, signOutside(prepared))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pkcs7-signature'])
  })

  it('is prepared once for an idempotency key', async () => {
    const headers = { 'idempotency-key': 'prepare-1' }
    const first = await (await ask(form(), headers)).json()
    expect(await (await ask(form(), headers)).json()).toEqual(first)
    const other = await ask(form({ options: '{"reason":"x"}' }), headers)
    expect(await rig.problem(other)).toEqual({ status: 422, code: 'ERR_IDEMPOTENCY_MISMATCH' })
  })

  it('is completed under an idempotency key that fits nothing else', async () => {
    const prepared = await prepare()
    const headers = { 'idempotency-key': 'complete-1' }
    const value = signOutside(prepared)
    const first = await complete(prepared.id, value, rig, headers)
    const again = await complete(prepared.id, value, rig, headers)
    expect((await bytesOf(again)).equals(await bytesOf(first))).toBe(true)
    const other = await complete(prepared.id, 'AAAA', rig, headers)
    expect(await rig.problem(other)).toEqual({ status: 422, code: 'ERR_IDEMPOTENCY_MISMATCH' })
  })
})

describe('preparing is refused', () => {
  const pem = (name: string) => encodePem('CERTIFICATE', chainOf(rig.pki, name)[0]!.der)
  it.each<[string, () => Record<string, string | Blob | null>, number, string]>([
    ['without certificate', () => ({ certificatePem: null }), 400, 'ERR_API_FIELD_MISSING'],
    ['without document', () => ({ document: null }), 400, 'ERR_API_FIELD_MISSING'],
    ['with an unknown part', () => ({ signerId: 'x' }), 400, 'ERR_API_FIELD_UNKNOWN'],
    ['with an unknown option', () => ({ options: '{"status":"signed"}' }), 400, 'ERR_API_FIELD_UNKNOWN'],
    ['with a credential', () => ({ options: '{"credential":"x"}' }), 400, 'ERR_API_FIELD_UNKNOWN'],
    [
      'with two certificates',
      () => ({ certificatePem: certificatePem + certificatePem }),
      400,
      'ERR_API_FIELD_INVALID',
    ],
    ['with what is no certificate', () => ({ certificatePem: 'xin chào' }), 422, 'ERR_PEM_MALFORMED'],
    ['with broken PEM', () => ({ certificatePem: certificatePem.slice(0, 200) }), 422, 'ERR_PEM_MALFORMED'],
    ['without the chain to an anchor', () => ({ chainPem: null }), 422, 'ERR_SIGNER_CERTIFICATE_UNTRUSTED'],
    [
      'with an expired certificate',
      () => ({ certificatePem: pem('expireda') }),
      422,
      'ERR_SIGNER_CERTIFICATE_EXPIRED',
    ],
    [
      'with a CA certificate',
      () => ({ certificatePem: pem('public-ca') }),
      422,
      'ERR_SIGNER_CERTIFICATE_IS_CA',
    ],
    [
      'with RSA schemes on a curve',
      () => ({ options: '{"scheme":"pss"}' }),
      422,
      'ERR_SIGNER_SCHEME_NOT_RSA',
    ],
    [
      'of a broken PDF',
      () => ({ document: new Blob(['%PDF-1.7'], { type: 'application/pdf' }) }),
      422,
      'ERR_PDF_STARTXREF',
    ],
    ['at B-LT', () => ({ options: '{"level":"B-LT"}' }), 501, 'ERR_API_LEVEL_UNSUPPORTED'],
    ['with a lock', () => ({ options: '{"lock":{}}' }), 501, 'ERR_API_LOCK_UNSUPPORTED'],
  ])('%s', async (_, changes, status, code) => {
    const before = readdirSync(join(rig.deps.dataFolder, 'signing-requests')).length
    expect(await rig.problem(await ask(form(changes())))).toEqual({ status, code })
    expect(readdirSync(join(rig.deps.dataFolder, 'signing-requests'))).toHaveLength(before)
  })

  it('as JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await rig.ask('emr', '/v1/signing-requests', { method: 'POST', headers, body: '{}' })
    expect(await rig.problem(answer)).toEqual({ status: 415, code: 'ERR_API_MEDIA_TYPE_UNSUPPORTED' })
  })

  it.each(['administrator', 'auditor'] as const)('to the %s', async (caller) => {
    const answer = await rig.ask(caller, '/v1/signing-requests', { method: 'POST', body: form() })
    expect(await rig.problem(answer)).toEqual({ status: 403, code: 'ERR_API_SCOPE_MISSING' })
  })

  it('where the data folder cannot be written', async () => {
    const other = rig.restart({ dataFolder: join(rig.deps.dataFolder, 'passphrase', 'x') })
    expect(await rig.problem(await ask(form(), {}, other))).toEqual({
      status: 503,
      code: 'ERR_API_STORAGE_FAILED',
    })
  })
})

describe('completing is refused', () => {
  it.each([
    [
      'a value of another key',
      () =>
        sign(
          'sha256',
          Buffer.from('x'),
          createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })),
        ).toString('base64'),
    ],
    ['no signature at all', () => 'AAAA'],
  ])('with %s, and the right one still completes it', async (_, value) => {
    const prepared = await prepare()
    const answer = await complete(prepared.id, value())
    expect(await rig.problem(answer)).toEqual({ status: 422, code: 'ERR_SIGNATURE_INVALID' })
    expect((await rig.audit()).at(-1)).toMatchObject({
      outcome: 'refused',
      object: `signing-request:${prepared.id}`,
      content: { code: 'ERR_SIGNATURE_INVALID' },
    })
    expect((await complete(prepared.id, signOutside(prepared))).status).toBe(200)
  })

  it('too late', async () => {
    const prepared = await prepare()
    const later = rig.restart({ clock: () => new Date(Date.now() + 30 * 60_000 + 1000) })
    const answer = await complete(prepared.id, signOutside(prepared), later)
    expect(await rig.problem(answer)).toEqual({ status: 410, code: 'ERR_API_SIGNING_REQUEST_EXPIRED' })
  })

  it.each(['otherEmr'] as const)('to %s, as not found', async (caller) => {
    const prepared = await prepare()
    const answer = await complete(prepared.id, signOutside(prepared), rig, {}, caller)
    expect(await rig.problem(answer)).toEqual({ status: 404, code: 'ERR_API_OBJECT_NOT_FOUND' })
  })

  it('with what is no base64', async () => {
    const prepared = await prepare()
    expect(await rig.problem(await complete(prepared.id, '!!!!'))).toEqual({
      status: 400,
      code: 'ERR_API_FIELD_INVALID',
    })
  })

  it('once its document is gone', async () => {
    const prepared = await prepare()
    const file = join(rig.deps.dataFolder, 'signing-requests', `${prepared.id}.pdf`)
    expect(existsSync(file)).toBe(true)
    const other = rig.restart({ dataFolder: join(rig.deps.dataFolder, 'elsewhere') })
    expect((await complete(prepared.id, signOutside(prepared), other)).status).toBe(410)
  })
})

describe('a fault', () => {
  const failingAt = (point: FaultPoint) =>
    rig.restart({
      faultPoint: (name) => {
        if (name === point) throw new Error('fault')
      },
    })
  const files = () => readdirSync(join(rig.deps.dataFolder, 'signing-requests')).length

  it.each(['signing-request.prepared', 'signing-request.document-stored'] as const)(
    'at %s keeps no document, and the request can be made again',
    async (point) => {
      const before = files()
      const headers = { 'idempotency-key': point }
      expect((await ask(form(), headers, failingAt(point))).status).toBe(500)
      expect(files()).toBe(before)
      expect((await ask(form(), headers)).status).toBe(201)
    },
  )

  it.each([
    'completion.authenticated',
    'completion.finished',
    'completion.checked',
    'completion.result-committed',
  ] as const)('at %s leaves one signature once it is completed again', async (point) => {
    const prepared = await prepare()
    const value = signOutside(prepared)
    expect((await complete(prepared.id, value, failingAt(point))).status).toBe(500)
    expect((await complete(prepared.id, value)).status).toBe(200)
    const rows = await rig.audit()
    const object = `signing-request:${prepared.id}`
    expect(rows.filter((row) => row.action === 'signature.create' && row.object === object)).toHaveLength(1)
  })
})
