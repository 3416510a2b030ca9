import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSignedData } from '../formats/index.ts'
import { basicObjects } from '../formats/pdf/testing/build-pdf.ts'
import { createRig, type Rig, samplePdf } from './testing/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

const pdf = { 'content-type': 'application/pdf' }
const text = { 'content-type': 'text/plain' }
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
type Body = NonNullable<RequestInit['body']>

const post = (query: string, headers: Record<string, string> = pdf, body: Body = samplePdf, from = rig) =>
  from.ask('emr', `/v1/sign?${query}`, { method: 'POST', headers, body })
const seal = () => `credential=${rig.credentials.sealA}`
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

function form(
  options: object | null,
  document: Blob | null = new Blob([samplePdf], { type: 'application/pdf' }),
) {
  const data = new FormData()
  if (options) data.set('options', JSON.stringify(options))
  if (document) data.set('document', document)
  return data
}
const postForm = (body: FormData, query = '') => rig.ask('emr', `/v1/sign${query}`, { method: 'POST', body })

describe('a PDF signed with a seal', () => {
  it('comes back with the signature behind it, and says what it is', async () => {
    const answer = await post(`${seal()}&reason=Ra%20vi%E1%BB%87n`)
    const bytes = await bytesOf(answer)
    expect(answer.status).toBe(200)
    expect(bytes.subarray(0, samplePdf.length).equals(samplePdf)).toBe(true)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(bytes.length),
      'content-digest': `sha-256=:${sha256(bytes).toString('base64')}:`,
      'anky-level': 'B-B',
      'anky-conformity': 'tt15',
      'anky-environment': 'evaluation',
      'anky-warning': 'WARN_SOFTWARE_KEY',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{24}$/),
    })
  })

  it('at B-T has a time-stamp and metadata that say so', async () => {
    const answer = await post(`${seal()}&level=B-T&digest=sha3-512`)
    expect([answer.status, answer.headers.get('anky-level')]).toEqual([200, 'B-T'])
    const id = answer.headers.get('anky-signature-id')
    const found = await rig.ask('emr', `/v1/signatures/${id}`)
    const signature = (await found.json()) as Record<string, unknown>
    expect(signature).toMatchObject({
      id,
      credential: rig.credentials.sealA,
      format: 'pades',
      level: 'B-T',
      conformity: 'tt15',
      environment: 'evaluation',
      keyProtection: 'software, not HSM',
      documentSha256: sha256(samplePdf).toString('hex'),
      resultSha256: sha256(await bytesOf(answer)).toString('hex'),
    })
    expect(signature['timestampTime']).toMatch(/^\d{4}-/)
    expect(signature['warnings']).toContainEqual({
      code: 'WARN_SOFTWARE_KEY',
      messageVi: expect.stringContaining('phần mềm'),
      messageEn: expect.stringContaining('software'),
    })
    expect(signature).not.toHaveProperty('cms')
  })

  it('by PKCS#1 v1.5 is labelled as outside the circular', async () => {
    const answer = await post(`${seal()}&scheme=pkcs1`)
    expect(answer.headers.get('anky-conformity')).toBe('outside')
    expect(answer.headers.get('anky-warning')).toContain('WARN_ALGORITHM_OUTSIDE_TT15')
  })

  it('shows its signature where the query asks for it', async () => {
    const answer = await post(`${seal()}&visible=-1,36,36,220,80`)
    expect(answer.status).toBe(200)
  })

  it('leaves an audit row with digests', async () => {
    const answer = await post(seal())
    const event = (await rig.audit()).findLast(({ action }) => action === 'signature.create')
    expect(event).toMatchObject({
      outcome: 'success',
      object: `credential:${rig.credentials.sealA}`,
      requestId: answer.headers.get('x-request-id'),
      content: { signatureId: answer.headers.get('anky-signature-id'), keyProvider: 'file' },
    })
  })

  it('may come in chunks of unknown total length', async () => {
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < samplePdf.length; at += 1000)
          controller.enqueue(samplePdf.subarray(at, at + 1000))
        controller.close()
      },
    })
    const init = { method: 'POST', headers: pdf, body: stream, duplex: 'half' } as RequestInit
    const answer = await rig.ask('emr', `/v1/sign?${seal()}`, init)
    expect(answer.status).toBe(200)
    expect((await bytesOf(answer)).subarray(0, samplePdf.length).equals(samplePdf)).toBe(true)
  })

  it('of some megabytes is streamed back, and held no longer', async () => {
    const large = basicObjects()
      .raw(`%${'x'.repeat(3 * 2 ** 20)}\n`)
      .table().bytes
    const answer = await post(seal(), pdf, large)
    const bytes = await bytesOf(answer)
    expect(bytes.subarray(0, large.length).equals(large)).toBe(true)
    expect(answer.headers.get('content-digest')).toBe(`sha-256=:${sha256(bytes).toString('base64')}:`)
    expect(await heldBytes()).toBe(0)
  })

  it('of some megabytes whose reader goes away is held no longer', async () => {
    const large = basicObjects()
      .raw(`%${'x'.repeat(3 * 2 ** 20)}\n`)
      .table().bytes
    const answer = await post(seal(), pdf, large)
    expect(await heldBytes()).toBeGreaterThanOrEqual(large.length)
    await answer.body?.cancel()
    expect(await heldBytes()).toBe(0)
  })

  async function heldBytes() {
    const figures = await (await rig.ask(null, '/metrics')).text()
    return Number(/^anky_document_held_bytes (\d+)$/m.exec(figures)?.[1])
  }
})

