import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Certificate,
  encodeOcspCertId,
  encodeOcspRequest,
  encodePem,
  parseCertificate,
  parseCrl,
  parseOcspResponse,
} from '../../formats/index.ts'
import {
  type Behaviours,
  buildPki,
  crlUrl,
  encodeCertificatesOnly,
  entityOf,
  type Pki,
  quickKeys,
  type Responders,
  startResponders,
  testPki,
} from '../../test-certs/index.ts'
import type { TrustError } from '../errors.ts'
import type { Fetch } from './guarded-fetch.ts'
import { createHttpSource, type HttpSourceOptions } from './http-source.ts'

const env = { clock: () => new Date(), random: (n: number) => new Uint8Array(randomBytes(n)) }
let pki: Pki
let responders: Responders
const cert = (name: string): Certificate => entityOf(pki, name).certificate

beforeAll(async () => {
  responders = await startResponders(env)
  pki = await buildPki(testPki, { ...env, keys: quickKeys, url: responders.url, only: ['doctor-01', 'ocsp'] })
  responders.use(pki)
})
afterAll(() => responders.close())
beforeEach(() => responders.behave({ ocsp: 'normal', crl: 'normal', ca: 'normal' }))

const failures: TrustError[] = []
beforeEach(() => void failures.splice(0))

const source = (options: Partial<HttpSourceOptions> = {}) =>
  createHttpSource({
    fetch,
    lookup: async () => [],
    netAllow: ['127.0.0.1'],
    onFailure: (_url, error) => failures.push(error),
    ...options,
  })
const codes = (): string[] => failures.map(({ code }) => code)
const request = (): Uint8Array =>
  encodeOcspRequest(encodeOcspCertId(cert('doctor-01'), cert('public-ca')), null)
/** A server of one answer, whatever is asked. */
const answering = (body: Uint8Array | string | null, init: ResponseInit = {}): Fetch =>
  (async () => new Response(body as ConstructorParameters<typeof Response>[0], init)) as Fetch

describe('what is fetched', () => {
  it('an issuer, in DER and as .p7b', async () => {
    const [one] = await source().issuers(`${responders.url}/ca/public-ca.cer`)
    expect(parseCertificate(one!).sha256).toBe(cert('public-ca').sha256)
    const all = await source().issuers(`${responders.url}/ca/public-ca.p7b`)
    expect(all.map((bytes) => parseCertificate(bytes).sha256).sort()).toEqual(
      [cert('public-ca').sha256, cert('national-root').sha256].sort(),
    )
  })

  it('issuers in PEM, certificates and .p7b', async () => {
    const pem =
      encodePem('CERTIFICATE', cert('public-ca').der) + encodePem('CERTIFICATE', cert('national-root').der)
    expect(await source({ fetch: answering(pem) }).issuers(responders.url)).toHaveLength(2)
    const p7b = encodePem('PKCS7', encodeCertificatesOnly([cert('public-ca')]))
    expect(await source({ fetch: answering(p7b) }).issuers(responders.url)).toHaveLength(1)
  })

  it('a CRL, in DER and in PEM', async () => {
    const bytes = await source().crl(crlUrl(pki, 'public-ca'))
    expect(parseCrl(bytes!).issuer.der).toEqual(cert('public-ca').subject.der)
    const pem = encodePem('X509 CRL', bytes!)
    expect(Buffer.from((await source({ fetch: answering(pem) }).crl(responders.url))!)).toEqual(
      Buffer.from(bytes!),
    )
  })

  it('an OCSP answer, by POST', async () => {
    const bytes = await source().ocsp(responders.ocspUrl, request())
    expect(parseOcspResponse(bytes!).basic!.responses[0]!.status.kind).toBe('good')
    expect(failures).toEqual([])
  })

  it('an OCSP answer by GET, where POST is not served', async () => {
    const methods: string[] = []
    const onlyGet: Fetch = async (url, init) => {
      methods.push(init.method)
      return init.method === 'POST' ? new Response('no', { status: 405 }) : fetch(url, init)
    }
    expect(await source({ fetch: onlyGet }).ocsp(responders.ocspUrl, request())).not.toBeNull()
    expect(methods).toEqual(['POST', 'GET'])
  })

  it('a long OCSP request is not sent by GET', async () => {
    const methods: string[] = []
    const refusing: Fetch = async (_url, init) => {
      methods.push(init.method)
      return new Response('no', { status: 405 })
    }
    const long = encodeOcspRequest(
      encodeOcspCertId(cert('doctor-01'), cert('public-ca')),
      new Uint8Array(200),
    )
    expect(await source({ fetch: refusing }).ocsp(responders.ocspUrl, long)).toBeNull()
    expect(methods).toEqual(['POST'])
  })

  it('names and passwords in an address are not sent', async () => {
    const seen: string[] = []
    const watching: Fetch = async (url, init) => {
      seen.push(url)
      return fetch(url, init)
    }
    const url = crlUrl(pki, 'public-ca').replace('http://', 'http://user:secret@')
    expect(await source({ fetch: watching }).crl(url)).not.toBeNull()
    expect(seen).toEqual([crlUrl(pki, 'public-ca')])
  })
})

