import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type VerificationReport, verificationReportSchema } from '../verifier/index.ts'
import { createRig, type Rig, samplePdf } from './testing/rig.ts'

let rig: Rig
/** A PDF signed by the seal, at B-B and at B-T, and a text with its detached signature. */
let signed: Buffer
let stamped: Buffer
const text = Buffer.from('Kết quả xét nghiệm thử nghiệm')
let detached: Buffer

beforeAll(async () => {
  rig = await createRig()
  const sign = async (query: string, type: string, body: Buffer): Promise<Buffer> => {
    const path = `/v1/sign?credential=${rig.credentials.sealA}${query}`
    const answer = await rig.ask('emr', path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: toBody(body),
    })
    expect(answer.status, await answer.clone().text()).toBe(200)
    return Buffer.from(await answer.arrayBuffer())
  }
  signed = await sign('', 'application/pdf', samplePdf)
  stamped = await sign('&level=B-T', 'application/pdf', samplePdf)
  detached = await sign('', 'text/plain', text)
})
afterAll(() => rig.close())

const toBody = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>
const verify = (body: Uint8Array, query = '', init: RequestInit = {}, from: Rig = rig) =>
  from.ask('auditor', `/v1/verifications${query}`, {
    method: 'POST',
    body: toBody(body),
    ...init,
    headers: { 'content-type': 'application/octet-stream', ...init.headers },
  })
const reportOf = async (answer: Response): Promise<VerificationReport> => {
  const read = await answer.text()
  expect(answer.status, read).toBe(200)
  return verificationReportSchema.parse(JSON.parse(read))
}
const form = (parts: Record<string, Uint8Array>) => {
  const data = new FormData()
  for (const [name, bytes] of Object.entries(parts)) data.set(name, new Blob([toBody(bytes)]))
  return rig.ask('auditor', '/v1/verifications', { method: 'POST', body: data })
}
const flipped = (bytes: Uint8Array, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 1
  return copy
}

describe('a file that we signed', () => {
  it('is passed, with revocation data that the service fetches', async () => {
    const report = await reportOf(
      await verify(signed, '', { headers: { 'content-type': 'application/pdf' } }),
    )
    expect(report).toMatchObject({ file: null, verdict: 'passed', policy: { name: 'hospital' }, error: null })
    expect(report.signatures).toMatchObject([
      { indication: 'TOTAL-PASSED', level: 'B-B', intact: true, trusted: true, revocationChecked: true },
    ])
  })

  it('is passed at B-T by the time of its time-stamp', async () => {
    const report = await reportOf(await verify(stamped))
    expect(report).toMatchObject({ verdict: 'passed', signatures: [{ level: 'B-T' }] })
    expect(report.timestamps).toMatchObject([{ type: 'signature', indication: 'PASSED', intact: true }])
    expect(report.sentence.vi).toContain('có dấu thời gian')
  })

  it('is written down by digest, with its verdict and no name', async () => {
    const { at } = await reportOf(await verify(signed))
    const row = (await rig.audit()).find(
      ({ action, content }) => action === 'signature.verify' && content['at'] === at,
    )
    expect(row).toMatchObject({ outcome: 'success', content: { verdict: 'passed', policy: 'hospital' } })
    expect(row?.object).toMatch(/^document:[0-9a-f]{64}$/)
    expect(JSON.stringify(row)).not.toContain('BỆNH VIỆN')
  })

  it.each([10, 1_000, 20_000])('fails with its byte %i changed', async (at) => {
    const report = await reportOf(await verify(flipped(signed, at)))
    expect(report).toMatchObject({ verdict: 'failed', signatures: [{ intact: false }] })
  })

  it('was not valid before its certificate was', async () => {
    const report = await reportOf(await verify(signed, '?at=2020-01-01'))
    expect(report.at).toBe('2020-01-01T00:00:00.000Z')
    expect(report.verdict).not.toBe('passed')
  })

  it('takes a time with its zone, also where the plus sign was not encoded', async () => {
    for (const zone of ['+07:00', '%2B07:00'])
      expect((await reportOf(await verify(signed, `?at=2026-11-25T16:00:00${zone}`))).at).toBe(
        '2026-11-25T09:00:00.000Z',
      )
  })

  it('is judged by the policy that is named', async () => {
    for (const name of ['no-revocation', 'tt15'])
      expect((await reportOf(await verify(signed, `?policy=${name}`))).policy.name).toBe(name)
  })
})

describe('a detached signature', () => {
  it('is passed with its document, whichever comes first', async () => {
    for (const parts of [
      { signature: detached, document: text },
      { document: text, signature: detached },
    ]) {
      const report = await reportOf(await form(parts))
      expect(report).toMatchObject({ verdict: 'passed', signatures: [{ format: 'CAdES', intact: true }] })
    }
  })

  it('fails with another document', async () => {
    const report = await reportOf(await form({ signature: detached, document: flipped(text, 3) }))
    expect(report).toMatchObject({ verdict: 'failed', signatures: [{ subIndication: 'HASH_FAILURE' }] })
  })

  it('cannot be told without its document', async () => {
    for (const answer of [await verify(detached), await form({ signature: detached })])
      expect(await reportOf(answer)).toMatchObject({
        verdict: 'indeterminate',
        signatures: [{ subIndication: 'SIGNED_DATA_NOT_FOUND', intact: null }],
      })
  })
})

