import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Behaviours, readBehaviours } from './behaviour.ts'
import type { Environment } from './build.ts'
import { answerCertificate } from './ca-endpoint.ts'
import { answerCrl } from './crl-endpoint.ts'
import { crlUrl, isAuthority, ocspUrl, type Pki, tsaUrl } from './entity.ts'
import { TestCertsError } from './errors.ts'
import { type Reply, readBody, sendReply, textReply, transportLieOf } from './http.ts'
import { answerOcsp, type OcspStyle } from './ocsp-endpoint.ts'
import { TimestampEndpoint } from './tsa-endpoint.ts'

export interface RespondersOptions extends Environment {
  /** What they answer for; a function is asked at each request. Without it they answer 404 until `use`. */
  readonly pki?: Pki | (() => Pki)
  /** Default 0: any free port. Always on 127.0.0.1. */
  readonly port?: number
  /** The entity behind `/tsa`; `/tsa/NAME` is always NAME. Default `tsa`. */
  readonly tsa?: string
  readonly ocsp?: OcspStyle
  /** true: `POST controlUrl` with behaviours as JSON does what `behave` does; the path cannot be guessed. */
  readonly control?: boolean
}

export interface Responders {
  readonly url: string
  readonly port: number
  readonly tsaUrl: string
  readonly ocspUrl: string
  /** Of each CA of the PKI in use. */
  readonly crlUrls: readonly string[]
  readonly controlUrl: string | null
  /** Requests taken since the start, by responder. */
  readonly taken: Readonly<Record<keyof Behaviours, number>>
  /** Answers for `pki` from now on. */
  use(pki: Pki): void
  /** Behaves so from now on; what is not named stays as it is. Throws `ERR_TEST_PKI_BEHAVIOUR`. */
  behave(behaviours: Behaviours): void
  /** Stops at once; answers under way are cut off. */
  close(): Promise<void>
}

const honest: Required<Behaviours> = { tsa: 'normal', ocsp: 'normal', crl: 'normal', ca: 'normal' }

/**
 * Live TSA (`POST /tsa`, RFC 3161), OCSP (`/ocsp`, RFC 6960, POST and GET), CRLs (`/crl/NAME.crl`) and issuers'
 * certificates (`/ca/NAME.cer`, `.p7b`) on loopback, honest until told otherwise. Throws `ERR_TEST_PKI_PORT`.
 */
export async function startResponders(options: RespondersOptions): Promise<Responders> {
  const controlPath = options.control
    ? `/control/${Buffer.from(options.random(24)).toString('base64url')}`
    : null
  const state = new RespondersState(options, controlPath)
  const server = createServer((request, response) => {
    state.handle(request, response).catch(() => response.destroy())
  })
  const port = await listen(server, options.port ?? 0)
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    tsaUrl: tsaUrl({ url }),
    ocspUrl: ocspUrl({ url }),
    get crlUrls() {
      const authorities = [...(state.pki()?.entities.values() ?? [])].filter(isAuthority)
      return authorities.map((authority) => crlUrl({ url }, authority.name))
    },
    controlUrl: controlPath && url + controlPath,
    taken: state.taken,
    use: (pki) => {
      state.source = pki
    },
    behave: (behaviours) => state.behave(behaviours),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new TestCertsError('ERR_TEST_PKI_PORT', { details: { port }, cause })),
    )
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

class RespondersState {
  source: Pki | (() => Pki) | undefined
  readonly taken: Record<keyof Behaviours, number> = { tsa: 0, ocsp: 0, crl: 0, ca: 0 }
  readonly #options: RespondersOptions
  readonly #controlPath: string | null
  readonly #timestamps: TimestampEndpoint
  #behaviours: Required<Behaviours> = honest

  constructor(options: RespondersOptions, controlPath: string | null) {
    this.#options = options
    this.#controlPath = controlPath
    this.#timestamps = new TimestampEndpoint(options)
    this.source = options.pki
  }

