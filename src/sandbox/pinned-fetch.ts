import { lookup as resolveName } from 'node:dns/promises'
import { type IncomingMessage, request as requestPlainly } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { isIP } from 'node:net'
import { Readable } from 'node:stream'

export interface PinnedRequest {
  readonly method: string
  readonly headers: Record<string, string>
  /** Absent with GET. */
  readonly body?: Uint8Array
  readonly signal: AbortSignal
  /** The only addresses that are connected to, in order. */
  readonly addresses: readonly string[]
}

export interface PinnedAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
}

/** The addresses of a host's name as this machine resolves it; none where it has none. */
export async function lookupAddresses(host: string): Promise<string[]> {
  try {
    return (await resolveName(host, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}

/**
 * An HTTP request that connects to none but `addresses`, whatever the name in `url` stands for by then: a name that changes
 * between being checked and being used leads nowhere else. Redirects are not followed; each request has a connection of
 * its own.
 */
export function pinnedFetch(url: string, options: PinnedRequest): Promise<PinnedAnswer> {
  const { method, headers, body, signal, addresses } = options
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }))
  const request = url.startsWith('https:') ? requestSecurely : requestPlainly
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      headers: body ? { ...headers, 'content-length': String(body.length) } : headers,
      signal,
      agent: false,
      lookup: (_host, { all }, answer) => {
        const [first] = pinned
        if (!first) answer(new Error('no address'), [])
        else if (all) answer(null, pinned)
        else answer(null, first.address, first.family)
      },
    })
    sent.once('error', reject)
    sent.once('response', (response) => resolve(toAnswer(response)))
    sent.end(body)
  })
}

function toAnswer(response: IncomingMessage): PinnedAnswer {
  return {
    status: response.statusCode ?? 0,
    headers: {
      get: (name) => {
        const value = response.headers[name.toLowerCase()]
        return Array.isArray(value) ? value.join(', ') : (value ?? null)
      },
    },
    body: Readable.toWeb(response) as ReadableStream<Uint8Array>,
  }
}