describe('a file without a verdict', () => {
  it('is unsigned, which is an answer', async () => {
    expect(await reportOf(await verify(samplePdf))).toMatchObject({ verdict: 'unsigned', signatures: [] })
  })

  it.each([
    ['text', Buffer.from('Đây không phải chữ ký'), 'ERR_VERIFIER_FORMAT_UNKNOWN'],
    ['a PDF that is cut off', samplePdf.subarray(0, 300), 'ERR_PDF_'],
  ])('is 422 where nothing could be read: %s', async (_what, body, code) => {
    const problem = await rig.problem(await verify(body))
    expect(problem.status).toBe(422)
    expect(problem.code).toContain(code)
    const rows = await rig.audit()
    expect(rows.at(-1)).toMatchObject({
      action: 'signature.verify',
      outcome: 'failed',
      content: { verdict: 'unreadable' },
    })
  })
})

describe('a request for a verdict', () => {
  it.each([
    ['?name=x', 'ERR_API_FIELD_UNKNOWN'],
    ['?policy=lenient', 'ERR_API_FIELD_INVALID'],
    ['?at=now', 'ERR_API_FIELD_INVALID'],
    ['?at=2026-11-25T16:00:00', 'ERR_API_FIELD_INVALID'],
    ['?at=2026-01-01&at=2026-01-02', 'ERR_API_FIELD_DUPLICATE'],
  ])('is malformed: %s', async (query, code) => {
    expect(await rig.problem(await verify(signed, query))).toEqual({ status: 400, code })
  })

  it.each([
    [{ document: text }, 'ERR_API_FIELD_MISSING'],
    [{ signature: detached, options: text }, 'ERR_API_FIELD_UNKNOWN'],
  ])('has the parts signature and document only', async (parts, code) => {
    expect(
      await rig.problem(await form({ ...parts, ...('signature' in parts && { signature: detached }) })),
    ).toEqual({
      status: 400,
      code,
    })
  })

  it.each([
    ['application/xml', 501, 'ERR_API_REPORT_UNSUPPORTED'],
    ['text/html', 501, 'ERR_API_REPORT_UNSUPPORTED'],
    ['application/pdf, text/html;q=0.5', 501, 'ERR_API_REPORT_UNSUPPORTED'],
    ['image/png', 406, 'ERR_API_NOT_ACCEPTABLE'],
  ])('gets JSON or nothing: %s', async (accept, status, code) => {
    expect(await rig.problem(await verify(signed, '', { headers: { accept } }))).toEqual({ status, code })
  })

  it('needs a media type, and takes no form', async () => {
    const none = rig.ask('auditor', '/v1/verifications', { method: 'POST', body: toBody(signed) })
    expect(await rig.problem(await none)).toEqual({ status: 415, code: 'ERR_API_MEDIA_TYPE_MISSING' })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await rig.problem(await verify(signed, '', { headers }))).toMatchObject({ status: 415 })
  })

  it('may be longer than nothing and not longer than the limit', async () => {
    expect(await rig.problem(await verify(Buffer.alloc(0)))).toMatchObject({ code: 'ERR_API_DOCUMENT_EMPTY' })
    const long = Buffer.alloc(rig.deps.limits.uploadBytes + 1)
    expect(await rig.problem(await verify(long))).toEqual({ status: 413, code: 'ERR_API_BODY_TOO_LARGE' })
  })

  it('is for those whose key has the scope', async () => {
    const ask = (caller: 'approver' | 'emr' | 'administrator') =>
      rig.ask(caller, '/v1/verifications', {
        method: 'POST',
        headers: { 'content-type': 'application/pdf' },
        body: toBody(signed),
      })
    expect(await rig.problem(await ask('approver'))).toEqual({ status: 403, code: 'ERR_API_SCOPE_MISSING' })
    for (const caller of ['emr', 'administrator'] as const) expect((await ask(caller)).status).toBe(200)
  })

  it('is sent away where too many are waiting', async () => {
    const busy = rig.restart({
      limits: { ...rig.deps.limits, verifying: 1, waiting: 0 },
      verifications: { ...rig.deps.verifications, verify: () => new Promise(() => {}) },
    })
    void verify(signed, '', {}, busy)
    await expect
      .poll(async () => (await rig.problem(await verify(signed, '', {}, busy))).code)
      .toMatch(/ERR_API_(OVERLOADED|SHARE_EXCEEDED)/)
  })
})

describe('without revocation data', () => {
  it('nothing is passed under the hospital policy, and the sentence says what to do', async () => {
    await rig.responders.close()
    const offline = rig.restart({
      verifications: {
        ...rig.deps.verifications,
        verify: async (task) =>
          rig.deps.verifications.verify({ ...task, at: new Date(Date.now() + 60 * 86_400_000) }),
      },
    })
    const report = await reportOf(await verify(signed, '', {}, offline))
    expect(report).toMatchObject({ verdict: 'indeterminate', signatures: [{ intact: true, trusted: true }] })
    expect(report.sentence.vi).toMatch(/--data.*--online.*no-revocation/)
  })
})
