import { expect, it } from 'vitest'
import type { HospitalRepository } from '../ports.ts'
import {
  answer,
  audit,
  type Bench,
  createHospital,
  intentFor,
  newId,
  requestFor,
  sha256,
  signatureFor,
} from './fixtures.ts'

const count = async (repository: HospitalRepository) => (await repository.listAuditEvents(0, 1000)).length

/** Intents, signatures and idempotency. */
export function specifySignatures(bench: () => Bench): void {
  const hospital = () => createHospital(bench(), 'BỆNH VIỆN THỬ NGHIỆM A')
  const later = (ms: number) => {
    bench().clock.now = new Date(bench().clock.now.getTime() + ms)
  }

  it('an intent is begun and completed: signature, audit row and answer are there', async () => {
    const a = await hospital()
    const [intent, request, stored] = [intentFor(a), requestFor(a), answer()]
    expect(await a.repository.beginIntent(intent, request)).toEqual({ state: 'new' })
    const signature = signatureFor(a, intent.id)
    const event = await a.repository.completeIntent(intent.id, signature, audit('sign'), stored)
    expect(event.sequence).toBe(1)
    expect(await a.repository.findSignature(signature.id)).toEqual(signature)
    expect(await a.repository.beginIntent(intentFor(a), request)).toEqual({ state: 'done', answer: stored })
  })

  it('an intent is completed without an idempotency key', async () => {
    const a = await hospital()
    const intent = intentFor(a)
    await a.repository.beginIntent(intent, null)
    const signature = { ...signatureFor(a, intent.id), timestampTime: new Date('2026-11-25T08:00:00Z') }
    await a.repository.completeIntent(intent.id, signature, audit('sign'), answer())
    expect(await a.repository.findSignature(signature.id)).toEqual(signature)
  })

  it('the same key while the first runs: running; with another fingerprint: mismatch; neither writes an intent', async () => {
    const a = await hospital()
    const request = requestFor(a)
    await a.repository.beginIntent(intentFor(a), request)
    expect(await a.repository.beginIntent(intentFor(a), request)).toEqual({ state: 'running' })
    const other = { ...request, fingerprint: sha256('khác') }
    expect(await a.repository.beginIntent(intentFor(a), other)).toEqual({ state: 'mismatch' })
    expect((await unfinished(a.id)).length).toBe(1)
  })

  it('the same idempotency key of another API key or hospital is another request', async () => {
    const [a, b] = [await hospital(), await hospital()]
    const request = requestFor(a)
    await a.repository.beginIntent(intentFor(a), request)
    const ofDoctor = { ...request, apiKeyId: a.keys.doctor.id }
    expect(await a.repository.beginIntent(intentFor(a), ofDoctor)).toEqual({ state: 'new' })
    const ofB = { ...request, apiKeyId: b.keys.client.id }
    expect(await b.repository.beginIntent(intentFor(b), ofB)).toEqual({ state: 'new' })
  })

  it('an answer is repeated for 24 h after it was given, then the key is new', async () => {
    const a = await hospital()
    const [intent, request] = [intentFor(a), requestFor(a)]
    await a.repository.beginIntent(intent, request)
    await a.repository.completeIntent(intent.id, signatureFor(a, intent.id), audit('sign'), answer())
    later(24 * 3600_000 - 1)
    expect(await a.repository.beginIntent(intentFor(a), request)).toMatchObject({ state: 'done' })
    later(1)
    expect(await a.repository.beginIntent(intentFor(a), { ...request, fingerprint: sha256('khác') })).toEqual(
      {
        state: 'new',
      },
    )
  })

  it('a voided intent releases its key, is audited, and can be neither voided nor completed again', async () => {
    const a = await hospital()
    const [intent, request] = [intentFor(a), requestFor(a)]
    await a.repository.beginIntent(intent, request)
    await a.repository.voidIntent(intent.id, { ...audit('sign'), outcome: 'voided' })
    const notRunning = { code: 'ERR_DB_INTENT_NOT_RUNNING', retryable: false }
    await expect(a.repository.voidIntent(intent.id, audit('sign'))).rejects.toMatchObject(notRunning)
    await expect(
      a.repository.completeIntent(intent.id, signatureFor(a, intent.id), audit('sign'), answer()),
    ).rejects.toMatchObject(notRunning)
    expect(await count(a.repository)).toBe(1)
    expect(await a.repository.beginIntent(intentFor(a), request)).toEqual({ state: 'new' })
  })

  it('a completed intent can be neither completed again nor voided; nothing is written twice', async () => {
    const a = await hospital()
    const intent = intentFor(a)
    await a.repository.beginIntent(intent, null)
    await a.repository.completeIntent(intent.id, signatureFor(a, intent.id), audit('sign'), answer())
    const second = signatureFor(a, intent.id)
    await expect(
      a.repository.completeIntent(intent.id, second, audit('sign'), answer()),
    ).rejects.toMatchObject({ code: 'ERR_DB_INTENT_NOT_RUNNING' })
    await expect(a.repository.voidIntent(intent.id, audit('sign'))).rejects.toMatchObject({
      code: 'ERR_DB_INTENT_NOT_RUNNING',
    })
    expect(await a.repository.findSignature(second.id)).toBeNull()
    expect(await count(a.repository)).toBe(1)
  })

  it('an intent that was never begun can be neither completed nor voided', async () => {
    const a = await hospital()
    await expect(a.repository.voidIntent(newId(), audit('sign'))).rejects.toMatchObject({
      code: 'ERR_DB_INTENT_NOT_RUNNING',
    })
  })

  it('where the audit row cannot be written, neither signature nor answer is kept and the intent runs on', async () => {
    const a = await hospital()
    const [intent, request] = [intentFor(a), requestFor(a)]
    await a.repository.beginIntent(intent, request)
    const signature = signatureFor(a, intent.id)
    const bad = { ...audit('sign'), content: { sum: Number.NaN } }
    await expect(a.repository.completeIntent(intent.id, signature, bad, answer())).rejects.toMatchObject({
      code: 'ERR_DB_VALUE_INVALID',
      details: { field: '$.sum' },
    })
    expect(await a.repository.findSignature(signature.id)).toBeNull()
    expect(await a.repository.beginIntent(intentFor(a), request)).toEqual({ state: 'running' })
    expect((await unfinished(a.id)).map((found) => found.id)).toEqual([intent.id])
    await a.repository.completeIntent(intent.id, signature, audit('sign'), answer())
  })

  it('a signature whose digest is none is refused without quoting it', async () => {
    const a = await hospital()
    const intent = intentFor(a)
    await a.repository.beginIntent(intent, null)
    const signature = { ...signatureFor(a, intent.id), resultSha256: 'BÍ MẬT' }
    const error = await a.repository
      .completeIntent(intent.id, signature, audit('sign'), answer())
      .catch((thrown: Error) => thrown)
    expect(error).toMatchObject({
      code: 'ERR_DB_VALUE_INVALID',
      details: { field: 'signatures_result_sha256_check' },
    })
    const { message, cause } = error as Error
    expect(`${message} ${String((cause as Error).message)} ${JSON.stringify(cause)}`).not.toContain('BÍ MẬT')
  })

  it('unfinished intents are those still running, whatever the clock says of them', async () => {
    const a = await hospital()
    const old = intentFor(a, { createdAt: new Date('2026-11-25T07:00:00Z') })
    const ahead = intentFor(a, { createdAt: new Date('2027-11-25T09:00:00Z') })
    const done = intentFor(a)
    for (const intent of [old, ahead, done]) await a.repository.beginIntent(intent, null)
    await a.repository.completeIntent(done.id, signatureFor(a, done.id), audit('sign'), answer())
    expect(await unfinished(a.id)).toEqual([old, ahead])
  })

  it('requests without an intent: running, then answered; a second answer is refused', async () => {
    const a = await hospital()
    const [request, stored] = [requestFor(a), answer(201)]
    expect(await a.repository.beginRequest(request)).toEqual({ state: 'new' })
    expect(await a.repository.beginRequest(request)).toEqual({ state: 'running' })
    await a.repository.finishRequest(request, stored)
    expect(await a.repository.beginRequest(request)).toEqual({ state: 'done', answer: stored })
    await expect(a.repository.finishRequest(request, answer())).rejects.toMatchObject({
      code: 'ERR_DB_REQUEST_NOT_RUNNING',
    })
    await a.repository.releaseRequest(request)
    expect(await a.repository.beginRequest(request)).toMatchObject({ state: 'done' })
  })

  it('a released request may be made again; answering one that was not begun is refused', async () => {
    const a = await hospital()
    const request = requestFor(a)
    await a.repository.beginRequest(request)
    await a.repository.releaseRequest(request)
    expect(await a.repository.beginRequest(request)).toEqual({ state: 'new' })
    await expect(a.repository.finishRequest(requestFor(a), answer())).rejects.toMatchObject({
      code: 'ERR_DB_REQUEST_NOT_RUNNING',
    })
  })

  it('abandoned requests without an intent are released; answered ones and those with an intent stay', async () => {
    const a = await hospital()
    const [abandoned, answered, intended] = [requestFor(a), requestFor(a), requestFor(a)]
    await a.repository.beginRequest(abandoned)
    await a.repository.beginRequest(answered)
    await a.repository.finishRequest(answered, answer())
    await a.repository.beginIntent(intentFor(a), intended)
    expect(await bench().database.system.releaseAbandonedRequests(() => false)).toBeGreaterThanOrEqual(1)
    expect(await a.repository.beginRequest(abandoned)).toEqual({ state: 'new' })
    expect(await a.repository.beginRequest(answered)).toMatchObject({ state: 'done' })
    expect(await a.repository.beginIntent(intentFor(a), intended)).toEqual({ state: 'running' })
  })

  it('a request without an intent that somebody works on is not released, whatever the clock says', async () => {
    const a = await hospital()
    const request = requestFor(a)
    later(365 * 24 * 3600_000)
    await a.repository.beginRequest(request)
    later(-2 * 365 * 24 * 3600_000)
    const asked: string[] = []
    const isRunning = ({ apiKeyId, key }: { apiKeyId: string; key: string }) => {
      asked.push(key)
      return apiKeyId === request.apiKeyId && key === request.key
    }
    await bench().database.system.releaseAbandonedRequests(isRunning)
    expect(asked).toContain(request.key)
    expect(await a.repository.beginRequest(request)).toEqual({ state: 'running' })
    await bench().database.system.releaseAbandonedRequests(() => false)
    expect(await a.repository.beginRequest(request)).toEqual({ state: 'new' })
  })

  it('an idempotency key that is empty or beyond 255 characters is refused', async () => {
    const a = await hospital()
    for (const key of ['', 'x'.repeat(256)])
      await expect(a.repository.beginRequest(requestFor(a, { key }))).rejects.toMatchObject({
        code: 'ERR_DB_VALUE_INVALID',
      })
  })

  it('twenty requests with one key at once: one is new, and one intent is there', async () => {
    const a = await hospital()
    const request = requestFor(a)
    const states = await Promise.all(
      Array.from({ length: 20 }, () => a.repository.beginIntent(intentFor(a), request)),
    )
    expect(states.filter(({ state }) => state === 'new')).toHaveLength(1)
    expect(states.filter(({ state }) => state === 'running')).toHaveLength(19)
    expect(await unfinished(a.id)).toHaveLength(1)
  })

  it('completing and voiding one intent at once: one of them succeeds', async () => {
    const a = await hospital()
    const intent = intentFor(a)
    await a.repository.beginIntent(intent, null)
    const settled = await Promise.allSettled([
      a.repository.completeIntent(intent.id, signatureFor(a, intent.id), audit('sign'), answer()),
      a.repository.voidIntent(intent.id, audit('void')),
      a.repository.completeIntent(intent.id, signatureFor(a, intent.id), audit('sign'), answer()),
    ])
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await count(a.repository)).toBe(1)
  })

  const unfinished = async (hospitalId: string) =>
    (await bench().database.system.unfinishedIntents()).filter((intent) => intent.hospitalId === hospitalId)
}