describe('what is not fetched', () => {
  const never: Fetch = () => Promise.reject(new Error('fetched'))
  const names: Readonly<Record<string, string[]>> = {
    'inside.example': ['10.0.0.7'],
    'half.example': ['8.8.8.8', '169.254.169.254'],
    'loop.example': ['127.0.0.1'],
    'mapped.example': ['::ffff:192.168.0.1'],
  }
  const lookup = async (host: string): Promise<readonly string[]> => names[host] ?? []

  it.each([
    ['file:///etc/passwd', 'ERR_TRUST_URL_SCHEME'],
    ['ldap://ldap.example/cn=ca?certificateRevocationList', 'ERR_TRUST_URL_SCHEME'],
    ['ldaps://ldap.example/', 'ERR_TRUST_URL_SCHEME'],
    ['ftp://8.8.8.8/a.crl', 'ERR_TRUST_URL_SCHEME'],
    ['data:application/pkix-crl;base64,AAAA', 'ERR_TRUST_URL_SCHEME'],
    ['gopher://8.8.8.8/', 'ERR_TRUST_URL_SCHEME'],
    ['http://169.254.169.254/latest/meta-data/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://[::ffff:169.254.169.254]/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://[64:ff9b::169.254.169.254]/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://2852039166/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://0xa9fea9fe/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://10.0.0.1:8080/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://[fd00::1]/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://0.0.0.0/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://inside.example/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://half.example/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://loop.example/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://mapped.example/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://nowhere.example/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://localhost/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['no address', 'ERR_TRUST_FETCH_FAILED'],
    ['', 'ERR_TRUST_FETCH_FAILED'],
  ])('%s', async (url, code) => {
    const guarded = source({ fetch: never, lookup, netAllow: [] })
    expect(await guarded.crl(url)).toBeNull()
    expect(await guarded.issuers(url)).toEqual([])
    expect(await guarded.ocsp(url, request())).toBeNull()
    expect(codes()).toEqual([code, code, code])
  })

  it('loopback, unless it is allowed', async () => {
    const before = responders.taken.crl
    expect(await source({ netAllow: [] }).crl(crlUrl(pki, 'public-ca'))).toBeNull()
    expect(codes()).toEqual(['ERR_TRUST_URL_FORBIDDEN'])
    expect(responders.taken.crl).toBe(before)
  })

  it.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'file:///etc/passwd',
    'ldap://127.0.0.1/',
    '//[::1]/',
  ])('where a redirect leads to %s', async (location) => {
    const seen: string[] = []
    const redirecting: Fetch = async (url) => {
      seen.push(url)
      return new Response(null, { status: 302, headers: { location } })
    }
    expect(await source({ fetch: redirecting }).crl('http://127.0.0.1/a.crl')).toBeNull()
    expect(codes()[0]).toMatch(/^ERR_TRUST_URL_/)
    expect(seen).toEqual(['http://127.0.0.1/a.crl'])
  })

  it('a fourth redirect', async () => {
    let hops = 0
    const redirecting: Fetch = async () => {
      hops++
      return new Response(null, { status: 307, headers: { location: `/${hops}` } })
    }
    expect(await source({ fetch: redirecting }).crl('http://127.0.0.1/')).toBeNull()
    expect([hops, codes()]).toEqual([4, ['ERR_TRUST_FETCH_REDIRECTS']])
  })

  it('a name is looked at once, and the addresses go along, so that another answer later leads nowhere', async () => {
    let asked = 0
    const changing = async (): Promise<string[]> => (asked++ === 0 ? ['8.8.8.8'] : ['127.0.0.1'])
    const seen: (readonly string[])[] = []
    const watching: Fetch = async (_url, { addresses }) => {
      seen.push(addresses)
      return new Response('nothing')
    }
    await source({ fetch: watching, lookup: changing, netAllow: [] }).crl('http://rebinding.example/')
    expect([asked, seen]).toEqual([1, [['8.8.8.8']]])
  })

  it('a name is looked at again after a redirect to itself', async () => {
    let asked = 0
    const changing = async (): Promise<string[]> => (asked++ === 0 ? ['8.8.8.8'] : ['127.0.0.1'])
    const redirecting: Fetch = async () =>
      new Response(null, { status: 302, headers: { location: '/again' } })
    await source({ fetch: redirecting, lookup: changing, netAllow: [] }).crl('http://rebinding.example/')
    expect(codes()).toEqual(['ERR_TRUST_URL_FORBIDDEN'])
  })

  it('nothing more than the list allows: an entry that is none is refused at once', () => {
    expect(() => source({ netAllow: ['http://x'] })).toThrow(
      expect.objectContaining({ code: 'ERR_TRUST_NET_ALLOW_INVALID' }),
    )
  })
})

