import { expect, it } from 'vitest'
import {
  answer,
  audit,
  type Bench,
  createHospital,
  type Hospital,
  newId,
  requestFor,
  sha256,
  signatureFor,
  signingRequestFor,
} from './fixtures.ts'

/** Signing requests, and what is removed after a time. */
export function specifySigningRequests(bench: () => Bench): void {
  const hospital = () => createHospital(bench(), 'BỆNH VIỆN THỬ NGHIỆM A')
  const result = (a: Hospital, id: string, value = 'giá trị') => ({
    completedWith: sha256(value),
    appended: new Uint8Array([1, 2, 3]),
    signature: { ...signatureFor(a, id), credentialId: null, keyProvider: 'external' as const },
  })
  const prepared = async () => {
    const a = await hospital()
    const request = signingRequestFor(a)
    await a.repository.createSigningRequest(request, audit('prepare'))
    return { a, request }
  }

  it('a request is stored, found and completed: signature and audit row are there', async () => {
    const { a, request } = await prepared()
    expect(await a.repository.findSigningRequest(request.id)).toEqual(request)
    const given = result(a, request.id)
    const completed = await a.repository.completeSigningRequest(request.id, given, audit('complete'))
    expect(completed).toEqual({
      ...request,
      state: 'completed',
      completedWith: given.completedWith,
      appended: given.appended,
      signatureId: given.signature.id,
    })
    expect(await a.repository.findSigningRequest(request.id)).toEqual(completed)
    expect(await a.repository.findSignature(given.signature.id)).toEqual(given.signature)
    expect(await a.repository.listAuditEvents(0, 10)).toHaveLength(2)
  })

  it('the same value again: what was stored, and nothing new', async () => {
    const { a, request } = await prepared()
    const first = await a.repository.completeSigningRequest(
      request.id,
      result(a, request.id),
      audit('complete'),
    )
    const again = { ...result(a, request.id), appended: new Uint8Array([9]) }
    bench().clock.now = new Date(request.expiresAt.getTime() + 1)
    expect(await a.repository.completeSigningRequest(request.id, again, audit('complete'))).toEqual(first)
    expect(await a.repository.listAuditEvents(0, 10)).toHaveLength(2)
    expect(await a.repository.findSignature(again.signature.id)).toBeNull()
  })

  it('another value after it was completed is refused', async () => {
    const { a, request } = await prepared()
    await a.repository.completeSigningRequest(request.id, result(a, request.id), audit('complete'))
    await expect(
      a.repository.completeSigningRequest(request.id, result(a, request.id, 'khác'), audit('complete')),
    ).rejects.toMatchObject({ code: 'ERR_DB_SIGNING_REQUEST_COMPLETED' })
  })

  it('a request that has lapsed, is unknown or has no UUID is refused', async () => {
    const { a, request } = await prepared()
    const complete = (id: string) => a.repository.completeSigningRequest(id, result(a, id), audit('complete'))
    await expect(complete(newId())).rejects.toMatchObject({ code: 'ERR_DB_NOT_FOUND' })
    await expect(complete('1')).rejects.toMatchObject({ code: 'ERR_DB_NOT_FOUND' })
    bench().clock.now = request.expiresAt
    await expect(complete(request.id)).rejects.toMatchObject({ code: 'ERR_DB_SIGNING_REQUEST_LAPSED' })
    expect(await a.repository.findSigningRequest(request.id)).toEqual(request)
  })

  it('ten completions at once with two values: one value wins, one signature is there', async () => {
    const { a, request } = await prepared()
    const settled = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        a.repository.completeSigningRequest(
          request.id,
          result(a, request.id, `${index % 2}`),
          audit('complete'),
        ),
      ),
    )
    const done = settled.filter((one) => one.status === 'fulfilled')
    expect(done).toHaveLength(5)
    expect(new Set(done.map((one) => one.value.signatureId)).size).toBe(1)
    expect(await a.repository.listAuditEvents(0, 20)).toHaveLength(2)
  })

  it('answers are removed after 24 h; signing requests 24 h after they lapsed, naming their files', async () => {
    const { a, request } = await prepared()
    const completed = { ...signingRequestFor(a), documentFile: 'tài-liệu-2' }
    await a.repository.createSigningRequest(completed, audit('prepare'))
    const given = result(a, completed.id)
    await a.repository.completeSigningRequest(completed.id, given, audit('complete'))
    const answered = requestFor(a)
    await a.repository.beginRequest(answered)
    await a.repository.finishRequest(answered, answer())
    const { system } = bench().database
    bench().clock.now = new Date(bench().clock.now.getTime() + 24 * 3600_000 - 1)
    await system.removeLapsed()
    expect(await a.repository.beginRequest(answered)).toMatchObject({ state: 'done' })
    expect(await a.repository.findSigningRequest(request.id)).not.toBeNull()
    bench().clock.now = new Date(request.expiresAt.getTime() + 24 * 3600_000)
    const { documentFiles } = await system.removeLapsed()
    expect(documentFiles).toEqual(expect.arrayContaining(['tài-liệu-1', 'tài-liệu-2']))
    expect(await a.repository.findSigningRequest(request.id)).toBeNull()
    expect(await a.repository.findSignature(given.signature.id)).toEqual(given.signature)
    expect(await a.repository.beginRequest(answered)).toEqual({ state: 'new' })
  })
}
