import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodePem } from '../formats/index.ts'
import {
  chainOf,
  encodeSubject,
  hospitals,
  issueCertificate,
  profiles,
  type Revocation,
  staffSubject,
} from '../test-certs/index.ts'
import { createRig, type Rig, samplePdf } from './testing/rig.ts'

let rig: Rig
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })

beforeAll(async () => {
  rig = await createRig({ statusAgeMs: 0, statusDeadlineMs: 1000 })
  issue('usb-token', '+1y')
  issue('usb-expired', '-1d')
})
afterEach(() => {
  rig.responders.behave({ ocsp: 'normal', crl: 'normal' })
  revoke(null)
})
afterAll(() => rig.close())

function issue(name: string, notAfter: '+1y' | '-1d'): void {
  const subject = encodeSubject(staffSubject('BÁC SĨ THỬ NGHIỆM 07', '000000000007', hospitals.a))
  const request = { name, issuer: 'public-ca', subject, publicKey, profile: profiles.staff }
  issueCertificate(rig.pki, { ...request, notBefore: '-30d', notAfter }, rig.deps)
}

function revoke(revocation: Revocation | null): void {
  rig.pki.entities.set('usb-token', { ...rig.pki.entities.get('usb-token')!, revocation })
}
const revoked = (reason: Revocation['reason']): Revocation => ({
  at: new Date(Date.now() - 3_600_000),
  reason,
})

function prepare(name = 'usb-token', chain = chainOf(rig.pki, name)): Promise<Response> {
  const [certificatePem, ...issuers] = chain.map(({ der }) => encodePem('CERTIFICATE', der))
  const body = new FormData()
  body.set('document', new Blob([samplePdf], { type: 'application/pdf' }))
  body.set('options', '{}')
  body.set('certificatePem', certificatePem!)
  if (issuers.length > 0) body.set('chainPem', issuers.join(''))
  return rig.ask('emr', '/v1/signing-requests', { method: 'POST', body })
}
const prepared = async () => (await (await prepare()).json()) as { id: string; dtbs: string }
const valueFor = (dtbs: string) => sign('sha256', Buffer.from(dtbs, 'base64'), privateKey).toString('base64')
const complete = ({ id, dtbs }: { id: string; dtbs: string }, signatureValue = valueFor(dtbs)) =>
  rig.ask('emr', `/v1/signing-requests/${id}/complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ signatureValue }),
  })
const kept = () => readdirSync(join(rig.deps.dataFolder, 'signing-requests')).length

const refusals = [
  ['revoked', 'keyCompromise', 'ERR_SIGNER_CERTIFICATE_REVOKED'],
  ['suspended', 'certificateHold', 'ERR_SIGNER_CERTIFICATE_SUSPENDED'],
] as const

describe('a signer whose key is held elsewhere', () => {
  it('completes without a warning of revocation where the authorities say good, and that is kept', async () => {
    const answer = await complete(await prepared())
    expect([answer.status, answer.headers.get('anky-warning')]).toEqual([200, null])
    const id = answer.headers.get('anky-signature-id')
    const metadata = await (await rig.ask('emr', `/v1/signatures/${id}`)).json()
    expect(metadata).toMatchObject({
      warnings: [],
      revocation: {
        state: 'good',
        certificates: [{ evidence: { kind: 'ocsp' } }, { evidence: { kind: 'crl' } }],
      },
    })
  })

  it.each(refusals)('who is %s prepares nothing, and that is audited', async (_what, reason, code) => {
    await prepared()
    const before = kept()
    revoke(revoked(reason))
    expect(await rig.problem(await prepare())).toEqual({ status: 422, code })
    expect(kept()).toBe(before)
    expect((await rig.audit()).at(-1)).toMatchObject({
      action: 'signer.refuse',
      outcome: 'refused',
      content: { code, evidenceSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })

  it.each(refusals)(
    'who was %s after preparing completes nothing, and may once that is lifted',
    async (_what, reason, code) => {
      const request = await prepared()
      revoke(revoked(reason))
      expect(await rig.problem(await complete(request))).toEqual({ status: 422, code })
      expect((await rig.audit()).at(-1)).toMatchObject({
        action: 'signer.refuse',
        object: `signing-request:${request.id}`,
        content: { code },
      })
      revoke(null)
      expect((await complete(request)).status).toBe(200)
    },
  )

  it('who was revoked after completing gets the same bytes again: they were released before', async () => {
    const request = await prepared()
    const value = valueFor(request.dtbs)
    const first = Buffer.from(await (await complete(request, value)).arrayBuffer())
    revoke(revoked('keyCompromise'))
    const again = await complete(request, value)
    expect(again.status).toBe(200)
    expect(Buffer.from(await again.arrayBuffer()).equals(first)).toBe(true)
  })

  it('completes with the warning where nobody can be asked', async () => {
    rig.responders.behave({ ocsp: { status: 503 }, crl: { status: 503 } })
    const answer = await complete(await prepared())
    expect([answer.status, answer.headers.get('anky-warning')]).toEqual([200, 'WARN_REVOCATION_UNREACHABLE'])
  })

  it.each([
    ['has expired', 'usb-expired', undefined, 'ERR_SIGNER_CERTIFICATE_EXPIRED'],
    ['brings no issuer', 'usb-token', 1, 'ERR_SIGNER_CERTIFICATE_UNTRUSTED'],
  ] as const)('whose certificate %s is refused without asking anybody', async (_what, name, length, code) => {
    const before = { ...rig.responders.taken }
    const answer = await prepare(name, chainOf(rig.pki, name).slice(0, length))
    expect(await rig.problem(answer)).toEqual({ status: 422, code })
    expect(rig.responders.taken).toEqual(before)
  })

  it('whose certificate only looks like one of a known CA is refused, and no address that it names is asked', async () => {
    const [own, issuer, root] = chainOf(rig.pki, 'usb-token')
    const forged = Buffer.from(own!.der)
    forged[forged.length - 1]! ^= 1
    const before = { ...rig.responders.taken }
    const body = new FormData()
    body.set('document', new Blob([samplePdf], { type: 'application/pdf' }))
    body.set('certificatePem', encodePem('CERTIFICATE', forged))
    body.set('chainPem', [issuer!, root!].map(({ der }) => encodePem('CERTIFICATE', der)).join(''))
    const answer = await rig.ask('emr', '/v1/signing-requests', { method: 'POST', body })
    expect(await rig.problem(answer)).toEqual({ status: 422, code: 'ERR_SIGNER_CERTIFICATE_UNTRUSTED' })
    expect(rig.responders.taken).toEqual(before)
  })
})
