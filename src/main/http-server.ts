import { randomUUID } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext } from 'node:tls'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Config } from './config.ts'
import { MainError, type MainErrorCode } from './errors.ts'
import { mainMessages } from './messages.ts'

export type Handler = (request: Request, env: object) => Promise<Response> | Response

export interface HttpServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** What answers from now on. */
  use(handler: Handler): void
  /** Takes no more connections, and ends those that wait for nothing. */
  stopListening(): void
  /** Waits for answers on their way, five seconds at most, and ends the connections that are left. */
  close(): Promise<void>
}

/**
 * Slow headers are ended here; slow bodies by the API, which can say so. The whole request has an hour, as long as 512 MiB
 * take at the slowest rate that the API accepts, and more.
 */
const timeouts = {
  headersTimeout: 15_000,
  requestTimeout: 3_600_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
}

const CLOSE_DEADLINE_MS = 5_000

/**
 * Listens at once, and answers 503 until `use` says who answers.
 *
 * Throws `ERR_MAIN_PORT`, `ERR_CONFIG_FILE`, `ERR_CONFIG_TLS`.
 */
export async function listen({
  host,
  port,
  tls,
  patience,
}: Pick<Config, 'host' | 'port' | 'tls'> & {
  /** Tests only: other times than the usual ones, in milliseconds. */
  readonly patience?: Partial<typeof timeouts>
}): Promise<HttpServer> {
  let handler: Handler = () => problem(503, 'ERR_HTTP_STARTING', { 'Retry-After': '2' })
  const answer = getRequestListener(
    (request, env) =>
      hasHost(env.incoming as IncomingMessage) ? handler(request, env) : problem(400, 'ERR_HTTP_MALFORMED'),
    { hostname: 'localhost', errorHandler: answerFailure },
  )
  const secrets = tls && (await readTls(tls))
  // Node would answer a request without Host itself, with nothing but a status
  const options = { ...timeouts, ...patience, requireHostHeader: false }
  const server = secrets
    ? createSecureServer({ ...options, ...secrets }, answer)
    : createServer(options, answer)
  refuseMalformed(server)
  // expectations that nobody knows are none (RFC 9110, 10.1.1)
  server.on('checkExpectation', answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const details = { host, port, reason: reasonOf(cause) }
      reject(new MainError('ERR_MAIN_PORT', { details, cause }))
    })
    server.listen(port, host, resolve)
  })
  return {
    url: `${tls ? 'https' : 'http'}://${hostPart(host)}:${(server.address() as AddressInfo).port}`,
    use: (next) => {
      handler = next
    },
    stopListening: () => {
      server.close()
      server.closeIdleConnections()
    },
    close: () => closeGently(server),
  }
}

/** Lets answers that are on their way arrive, for as long as a stop may take. */
async function closeGently(server: Server | SecureServer): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (server.listening) server.close(() => resolve())
    else server.getConnections((_error, count) => (count > 0 ? server.once('close', resolve) : resolve()))
  })
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_DEADLINE_MS)
  server.closeIdleConnections()
  await closed
  clearInterval(idle)
  clearTimeout(deadline)
}

/** An address that can be asked from this machine. */
function hostPart(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'another program uses it'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'this machine has no such address'
  return code ?? message
}

async function readTls({ certFile, keyFile }: NonNullable<Config['tls']>) {
  const read = async (name: string, path: string): Promise<Buffer> => {
    try {
      return await fs.readFile(path)
    } catch (cause) {
      throw new MainError('ERR_CONFIG_FILE', { details: { name, path }, cause })
    }
  }
  const secrets = {
    cert: await read('ANKY_TLS_CERT_FILE', certFile),
    key: await read('ANKY_TLS_KEY_FILE', keyFile),
    minVersion: 'TLSv1.2' as const,
  }
  try {
    createSecureContext(secrets)
  } catch {
    // without its cause, which could quote the key
    throw new MainError('ERR_CONFIG_TLS')
  }
  return secrets
}

function problemBody(status: number, code: MainErrorCode, requestId: string): string {
  const { en, vi } = mainMessages[code]
  return JSON.stringify({
    type: 'about:blank',
    title: en,
    status,
    detail: en,
    code,
    messageVi: vi,
    requestId,
  })
}

function problem(status: number, code: MainErrorCode, headers: Record<string, string> = {}): Response {
  const requestId = randomUUID()
  return new Response(problemBody(status, code, requestId), {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'X-Request-Id': requestId, ...headers },
  })
}

/** RFC 9112, 3.2: exactly one; HTTP/1.0 knows none. */
function hasHost({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0')
}

/** A request whose address is none (`Host: a b`), or a handler that failed although it never does. */
function answerFailure(error: unknown): Response {
  if (error instanceof RequestError) return problem(400, 'ERR_HTTP_MALFORMED')
  console.error(error)
  return problem(500, 'ERR_HTTP_UNEXPECTED')
}

/**
 * What Node's parser refuses is told so, whether it became a request already or not; but nothing is put into or before an
 * answer of another request.
 */
function refuseMalformed(server: Server | SecureServer): void {
  const open = new WeakMap<Duplex, Set<ServerResponse>>()
  server.prependListener('request', ({ socket }, response) => {
    const answers = open.get(socket) ?? new Set()
    open.set(socket, answers.add(response))
    response.once('close', () => answers.delete(response))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answers = [...(open.get(socket) ?? [])]
    const isFree =
      answers.length < 2 && answers.every(({ headersSent, req }) => !headersSent && !req.complete)
    if (error.code === 'ECONNRESET' || !socket.writable || !isFree) socket.destroy()
    else answerMalformed(error.code, socket)
  })
  server.on('connect', (_request, socket) => answerMalformed(undefined, socket))
}

function answerMalformed(parserCode: string | undefined, socket: Duplex): void {
  const [status, reason, code] = refusalOf(parserCode)
  const requestId = randomUUID()
  const body = problemBody(status, code, requestId)
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

function refusalOf(code: string | undefined): [number, string, MainErrorCode] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return [431, 'Request Header Fields Too Large', 'ERR_HTTP_HEADERS_TOO_LARGE']
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout', 'ERR_HTTP_TIMEOUT']
  return [400, 'Bad Request', 'ERR_HTTP_MALFORMED']
}