describe('answers that are not handed on', () => {
  it.each<[string, Behaviours, string]>([
    ['garbage', { crl: 'garbage' }, 'ERR_TRUST_FETCH_UNREADABLE'],
    ['one that is cut off', { crl: 'truncated' }, 'ERR_TRUST_FETCH_UNREADABLE'],
    ['one that never begins', { crl: 'close' }, 'ERR_TRUST_FETCH_FAILED'],
    ['redirects for ever', { crl: 'redirect' }, 'ERR_TRUST_FETCH_REDIRECTS'],
    ['404', { crl: { status: 404 } }, 'ERR_TRUST_FETCH_FAILED'],
    ['500', { crl: { status: 500 } }, 'ERR_TRUST_FETCH_FAILED'],
  ])('of a CRL: %s', async (_what, behaviours, code) => {
    responders.behave(behaviours)
    expect(await source().crl(crlUrl(pki, 'public-ca'))).toBeNull()
    expect(codes()).toEqual([code])
  })

  it.each<[string, Behaviours, string]>([
    ['tryLater', { ocsp: 'try-later' }, 'ERR_TRUST_FETCH_UNREADABLE'],
    ['unauthorized', { ocsp: 'unauthorized' }, 'ERR_TRUST_FETCH_UNREADABLE'],
    ['garbage', { ocsp: 'garbage' }, 'ERR_TRUST_FETCH_UNREADABLE'],
    ['503', { ocsp: { status: 503 } }, 'ERR_TRUST_FETCH_FAILED'],
  ])('of an OCSP responder: %s', async (_what, behaviours, code) => {
    responders.behave(behaviours)
    expect(await source().ocsp(responders.ocspUrl, request())).toBeNull()
    expect(codes()).toEqual([code])
  })

  it.each<[string, () => Uint8Array | string]>([
    ['a CRL', () => Uint8Array.of(0x30, 0)],
    ['text', () => '<html>not found</html>'],
    ['nothing', () => new Uint8Array()],
    ['another kind of PEM', () => encodePem('PRIVATE KEY', Uint8Array.of(1, 2, 3))],
  ])('for an issuer: %s', async (_what, body) => {
    expect(await source({ fetch: answering(body()) }).issuers(responders.url)).toEqual([])
    expect(codes()).toEqual(['ERR_TRUST_FETCH_UNREADABLE'])
  })

  it('an OCSP answer in place of a CRL, and the other way round', async () => {
    const crl = (await source().crl(crlUrl(pki, 'public-ca')))!
    const ocsp = (await source().ocsp(responders.ocspUrl, request()))!
    expect(await source({ fetch: answering(ocsp) }).crl(responders.url)).toBeNull()
    expect(await source({ fetch: answering(crl) }).ocsp(responders.url, request())).toBeNull()
  })

  it('one beyond the limit, as soon as it is', async () => {
    let sent = 0
    const endless: Fetch = async () =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            sent += 65_536
            controller.enqueue(new Uint8Array(65_536).fill(0x30))
          },
        }),
      )
    expect(await source({ fetch: endless, limits: { maxBytes: 1_000_000 } }).crl(responders.url)).toBeNull()
    expect(codes()).toEqual(['ERR_TRUST_FETCH_TOO_LARGE'])
    expect(sent).toBeLessThan(1_400_000)
  })

  it.each<[string, Behaviours]>([
    ['one that drips', { crl: 'slow-drip' }],
    ['one that never ends', { crl: 'endless' }],
    ['one that comes late', { crl: { delayMs: 5000 } }],
  ])('%s, within the time there is', async (_what, behaviours) => {
    responders.behave(behaviours)
    const started = performance.now()
    const limits = { timeoutMs: 200, maxBytes: 1_000_000 }
    expect(await source({ limits }).crl(crlUrl(pki, 'public-ca'))).toBeNull()
    expect(codes()[0]).toMatch(/^ERR_TRUST_FETCH_(TIMEOUT|TOO_LARGE)$/)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('a look-up and a fetch that hang end with the time there is', async () => {
    const hang = () => new Promise<never>(() => {})
    const limits = { timeoutMs: 50 }
    expect(await source({ lookup: hang, limits }).crl('http://x.example/')).toBeNull()
    expect(await source({ fetch: hang, limits }).crl('http://127.0.0.1/')).toBeNull()
    expect(codes()).toEqual(['ERR_TRUST_FETCH_TIMEOUT', 'ERR_TRUST_FETCH_TIMEOUT'])
  })

  it('tell nothing of what the server said: every status has the same words', async () => {
    const told = new Set<string>()
    for (const status of [201, 204, 301, 400, 401, 403, 404, 500, 503]) {
      failures.splice(0)
      const body = [204, 301].includes(status) ? null : 'secret of the inside'
      await source({ fetch: answering(body, { status }) }).crl('http://127.0.0.1/')
      told.add(
        JSON.stringify([
          failures[0]!.code,
          failures[0]!.message,
          failures[0]!.messageVi,
          failures[0]!.details,
        ]),
      )
    }
    expect(told.size).toBe(1)
    expect([...told][0]).not.toContain('secret')
  })

  it('more certificates than anybody needs are cut off', async () => {
    const crowd = encodePem('CERTIFICATE', cert('public-ca').der).repeat(50)
    const found = await source({ fetch: answering(crowd), limits: { maxCertificates: 10 } }).issuers(
      responders.url,
    )
    expect(found).toHaveLength(10)
  })
})