  pki(): Pki | undefined {
    return typeof this.source === 'function' ? this.source() : this.source
  }

  behave(behaviours: unknown): void {
    this.#behaviours = { ...this.#behaviours, ...readBehaviours(behaviours) }
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
    const [, place = '', ...rest] = path.split('/')
    if (path === this.#controlPath) return sendReply(request, response, await this.#control(request), null)
    if (!isPlace(place)) return sendReply(request, response, textReply(404, 'not found'), null)
    this.taken[place]++
    const behaviour = this.#behaviours[place]
    const reply = await this.#answer(place, rest.join('/'), request).catch(toReply)
    return sendReply(request, response, reply, transportLieOf(behaviour))
  }

  async #answer(place: keyof Behaviours, rest: string, request: IncomingMessage): Promise<Reply> {
    const pki = this.pki()
    if (!pki) return textReply(404, 'no PKI is in use')
    if (place === 'tsa') return this.#timestamp(pki, rest, request)
    if (place === 'ocsp') return this.#ocsp(pki, rest, request)
    const file = /^([a-z0-9-]+)\.(crl|cer|p7b)$/.exec(rest)
    if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed('GET, HEAD')
    if (place === 'crl' && file?.[2] === 'crl') {
      return answerCrl(pki, file[1]!, this.#behaviours.crl, this.#options)
    }
    if (place === 'ca' && (file?.[2] === 'cer' || file?.[2] === 'p7b')) {
      return answerCertificate(pki, file[1]!, file[2])
    }
    return textReply(404, 'not found')
  }

  async #timestamp(pki: Pki, rest: string, request: IncomingMessage): Promise<Reply> {
    if (request.method !== 'POST') return methodNotAllowed('POST')
    if (mediaType(request) !== 'application/timestamp-query')
      return textReply(415, 'application/timestamp-query')
    const body = await readBody(request)
    if (!body) return textReply(413, 'too long')
    return this.#timestamps.answer(pki, rest || (this.#options.tsa ?? 'tsa'), body, this.#behaviours.tsa)
  }

  async #ocsp(pki: Pki, rest: string, request: IncomingMessage): Promise<Reply> {
    let body: Uint8Array | null
    if (request.method === 'GET') {
      // RFC 6960, A.1: the request in base64, URL-encoded
      body = Buffer.from(decodeURIComponent(rest), 'base64')
    } else if (request.method === 'POST') {
      if (mediaType(request) !== 'application/ocsp-request') return textReply(415, 'application/ocsp-request')
      body = await readBody(request)
    } else {
      return methodNotAllowed('GET, POST')
    }
    if (!body) return textReply(413, 'too long')
    return answerOcsp(pki, body, this.#behaviours.ocsp, this.#options, this.#options.ocsp)
  }

  async #control(request: IncomingMessage): Promise<Reply> {
    if (request.method !== 'POST') return methodNotAllowed('POST')
    const body = await readBody(request)
    if (!body) return textReply(413, 'too long')
    try {
      this.behave(JSON.parse(Buffer.from(body).toString('utf8')))
    } catch (error) {
      return textReply(400, error instanceof Error ? error.message : 'not understood')
    }
    return { status: 200, type: 'application/json', body: Buffer.from(JSON.stringify(this.#behaviours)) }
  }
}

const isPlace = (place: string): place is keyof Behaviours => Object.hasOwn(honest, place)

const mediaType = (request: IncomingMessage): string =>
  (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

const methodNotAllowed = (allow: string): Reply => textReply(405, 'method not allowed', { allow })

const notFound: ReadonlySet<string> = new Set(['ERR_TEST_PKI_ENTITY_UNKNOWN', 'ERR_TEST_PKI_NOT_A_CA'])

function toReply(error: unknown): Reply {
  if (error instanceof TestCertsError && notFound.has(error.code)) return textReply(404, error.message)
  if (error instanceof URIError) return textReply(400, 'malformed path')
  return textReply(500, error instanceof TestCertsError ? error.message : 'internal error')
}