describe('any other file signed with a seal', () => {
  it('gives a detached signature', async () => {
    const answer = await post(`${seal()}&level=B-T`, text, 'Kết quả xét nghiệm')
    const bytes = await bytesOf(answer)
    expect(answer.headers.get('content-type')).toBe('application/pkcs7-signature')
    expect(answer.headers.get('content-digest')).toBe(`sha-256=:${sha256(bytes).toString('base64')}:`)
    expect(parseSignedData(bytes).eContent).toBeNull()
  })

  it('may be a PDF whose detached signature is asked for', async () => {
    const answer = await post(`${seal()}&format=cades&packaging=detached&digest=sha384`)
    expect(answer.headers.get('content-type')).toBe('application/pkcs7-signature')
  })
})

describe('multipart', () => {
  const drawn = { visible: '1,36,36,220,80', text: 'Khoa Nội\nPhòng 3', title: 'Trưởng khoa' }

  it('signs with options that a query cannot carry', async () => {
    const options = {
      credential: rig.credentials.sealA,
      externalId: 'HS-1',
      patientRef: 'BN-00042',
      ...drawn,
    }
    const answer = await postForm(form(options))
    expect(answer.status).toBe(200)
    expect((await bytesOf(answer)).subarray(0, samplePdf.length).equals(samplePdf)).toBe(true)
  })

  it('neither logs nor audits the patient in clear', async () => {
    const rows = (await rig.audit()).filter(({ content }) => 'patientRefDigest' in content)
    expect(rows.at(-1)?.content).toMatchObject({ externalId: 'HS-1' })
    expect(rows.at(-1)?.content['patientRefDigest']).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(await rig.audit())).not.toContain('BN-00042')
    expect(rig.logged.join('')).not.toContain('BN-00042')
  })

  it.each(['application/pdf', 'text/plain'])('takes a document (%s) before its options', async (type) => {
    const data = new FormData()
    data.set('document', new Blob([samplePdf], { type }))
    data.set('options', JSON.stringify({ credential: rig.credentials.sealA, digest: 'sha3-384' }))
    const answer = await postForm(data)
    expect(answer.status).toBe(200)
  })

  it('takes the options from the query alone', async () => {
    expect((await postForm(form(null), `?${seal()}`)).status).toBe(200)
  })

  it.each([
    [
      'a field in query and options',
      () => form({ level: 'B-B' }),
      '&level=B-B',
      400,
      'ERR_API_FIELD_DUPLICATE',
    ],
    ['an unknown option', () => form({ tenantId: 'x' }), '', 400, 'ERR_API_FIELD_UNKNOWN'],
    ['options that are no JSON', () => withPart('options', '{'), '', 400, 'ERR_API_JSON_MALFORMED'],
    ['an unknown part', () => withPart('status', 'signed'), '', 400, 'ERR_API_FIELD_UNKNOWN'],
    ['no document', () => form({}, null), '', 400, 'ERR_API_FIELD_MISSING'],
    ['a document twice', () => twice(), '', 400, 'ERR_API_FIELD_DUPLICATE'],
    [
      'an empty document',
      () => form({}, new Blob([], { type: 'text/plain' })),
      '',
      422,
      'ERR_API_DOCUMENT_EMPTY',
    ],
    [
      'PAdES of a text',
      () => form({ format: 'pades' }, new Blob(['x'], { type: 'text/plain' })),
      '',
      415,
      'ERR_API_MEDIA_TYPE_UNSUPPORTED',
    ],
    ['text that nothing shows', () => form({ text: 'x' }), '', 400, 'ERR_API_FIELD_MISSING'],
    [
      'an image that is no base64',
      () => form({ image: '!', visible: '1,1,1,1,1' }),
      '',
      400,
      'ERR_API_FIELD_INVALID',
    ],
    [
      'an image that is none',
      () => form({ image: 'AAAA', visible: '1,36,36,200,80' }),
      '',
      422,
      'ERR_PADES_IMAGE_FORMAT',
    ],
    ['a field lock', () => form({ lock: { action: 'all' } }), '', 501, 'ERR_API_LOCK_UNSUPPORTED'],
    [
      'a digest instead of a document',
      () => form({ contentDigest: 'x' }),
      '',
      501,
      'ERR_API_CONTENT_DIGEST_UNSUPPORTED',
    ],
    ['store', () => form({ store: true }), '', 501, 'ERR_API_STORE_UNSUPPORTED'],
    ['certify', () => form({ certify: 2 }), '', 501, 'ERR_API_CERTIFY_UNSUPPORTED'],
    ['B-LTA', () => form({ level: 'B-LTA' }), '', 501, 'ERR_API_LEVEL_UNSUPPORTED'],
  ])('with %s is refused', async (_, body, query, status, code) => {
    const answer = await postForm(body(), `?${seal()}${query}`)
    expect(await rig.problem(answer)).toEqual({ status, code })
  })

  function withPart(name: string, value: string) {
    const data = form(null)
    data.set(name, value)
    return data
  }
  function twice() {
    const data = form(null)
    data.append('document', new Blob([samplePdf], { type: 'application/pdf' }))
    return data
  }
})

