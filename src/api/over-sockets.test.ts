import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRig, type Rig, samplePdf } from './testing/rig.ts'

let rig: Rig
let server: Server
let port: number
const mebi = 2 ** 20

beforeAll(async () => {
  rig = await createRig({
    uploadBytes: 64 * mebi,
    bodyIdleMs: 300,
    bodyGraceMs: 500,
    bodyBytesPerSecond: 10_000,
  })
  const fetch = (request: Request, env: object) => rig.api.fetch(request, env)
  server = createAdaptorServer({ fetch, createServer }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rig.close()
})

const headers = (type: string) => ({ authorization: `Bearer ${rig.keys.emr}`, 'content-type': type })
const path = () => `/v1/sign?credential=${rig.credentials.sealA}`
const url = () => `http://127.0.0.1:${port}${path()}`

/** Sends a body piece by piece for as long as `give` gives one; resolves with the answer, whenever it comes. */
function send(give: (at: number) => Promise<Buffer | null>, more: Record<string, string> = {}) {
  return new Promise<{ status: number; code: string }>((resolve, reject) => {
    const options = { port, path: path(), method: 'POST', headers: { ...headers('text/plain'), ...more } }
    const request = httpRequest(options, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () => {
        request.destroy()
        resolve({ status: answer.statusCode!, code: (JSON.parse(text) as { code: string }).code })
      })
    })
    request.on('error', reject)
    request.flushHeaders()
    void (async () => {
      for (let at = 0; !request.destroyed; at++) {
        const piece = await give(at)
        if (!piece) return request.end()
        if (!request.write(piece)) await new Promise((resume) => request.once('drain', resume))
      }
    })().catch(() => {})
  })
}

describe('over real sockets', () => {
  it('a PDF is signed and streamed back', async () => {
    const answer = await fetch(url(), {
      method: 'POST',
      headers: headers('application/pdf'),
      body: samplePdf,
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(answer.status).toBe(200)
    expect(bytes.subarray(0, samplePdf.length).equals(samplePdf)).toBe(true)
  })

  it('a file of 48 MiB streams by without being held', async () => {
    let sent = 0
    let held = ''
    const body = new ReadableStream({
      async pull(controller) {
        sent += mebi
        if (sent === 40 * mebi) held = await (await rig.ask(null, '/metrics')).text()
        if (sent > 48 * mebi) controller.close()
        else controller.enqueue(new Uint8Array(mebi))
      },
    })
    const init = {
      method: 'POST',
      headers: headers('application/dicom'),
      body,
      duplex: 'half',
    } as RequestInit
    const answer = await fetch(url(), init)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/pkcs7-signature')
    expect(held).toMatch(/^anky_document_held_bytes 0$/m)
  })

  it('a body that falls silent is refused within its time', async () => {
    const answer = await send((at) => (at === 0 ? Promise.resolve(Buffer.alloc(10)) : wait(10_000, null)))
    expect(answer).toEqual({ status: 408, code: 'ERR_API_BODY_TOO_SLOW' })
  })

  it('a body that trickles is refused within its time', async () => {
    const answer = await send(() => wait(50, Buffer.alloc(10)))
    expect(answer).toEqual({ status: 408, code: 'ERR_API_BODY_TOO_SLOW' })
  })

  it('an endless body is refused at the limit, and the sender gets to read why', async () => {
    const piece = Buffer.alloc(mebi)
    const answer = await send(async () => piece)
    expect(answer).toEqual({ status: 413, code: 'ERR_API_BODY_TOO_LARGE' })
  })

  it('a body too long for its kind is refused, and the sender gets to read why', async () => {
    const body = `"${'x'.repeat(3 * mebi)}"`
    const to = `http://127.0.0.1:${port}/v1/activations`
    const answer = await fetch(to, { method: 'POST', headers: headers('application/json'), body })
    expect(answer.status).toBe(413)
  })

  it('a body declared too long is refused before it comes', async () => {
    const answer = await send(() => wait(10_000, null), { 'content-length': String(2 ** 31) })
    expect(answer).toEqual({ status: 413, code: 'ERR_API_BODY_TOO_LARGE' })
  })

  it('a sender that goes away leaves nothing held and nothing signed', async () => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const head = Object.entries({ host: 'x', ...headers('application/pdf'), 'content-length': '100000' })
    socket.write(
      `POST ${path()} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n%PDF-1.7`,
    )
    await wait(100)
    socket.destroy()
    await wait(400)
    const figures = await (await rig.ask(null, '/metrics')).text()
    expect(figures).toMatch(/^anky_document_held_bytes 0$/m)
    expect(await rig.database.system.unfinishedIntents()).toEqual([])
  })
})
