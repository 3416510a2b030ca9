import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRig, type Rig, samplePdf } from './testing/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

const seal = () => `/v1/sign?credential=${rig.credentials.sealA}`
function form(options: object, document: Blob | null): FormData {
  const data = new FormData()
  data.set('options', JSON.stringify(options))
  if (document) data.set('document', document)
  return data
}
const pdf = () => new Blob([samplePdf], { type: 'application/pdf' })
const post = (body: FormData | string, headers = {}) =>
  rig.ask('emr', seal(), { method: 'POST', headers, body })

describe('a client that means something else than it says', () => {
  it('is told that a digest instead of a document comes later', async () => {
    const answer = await post(form({ contentDigest: 'x' }, null))
    expect(await rig.problem(answer)).toEqual({ status: 501, code: 'ERR_API_CONTENT_DIGEST_UNSUPPORTED' })
  })

  it.each(['multipart/mixed; boundary=b', 'multipart/related; boundary=b'])(
    'does not get an envelope of the type %s signed',
    async (type) => {
      const answer = await post('--b\r\n\r\nx\r\n--b--', { 'content-type': type })
      expect(await rig.problem(answer)).toEqual({ status: 415, code: 'ERR_API_MEDIA_TYPE_UNSUPPORTED' })
    },
  )

  it('does not get one patient’s answer for another', async () => {
    const headers = { 'idempotency-key': 'patient' }
    expect((await post(form({ patientRef: 'BN-1' }, pdf()), headers)).status).toBe(200)
    const answer = await post(form({ patientRef: 'BN-2' }, pdf()), headers)
    expect(await rig.problem(answer)).toEqual({ status: 422, code: 'ERR_IDEMPOTENCY_MISMATCH' })
    expect((await post(form({ patientRef: 'BN-1' }, pdf()), headers)).status).toBe(200)
  })
})

describe('a hospital that asks for everything', () => {
  it('gets its share, and the others theirs', async () => {
    const greedy = rig.restart({ limits: { ...rig.deps.limits, signing: 1, waiting: 4 } })
    const sign = (caller: 'emr' | 'otherEmr', credential: string) =>
      greedy.ask(caller, `/v1/sign?credential=${credential}`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: 'x',
      })
    const all = Array.from({ length: 12 }, () => sign('emr', rig.credentials.sealA))
    const other = sign('otherEmr', rig.credentials.sealB)
    expect((await other).status).toBe(200)
    const refused = (await Promise.all(all)).filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) {
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(await rig.problem(answer)).toEqual({ status: 429, code: 'ERR_API_SHARE_EXCEEDED' })
    }
  })
})
