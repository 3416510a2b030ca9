import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildPki, entityOf, quickKeys, testPki } from '../test-certs/index.ts'
import { toPem } from './evaluation/authorities.ts'
import { type HttpServer, listen } from './http-server.ts'

const open: HttpServer[] = []
async function start(options: Partial<Parameters<typeof listen>[0]> = {}): Promise<HttpServer> {
  const server = await listen({ host: '127.0.0.1', port: 0, tls: null, ...options })
  open.push(server)
  return server
}
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** Sends bytes as they stand, and gives what comes back until the server hangs up. */
function raw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8')
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

const parseProblem = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

describe('the HTTP server', () => {
  it('answers 503 in both languages until the service is there, then with the service', async () => {
    const server = await start()
    const early = await fetch(`${server.url}/readyz`)
    expect(early.status).toBe(503)
    expect(early.headers.get('retry-after')).toBe('2')
    expect(early.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await early.json()) as { requestId: string }
    expect(problem).toMatchObject({ code: 'ERR_HTTP_STARTING', messageVi: 'Dịch vụ đang khởi động.' })
    expect(problem.requestId).toBe(early.headers.get('x-request-id'))
    server.use(() => new Response('here'))
    expect(await (await fetch(server.url)).text()).toBe('here')
  })

  it('is refused where another program has the port', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    await expect(listen({ host: '127.0.0.1', port, tls: null })).rejects.toMatchObject({
      code: 'ERR_MAIN_PORT',
      message: expect.stringContaining('another program uses it'),
    })
  })

  it('is refused where the machine has no such address', async () => {
    await expect(listen({ host: '203.0.113.1', port: 0, tls: null })).rejects.toMatchObject({
      code: 'ERR_MAIN_PORT',
    })
  })

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'ERR_HTTP_MALFORMED'],
    [
      'two lengths that differ',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'ERR_HTTP_MALFORMED',
    ],
    [
      'headers beyond 16 KiB',
      `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'ERR_HTTP_HEADERS_TOO_LARGE',
    ],
    ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'ERR_HTTP_MALFORMED'],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'ERR_HTTP_MALFORMED'],
    [
      'two Hosts',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      400,
      'ERR_HTTP_MALFORMED',
    ],
    [
      'a Host that is none',
      'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
      400,
      'ERR_HTTP_MALFORMED',
    ],
    [
      'another scheme',
      'GET ftp://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      400,
      'ERR_HTTP_MALFORMED',
    ],
  ])('answers %s with a problem, and hangs up', async (_situation, bytes, status, code) => {
    const server = await start()
    const answer = await raw(server.url, bytes)
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(answer).toContain('application/problem+json')
    const problem = parseProblem(answer)
    expect(problem).toMatchObject({ status, code })
    expect(answer).toContain(`X-Request-Id: ${problem.requestId}`)
  })

  it.each([
    ['headers that do not end', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['no request at all after the first octet', 'G'],
  ])('answers %s in time with a problem, and hangs up', async (_situation, bytes) => {
    const server = await start({
      patience: { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 },
    })
    const answer = await raw(server.url, bytes)
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(parseProblem(answer)).toMatchObject({
      status: 408,
      code: 'ERR_HTTP_TIMEOUT',
      messageVi: 'Yêu cầu không đến kịp thời hạn.',
    })
  })

  it.each([
    ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n'],
    ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n'],
  ])('serves %s', async (_situation, bytes) => {
    const server = await start()
    server.use(() => new Response('here'))
    const answer = await raw(server.url, bytes)
    expect(answer).toContain('HTTP/1.1 200 ')
    expect(answer).toMatch(/here$/)
  })

  it('never puts a refusal into an answer that is on its way', async () => {
    const server = await start()
    const pieces = ['first', 'second']
    const pull = async (controller: ReadableStreamDefaultController) => {
      const piece = pieces.shift()
      if (piece) controller.enqueue(Buffer.from(piece))
      else await new Promise((resolve) => setTimeout(resolve, 200)).then(() => controller.close())
    }
    server.use(() => new Response(new ReadableStream({ pull }), { headers: { 'content-length': '500' } }))
    const answer = await raw(server.url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n')
    expect(answer).not.toContain('ERR_HTTP')
  })

  it('never answers for a request that is being worked on', async () => {
    const server = await start()
    server.use(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return new Response('late')
    })
    const answer = await raw(server.url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n')
    expect(answer).toBe('')
  })

  it('refuses a body that is broken on its way', async () => {
    const server = await start()
    server.use(async (request) => new Response(await request.text().catch(() => 'broken')))
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
    const answer = await raw(server.url, `${head}3\r\nabc\r\nXX\r\n`)
    expect(parseProblem(answer)).toMatchObject({ status: 400, code: 'ERR_HTTP_MALFORMED' })
  })

  it('answers for a handler that fails', async () => {
    const server = await start()
    const say = vi.spyOn(console, 'error').mockImplementation(() => {})
    server.use(() => Promise.reject(new Error('secret')))
    const answer = await fetch(server.url)
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ code: 'ERR_HTTP_UNEXPECTED' })
    expect(say).toHaveBeenCalledOnce()
    say.mockRestore()
  })

  it('takes no more connections once it stops listening, and lets the running answer come to its end', async () => {
    const server = await start()
    let finish = (): void => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    let asked = (): void => {}
    const arrived = new Promise<void>((resolve) => {
      asked = resolve
    })
    server.use(async () => {
      asked()
      await finished
      return new Response('done')
    })
    const answer = fetch(server.url)
    await arrived
    server.stopListening()
    await expect(fetch(server.url)).rejects.toThrow()
    finish()
    expect(await (await answer).text()).toBe('done')
    await server.close()
  })
})

describe('TLS', () => {
  let folder: string
  let certFile: string
  let keyFile: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anky-tls-'))
    const pki = await buildPki(testPki, {
      clock: () => new Date(),
      random: (n) => randomBytes(n),
      keys: quickKeys,
      only: ['doctor-01'],
    })
    const { certificate, key } = entityOf(pki, 'doctor-01')
    certFile = join(folder, 'cert.pem')
    keyFile = join(folder, 'key.pem')
    writeFileSync(certFile, toPem([certificate]))
    writeFileSync(keyFile, key!.export({ type: 'pkcs8', format: 'pem' }))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is spoken with the certificate and key that are configured', async () => {
    const server = await start({ tls: { certFile, keyFile } })
    expect(server.url).toMatch(/^https:/)
    server.use(() => new Response('secret'))
    const text = await new Promise<string>((resolve, reject) => {
      // whose certificate it is, is not what this test is about
      secureRequest(server.url, { rejectUnauthorized: false }, (response) => {
        response.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8')))
      })
        .on('error', reject)
        .end()
    })
    expect(text).toBe('secret')
  })

  it('is refused where the key is another certificate’s', async () => {
    const other = join(folder, 'other.pem')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const tls = { certFile, keyFile: other }
    await expect(listen({ host: '127.0.0.1', port: 0, tls })).rejects.toMatchObject({
      code: 'ERR_CONFIG_TLS',
    })
  })

  it('is refused where a file is not there, and the file is named', async () => {
    const tls = { certFile: join(folder, 'nothing.pem'), keyFile }
    await expect(listen({ host: '127.0.0.1', port: 0, tls })).rejects.toMatchObject({
      code: 'ERR_CONFIG_FILE',
      message: expect.stringContaining('nothing.pem'),
    })
  })
})
