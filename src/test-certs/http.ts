import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { transportLies } from './behaviour.ts'

/** An answer before the connection may spoil it. */
export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export type TransportLie = keyof typeof transportLies | { delayMs: number } | { status: number }

const DRIP_PAUSE_MS = 100
const MAX_REQUEST_BYTES = 65_536

export const textReply = (status: number, text: string, headers?: Record<string, string>): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: Buffer.from(`${text}\n`),
  ...(headers && { headers }),
})

/** The lie of the connection in `behaviour`, or null where it is about the contents. */
export function transportLieOf(behaviour: unknown): TransportLie | null {
  if (typeof behaviour === 'string') {
    return behaviour in replySpoilers ? (behaviour as TransportLie) : null
  }
  const fields = behaviour as { delayMs?: number; status?: number }
  return fields.delayMs !== undefined || fields.status !== undefined ? (behaviour as TransportLie) : null
}

/** The request's body, or null where it is longer than 64 KiB. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const parts: Buffer[] = []
  let length = 0
  // an early return must leave the connection open: there is still an answer to send
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += (part as Buffer).length
    if (length > MAX_REQUEST_BYTES) return null
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

/** Sends `reply`, spoiled as `lie` says; ends early, without an error, where the client leaves. */
export async function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  lie: TransportLie | null,
): Promise<void> {
  if (lie === null) return send(response, reply)
  if (typeof lie === 'string') return replySpoilers[lie](request, response, reply)
  if ('status' in lie) {
    const headers = lie.status === 503 ? { 'retry-after': '1' } : undefined
    return send(response, textReply(lie.status, `told to answer ${lie.status}`, headers))
  }
  const left = new AbortController()
  response.once('close', () => left.abort())
  // the client may leave first: then there is nobody to answer
  const waited = await wait(lie.delayMs, true, { signal: left.signal }).catch(() => false)
  if (waited) send(response, reply)
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': reply.body.length,
    ...reply.headers,
  })
  response.end(reply.body)
}

type Spoiler = (request: IncomingMessage, response: ServerResponse, reply: Reply) => void | Promise<void>

const replySpoilers: Readonly<Record<keyof typeof transportLies, Spoiler>> = {
  garbage: (_request, response, reply) => send(response, { ...reply, body: Buffer.alloc(257, 'not DER ') }),
  truncated: (_request, response, reply) =>
    send(response, { ...reply, body: reply.body.subarray(0, Math.floor(reply.body.length / 2)) }),
  'wrong-content-type': (_request, response, reply) => send(response, { ...reply, type: 'text/html' }),
  redirect: (request, response, reply) =>
    send(response, { ...reply, status: 307, body: new Uint8Array(), headers: { location: request.url! } }),
  close: (_request, response) => void response.destroy(),
  'slow-drip': async (_request, response, reply) => {
    response.writeHead(reply.status, { 'content-type': reply.type, 'content-length': reply.body.length })
    for (const octet of reply.body) {
      if (response.destroyed) return
      response.write(Uint8Array.of(octet))
      await wait(DRIP_PAUSE_MS)
    }
    response.end()
  },
  endless: async (_request, response, reply) => {
    response.writeHead(reply.status, { 'content-type': reply.type })
    // a SEQUENCE that claims to be 4 GiB long
    response.write(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff))
    const block = Buffer.alloc(16_384)
    const closed = new Promise<void>((resolve) => response.once('close', resolve))
    while (!response.destroyed) {
      if (!response.write(block) && !response.destroyed) {
        await Promise.race([closed, new Promise<void>((resolve) => response.once('drain', resolve))])
      }
    }
  },
}