describe('signing is refused', () => {
  const cases: [string, () => string, Record<string, string>, Body, number, string][] = [
    ['an unknown query field', () => `${seal()}&signerId=1`, pdf, samplePdf, 400, 'ERR_API_FIELD_UNKNOWN'],
    ['a field twice', () => `${seal()}&level=B-B&level=B-T`, pdf, samplePdf, 400, 'ERR_API_FIELD_DUPLICATE'],
    ['no credential', () => '', pdf, samplePdf, 400, 'ERR_API_FIELD_MISSING'],
    ['a password in the query', () => `${seal()}&password=x`, pdf, samplePdf, 400, 'ERR_API_FIELD_UNKNOWN'],
    ['a level that is none', () => `${seal()}&level=B-X`, pdf, samplePdf, 400, 'ERR_API_FIELD_INVALID'],
    ['SHA-1', () => `${seal()}&digest=sha1`, pdf, samplePdf, 400, 'ERR_API_FIELD_INVALID'],
    ['page 0', () => `${seal()}&visible=0,1,1,9,9`, pdf, samplePdf, 400, 'ERR_API_FIELD_INVALID'],
    ['a rectangle of four', () => `${seal()}&visible=1,1,9,9`, pdf, samplePdf, 400, 'ERR_API_FIELD_INVALID'],
    [
      'a rectangle without width',
      () => `${seal()}&visible=1,1,1,0,9`,
      pdf,
      samplePdf,
      400,
      'ERR_API_FIELD_INVALID',
    ],
    [
      'a page that is not there',
      () => `${seal()}&visible=99,36,36,220,80`,
      pdf,
      samplePdf,
      422,
      'ERR_PDF_PAGE_NOT_FOUND',
    ],
    ['a control character', () => `${seal()}&reason=a%00b`, pdf, samplePdf, 400, 'ERR_API_FIELD_INVALID'],
    ['a reason for CAdES', () => `${seal()}&reason=x`, text, 'x', 400, 'ERR_API_FIELD_NOT_FOR_FORMAT'],
    [
      'packaging for PAdES',
      () => `${seal()}&packaging=detached`,
      pdf,
      samplePdf,
      400,
      'ERR_API_FIELD_NOT_FOR_FORMAT',
    ],
    ['no media type', () => seal(), {}, samplePdf, 415, 'ERR_API_MEDIA_TYPE_MISSING'],
    [
      'a malformed media type',
      () => seal(),
      { 'content-type': 'pdf' },
      samplePdf,
      415,
      'ERR_API_MEDIA_TYPE_UNSUPPORTED',
    ],
    ['PAdES of a text', () => `${seal()}&format=pades`, text, 'x', 415, 'ERR_API_MEDIA_TYPE_UNSUPPORTED'],
    [
      'a form',
      () => seal(),
      { 'content-type': 'application/x-www-form-urlencoded' },
      'a=b',
      415,
      'ERR_API_MEDIA_TYPE_UNSUPPORTED',
    ],
    [
      'a compressed body',
      () => seal(),
      { ...pdf, 'content-encoding': 'gzip' },
      samplePdf,
      415,
      'ERR_API_CONTENT_ENCODING',
    ],
    ['nothing', () => seal(), pdf, '', 422, 'ERR_API_DOCUMENT_EMPTY'],
    ['what is no PDF', () => seal(), pdf, 'Kính gửi', 422, 'ERR_PDF_HEADER'],
    ['half a PDF', () => seal(), pdf, samplePdf.subarray(0, samplePdf.length / 2), 422, 'ERR_PDF_STARTXREF'],
    ['too much', () => seal(), text, new Uint8Array(8 * 2 ** 20 + 1), 413, 'ERR_API_BODY_TOO_LARGE'],
    [
      'a seal and PSS on a curve',
      () => `credential=${rig.credentials.disabledA}`,
      pdf,
      samplePdf,
      422,
      'ERR_API_CREDENTIAL_DISABLED',
    ],
    [
      'an expired certificate',
      () => `credential=${rig.credentials.expiredA}`,
      pdf,
      samplePdf,
      422,
      'ERR_SIGNER_CERTIFICATE_EXPIRED',
    ],
    [
      'a scheme of other keys',
      () => `credential=${rig.credentials.expiredA}&scheme=pss`,
      pdf,
      samplePdf,
      422,
      'ERR_SIGNER_SCHEME_NOT_RSA',
    ],
    [
      'a deferred time-stamp',
      () => `${seal()}&timestamp=deferred`,
      pdf,
      samplePdf,
      501,
      'ERR_API_TIMESTAMP_DEFERRED_UNSUPPORTED',
    ],
    [
      'an enveloping signature',
      () => `${seal()}&packaging=enveloping`,
      text,
      'x',
      501,
      'ERR_API_ENVELOPING_UNSUPPORTED',
    ],
    ['certify', () => `${seal()}&certify=1`, pdf, samplePdf, 501, 'ERR_API_CERTIFY_UNSUPPORTED'],
    ['store', () => `${seal()}&store=true`, pdf, samplePdf, 501, 'ERR_API_STORE_UNSUPPORTED'],
    ['B-LT', () => `${seal()}&level=B-LT`, pdf, samplePdf, 501, 'ERR_API_LEVEL_UNSUPPORTED'],
    [
      'an answer later',
      () => seal(),
      { ...pdf, prefer: 'respond-async, wait=1' },
      samplePdf,
      501,
      'ERR_API_RESPOND_ASYNC_UNSUPPORTED',
    ],
    [
      'a malformed idempotency key',
      () => seal(),
      { ...pdf, 'idempotency-key': 'a b' },
      samplePdf,
      400,
      'ERR_API_HEADER_INVALID',
    ],
  ]
  it.each(cases)('for %s', async (_, query, headers, body, status, code) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    expect(await rig.problem(await post(query(), headers, bytes))).toEqual({ status, code })
    expect(await rig.deps.database.system.unfinishedIntents()).toEqual([])
  })

  it('by its declared length before anything is read', async () => {
    const stream = new ReadableStream({ pull: () => new Promise(() => {}) }, { highWaterMark: 0 })
    const headers = { ...pdf, 'content-length': String(2 ** 30) }
    const init = { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit
    const answer = await rig.ask('emr', `/v1/sign?${seal()}`, init)
    expect(await rig.problem(answer)).toEqual({ status: 413, code: 'ERR_API_BODY_TOO_LARGE' })
  })

  it('a second time for a field that exists', async () => {
    const first = await post(`${seal()}&field=BacSi`)
    const again = await post(`${seal()}&field=BacSi`, pdf, await bytesOf(first))
    expect(await rig.problem(again)).toEqual({ status: 501, code: 'ERR_PADES_FIELD_EXISTING_UNSUPPORTED' })
  })

  it('while the time-stamping authority is out of reach, without a lower level instead', async () => {
    rig.responders.behave({ tsa: { status: 503 } })
    const answer = await post(`${seal()}&level=B-T`)
    rig.responders.behave({ tsa: 'normal' })
    expect(answer.headers.get('retry-after')).toBe('3')
    expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_TSP_UNAVAILABLE' })
    const voided = (await rig.audit()).at(-1)
    expect(voided).toMatchObject({ action: 'signature.void', outcome: 'voided', content: { keyUsed: true } })
  })

  it('without a time-stamping authority', async () => {
    const other = rig.restart({ timestamps: null })
    const answer = await post(`${seal()}&level=B-T`, pdf, samplePdf, other)
    expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_API_TIMESTAMPS_ABSENT' })
  })

  it('where the time-stamp is not over this signature: the check before release holds', async () => {
    const lying = rig.restart({
      timestamps: {
        tokenSize: async () => 8192,
        timestamp: (_, digest) => rig.deps.timestamps!.timestamp(randomBytes(32), digest),
      },
    })
    const answer = await post(`${seal()}&level=B-T`, pdf, samplePdf, lying)
    expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_SIGNER_RELEASE_TIMESTAMP' })
  })

  it('by a service that shuts down, while its health still answers', async () => {
    const other = rig.restart()
    await other.api.drain()
    const answer = await post(seal(), pdf, samplePdf, other)
    expect(await rig.problem(answer)).toEqual({ status: 503, code: 'ERR_API_DRAINING' })
    expect((await other.ask(null, '/healthz')).status).toBe(200)
    expect((await other.ask(null, '/readyz')).status).toBe(503)
  })
})

