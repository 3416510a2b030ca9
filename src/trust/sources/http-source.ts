import {
  FormatError,
  parseCertificate,
  parseOcspResponse,
  parsePem,
  readCertificates,
  readCrlTimes,
} from '../../formats/index.ts'
import { TrustError } from '../errors.ts'
import {
  discard,
  type Fetch,
  type FetchAnswer,
  fetchGuarded,
  type HttpContext,
  readBody,
  unlessAborted,
} from './guarded-fetch.ts'
import { type Lookup, parseNetAllow } from './net-guard.ts'
import type { ValidationSource } from './ports.ts'

export interface SourceLimits {
  /** Milliseconds for a whole exchange, look-up and redirects included. */
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Certificates behind one caIssuers address. */
  readonly maxCertificates: number
}

export const defaultSourceLimits: SourceLimits = {
  timeoutMs: 10_000,
  maxBytes: 32 * 1024 * 1024,
  maxCertificates: 100,
}

export interface HttpSourceOptions {
  readonly fetch: Fetch
  /** Addresses of a host's name. */
  readonly lookup: Lookup
  /** Private hosts, addresses and networks that may be fetched from. */
  readonly netAllow: readonly string[]
  readonly limits?: Partial<SourceLimits>
  /** Told of everything that could not be had, and why; the asker is told nothing but that it could not. */
  readonly onFailure?: (url: string, error: TrustError) => void
}

/** RFC 5019, 5: requests up to this long, in base64, may be asked with GET. */
const MAX_GET = 255
const OCSP_REQUEST = 'application/ocsp-request'
const OCSP_RESPONSE = 'application/ocsp-response'

/**
 * Certificates, CRLs and OCSP answers over HTTP (RFC 5280, 4.2.1.13 and 4.2.2.1; RFC 6960, A.1). Only http and https, only
 * addresses that are public or allowed. What comes is read once, so that nothing else is handed on; nothing is verified.
 *
 * Throws `ERR_TRUST_NET_ALLOW_INVALID`. The source itself never throws: what cannot be had is null or empty.
 */
export function createHttpSource(options: HttpSourceOptions): ValidationSource {
  return new HttpSource(options)
}

class HttpSource implements ValidationSource {
  readonly #context: HttpContext
  readonly #limits: SourceLimits
  readonly #onFailure: (url: string, error: TrustError) => void

  constructor(options: HttpSourceOptions) {
    this.#context = { ...options, allow: parseNetAllow(options.netAllow) }
    this.#limits = { ...defaultSourceLimits, ...options.limits }
    this.#onFailure = options.onFailure ?? (() => {})
  }

  async issuers(url: string): Promise<Uint8Array[]> {
    const certificates = await this.#try(url, (signal) =>
      this.#get(url, 'application/pkix-cert, application/pkcs7-mime, */*', signal).then((bytes) =>
        readIssuers(bytes, this.#limits.maxCertificates),
      ),
    )
    return certificates ?? []
  }

  crl(url: string): Promise<Uint8Array | null> {
    return this.#try(url, async (signal) => {
      const bytes = await this.#get(url, 'application/pkix-crl, */*', signal)
      const crl = bytes[0] === 0x30 ? bytes : parsePem(Buffer.from(bytes).toString('latin1'), 'X509 CRL')[0]!
      readCrlTimes(crl)
      return crl
    })
  }

  ocsp(url: string, request: Uint8Array): Promise<Uint8Array | null> {
    return this.#try(url, async (signal) => {
      const bytes = await this.#ask(url, request, signal)
      if (parseOcspResponse(bytes).status !== 'successful') throw new TrustError('ERR_TRUST_FETCH_UNREADABLE')
      return bytes
    })
  }

  /** POST, and, where that is not to be had, GET (RFC 6960, A.1: a responder may serve either). */
  async #ask(url: string, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const headers = { 'content-type': OCSP_REQUEST, accept: OCSP_RESPONSE }
    const body = Uint8Array.from(request)
    const answer = await fetchGuarded(url, { method: 'POST', headers, body, signal }, this.#context)
    const base64 = Buffer.from(request).toString('base64')
    if (answer.status === 200 || base64.length > MAX_GET) return this.#readAnswer(answer)
    await discard(answer)
    return this.#get(`${url.replace(/\/$/, '')}/${encodeURIComponent(base64)}`, OCSP_RESPONSE, signal)
  }

  async #get(url: string, accept: string, signal: AbortSignal): Promise<Uint8Array> {
    return this.#readAnswer(
      await fetchGuarded(url, { method: 'GET', headers: { accept }, signal }, this.#context),
    )
  }

  async #readAnswer(answer: FetchAnswer): Promise<Uint8Array> {
    if (answer.status === 200) return readBody(answer, this.#limits.maxBytes)
    await discard(answer)
    throw new TrustError('ERR_TRUST_FETCH_FAILED', { retryable: true })
  }

  async #try<T>(url: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    const { timeoutMs } = this.#limits
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(), timeoutMs)
    try {
      return await unlessAborted(work(controller.signal), controller.signal)
    } catch (cause) {
      this.#onFailure(url, toTrustError(cause, controller.signal.aborted ? timeoutMs : null))
      return null
    } finally {
      clearTimeout(timer)
    }
  }
}

function toTrustError(cause: unknown, timeoutMs: number | null): TrustError {
  if (cause instanceof TrustError) return cause
  if (timeoutMs !== null) {
    return new TrustError('ERR_TRUST_FETCH_TIMEOUT', { details: { timeoutMs }, cause, retryable: true })
  }
  const isFormat = cause instanceof FormatError
  return new TrustError(isFormat ? 'ERR_TRUST_FETCH_UNREADABLE' : 'ERR_TRUST_FETCH_FAILED', {
    cause,
    retryable: !isFormat,
  })
}

/** Those certificates that can be read; throws where there is none. */
function readIssuers(bytes: Uint8Array, limit: number): Uint8Array[] {
  const found = readCertificates(bytes).slice(0, limit).filter(isReadable)
  if (found.length === 0) throw new TrustError('ERR_TRUST_FETCH_UNREADABLE')
  return found
}

function isReadable(certificate: Uint8Array): boolean {
  try {
    parseCertificate(certificate)
    return true
  } catch {
    return false
  }
}
