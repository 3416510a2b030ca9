import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lookupAddresses, pinnedFetch } from './pinned-fetch.ts'

let server: Server
let port: number
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/elsewhere') return response.writeHead(302, { location: '/' }).end()
    if (request.url === '/never') return
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => response.end(`${request.method} ${request.headers.host} ${body}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const send = (path: string, addresses: string[], signal = AbortSignal.timeout(5_000), host = 'tsa.invalid') =>
  pinnedFetch(`http://${host}:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from('body'),
    signal,
    addresses,
  })

describe('a pinned request', () => {
  it('goes to the address that is named, whatever the name stands for', async () => {
    const answer = await send('/', ['127.0.0.1'])
    expect(answer.status).toBe(200)
    expect(await new Response(answer.body).text()).toBe(`POST tsa.invalid:${port} body`)
    expect(answer.headers.get('Content-Length')).toBe(String(`POST tsa.invalid:${port} body`.length))
    expect(answer.headers.get('x-nothing')).toBeNull()
  })

  it('goes to none of the addresses that a name has by itself', async () => {
    await expect(send('/', ['127.0.0.9'], AbortSignal.timeout(2_000), 'localhost')).rejects.toThrow()
  })

  it('is refused without an address', async () => {
    await expect(send('/', [])).rejects.toThrow('no address')
  })

  it('does not follow a redirect', async () => {
    const answer = await send('/elsewhere', ['127.0.0.1'])
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe('/')
    await answer.body?.cancel()
  })

  it('ends when its signal says so', async () => {
    await expect(send('/never', ['127.0.0.1'], AbortSignal.timeout(50))).rejects.toThrow()
  })

  it('is refused where nobody listens', async () => {
    await expect(
      pinnedFetch('http://127.0.0.1:1/', {
        method: 'POST',
        headers: {},
        body: new Uint8Array(),
        signal: AbortSignal.timeout(2_000),
        addresses: ['127.0.0.1'],
      }),
    ).rejects.toThrow('ECONNREFUSED')
  })
})

it('a name that stands for nothing has no address', async () => {
  expect(await lookupAddresses('nothing.invalid')).toEqual([])
  expect(await lookupAddresses('127.0.0.1')).toEqual(['127.0.0.1'])
})