describe('an idempotency key', () => {
  const keyed = (key: string, headers = pdf) => ({ ...headers, 'idempotency-key': key })

  it('gives the same signature again, for the same document sent again', async () => {
    const [first, second] = [await post(seal(), keyed('k1')), await post(seal(), keyed('k1'))]
    expect(first.headers.get('x-request-id')).not.toBe(second.headers.get('x-request-id'))
    expect(second.headers.get('anky-signature-id')).toBe(first.headers.get('anky-signature-id'))
    expect((await bytesOf(first)).equals(await bytesOf(second))).toBe(true)
  })

  it('makes one signature of many requests at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(seal(), keyed('k2', text), 'x')))
    const done = answers.filter(({ status }) => status === 200)
    expect(done.length).toBeGreaterThan(0)
    expect(new Set(done.map(({ headers }) => headers.get('anky-signature-id'))).size).toBe(1)
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect(await rig.problem(answer)).toEqual({ status: 409, code: 'ERR_IDEMPOTENCY_RUNNING' })
  })

  it.each([
    ['another document', () => seal(), 'y'],
    ['other parameters', () => `${seal()}&digest=sha512`, 'x'],
  ])('is refused for %s', async (_, query, body) => {
    await post(seal(), keyed('k3', text), 'x')
    const answer = await post(query(), keyed('k3', text), body)
    expect(await rig.problem(answer)).toEqual({ status: 422, code: 'ERR_IDEMPOTENCY_MISMATCH' })
  })

  it('is free again after a refusal', async () => {
    const refused = await post(seal(), keyed('k4'), 'Kính gửi')
    expect(refused.status).toBe(422)
    expect((await post(seal(), keyed('k4'))).status).toBe(200)
  })
})

describe('the log', () => {
  it('has neither queries nor bodies nor keys', async () => {
    await post(`${seal()}&reason=b%C3%AD-m%E1%BA%ADt`)
    await rig.ask('emr', '/v1/nowhere?patient=BN-77')
    const log = rig.logged.join('')
    expect(log).not.toMatch(/bí-mật|m%E1|BN-77|nowhere|anky_/)
    expect(log).toContain('"route":"/v1/sign"')
    expect(log).not.toContain(rig.keys.emr)
  })
})
