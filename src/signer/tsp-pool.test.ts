import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { digestBytes, parseTimeStampToken } from '../formats/index.ts'
import {
  entityOf,
  type Pki,
  type Responders,
  startResponders,
  type TsaBehaviour,
} from '../test-certs/index.ts'
import { SignerError } from './errors.ts'
import { poolOf } from './testing/tsa.ts'
import { buildSigners, codeOf, env } from './testing/world.ts'
import { createTimestampPool } from './tsp-pool.ts'

let pki: Pki
let responders: Responders
let others: Responders

beforeAll(async () => {
  responders = await startResponders(env)
  others = await startResponders(env)
  pki = await buildSigners(['tsa', 'tsa-ecdsa'], { url: responders.url })
  responders.use(pki)
  others.use(pki)
})
afterAll(async () => {
  await responders.close()
  await others.close()
})
beforeEach(() => {
  responders.behave({ tsa: 'normal' })
  others.behave({ tsa: 'normal' })
})

const imprint = digestBytes('sha256', Buffer.from('giá trị chữ ký'))

/** Why the only authority of a pool was not believed. */
async function reasonOf(
  behaviour: TsaBehaviour,
  options: Parameters<typeof poolOf>[2] = {},
): Promise<string> {
  responders.behave({ tsa: behaviour })
  try {
    await poolOf(pki, responders, options).timestamp(imprint, 'sha256')
    return 'none'
  } catch (error) {
    expect(error).toBeInstanceOf(SignerError)
    expect(error).toMatchObject({ code: 'ERR_TSP_UNAVAILABLE', retryable: true })
    const { errors } = (error as SignerError).cause as AggregateError
    expect(errors).toHaveLength(1)
    return (errors[0] as SignerError).code
  }
}

describe('an honest authority', () => {
  it.each(['sha256', 'sha384', 'sha512', 'sha3-256'] as const)('stamps a %s imprint', async (digest) => {
    const value = digestBytes(digest, Buffer.from('x'))
    const { token, genTime } = await poolOf(pki, responders).timestamp(value, digest)
    expect(parseTimeStampToken(token).tstInfo).toMatchObject({
      digest,
      imprint: new Uint8Array(value),
      genTime,
    })
    expect(Math.abs(genTime.getTime() - Date.now())).toBeLessThan(5000)
  })

  it('is trusted by an anchor above it', async () => {
    for (const anchor of ['public-ca', 'national-root']) {
      const trusted = [entityOf(pki, anchor).certificate]
      expect(await codeOf(() => poolOf(pki, responders, { trusted }).timestamp(imprint, 'sha256'))).toBe(
        'none',
      )
    }
  })

  it('signs with ECDSA too, and under the policy asked for', async () => {
    const options = {
      urls: [`${responders.tsaUrl}/tsa-ecdsa`],
      trusted: [entityOf(pki, 'tsa-ecdsa').certificate],
      policy: '2.999.1.1',
    }
    expect(await codeOf(() => poolOf(pki, responders, options).timestamp(imprint, 'sha256'))).toBe('none')
  })
})

describe('a lie is found out', () => {
  it.each<[TsaBehaviour & string, string]>([
    ['wrong-imprint', 'ERR_TSP_IMPRINT_MISMATCH'],
    ['wrong-digest', 'ERR_TSP_DIGEST_MISMATCH'],
    ['wrong-nonce', 'ERR_TSP_NONCE_MISMATCH'],
    ['no-nonce', 'ERR_TSP_NONCE_MISSING'],
    ['wrong-eku', 'ERR_TSP_EKU_MIXED'],
    ['eku-absent', 'ERR_TSP_EKU_MISSING'],
    ['eku-not-critical', 'ERR_TSP_EKU_NOT_CRITICAL'],
    ['expired', 'ERR_TSP_CERTIFICATE_EXPIRED'],
    ['untrusted', 'ERR_TSP_UNTRUSTED'],
    ['rejection', 'ERR_TSP_REJECTED'],
    ['rejection-with-token', 'ERR_TSP_REJECTED'],
    ['granted-without-token', 'ERR_TSP_TOKEN_MISSING'],
    ['bad-signature', 'ERR_TSP_SIGNATURE_INVALID'],
    ['wrong-ess', 'ERR_TSP_CERTIFICATE_MISMATCH'],
    ['no-ess', 'ERR_TSP_ESS_MISSING'],
    ['no-certificate', 'ERR_TSP_CERTIFICATE_MISSING'],
    ['garbage', 'ERR_TSP_MALFORMED'],
    ['truncated', 'ERR_TSP_MALFORMED'],
    ['endless', 'ERR_TSP_TOO_LARGE'],
    ['close', 'ERR_TSP_CONNECTION'],
    ['wrong-content-type', 'ERR_TSP_CONTENT_TYPE'],
    ['redirect', 'ERR_TRUST_FETCH_REDIRECTS'],
  ])('%s: %s', async (behaviour, code) => expect(await reasonOf(behaviour)).toBe(code))

  it('another policy than the one asked for', async () => {
    expect(await reasonOf('other-policy')).toBe('none')
    expect(await reasonOf('other-policy', { policy: '2.999.1.1' })).toBe('ERR_TSP_POLICY_MISMATCH')
  })

  it('the token of an earlier request', async () => {
    await poolOf(pki, responders).timestamp(imprint, 'sha256')
    expect(await reasonOf('replay')).toMatch(/^ERR_TSP_(?:NONCE|IMPRINT|DIGEST)_MISMATCH$/)
  })

  it.each([86_400_000, -86_400_000, 400_000, -400_000])('a time that is off by %i ms', async (shiftMs) => {
    expect(await reasonOf({ shiftMs })).toBe('ERR_TSP_TIME_OUT_OF_RANGE')
  })

  it('a minute is within what clocks differ by', async () => {
    expect(await reasonOf({ shiftMs: 60_000 })).toBe('none')
  })

  it.each([204, 303, 404, 500, 503])('HTTP status %i', async (status) => {
    expect(await reasonOf({ status })).toBe('ERR_TSP_HTTP_STATUS')
  })

  it.each<TsaBehaviour>([{ delayMs: 60_000 }, 'slow-drip'])(
    '%o ends with the deadline',
    async (behaviour) => {
      const start = Date.now()
      expect(await reasonOf(behaviour, { deadlineMs: 200 })).toBe('ERR_TSP_TIMEOUT')
      expect(Date.now() - start).toBeLessThan(2000)
    },
  )
})

describe('the pool', () => {
  const both = (options: Parameters<typeof poolOf>[2] = {}) =>
    poolOf(pki, responders, { urls: [responders.tsaUrl, others.tsaUrl], ...options })

  it('asks the first and, while it answers, nobody else', async () => {
    const before = [responders.taken.tsa, others.taken.tsa]
    await both().timestamp(imprint, 'sha256')
    expect([responders.taken.tsa, others.taken.tsa]).toEqual([before[0]! + 1, before[1]])
  })

  it.each<TsaBehaviour>([
    'close',
    'bad-signature',
    'untrusted',
    'rejection',
    { status: 503 },
    { shiftMs: 86_400_000 },
  ])('passes over a first authority that is %o', async (behaviour) => {
    responders.behave({ tsa: behaviour })
    const before = others.taken.tsa
    expect(await codeOf(() => both().timestamp(imprint, 'sha256'))).toBe('none')
    expect(others.taken.tsa).toBe(before + 1)
  })

  it('tells whom it passed over, and why', async () => {
    responders.behave({ tsa: 'wrong-nonce' })
    const told: unknown[] = []
    const onFailure = (url: string, error: unknown) => told.push([url, (error as SignerError).code])
    await both({ onFailure }).timestamp(imprint, 'sha256')
    expect(told).toEqual([[responders.tsaUrl, 'ERR_TSP_NONCE_MISMATCH']])
  })

  it('leaves time for the second where the first is slow', async () => {
    responders.behave({ tsa: { delayMs: 60_000 } })
    const start = Date.now()
    expect(await codeOf(() => both({ deadlineMs: 1600 }).timestamp(imprint, 'sha256'))).toBe('none')
    expect(Date.now() - start).toBeGreaterThanOrEqual(790)
  })

  it('gives the last one what the others left over', async () => {
    responders.behave({ tsa: 'close' })
    // more than half of the deadline
    others.behave({ tsa: { delayMs: 800 } })
    expect(await codeOf(() => both({ deadlineMs: 1500 }).timestamp(imprint, 'sha256'))).toBe('none')
  })

  it('has one deadline over all', async () => {
    responders.behave({ tsa: { delayMs: 60_000 } })
    others.behave({ tsa: { delayMs: 60_000 } })
    const start = Date.now()
    const error = await both({ deadlineMs: 300 })
      .timestamp(imprint, 'sha256')
      .catch((cause: unknown) => cause)
    expect(Date.now() - start).toBeLessThan(1500)
    expect(error).toMatchObject({
      code: 'ERR_TSP_UNAVAILABLE',
      details: { deadlineMs: 300 },
      retryable: true,
    })
    const codes = ((error as SignerError).cause as AggregateError).errors.map(({ code }: SignerError) => code)
    expect(codes).toEqual(['ERR_TSP_TIMEOUT', 'ERR_TSP_TIMEOUT'])
  })

  it('is unavailable where it has no authority', async () => {
    expect(await codeOf(() => both({ urls: [] }).timestamp(imprint, 'sha256'))).toBe('ERR_TSP_UNAVAILABLE')
  })

  it('refuses an imprint that is no digest', async () => {
    expect(await codeOf(() => both().timestamp(imprint, 'sha512'))).toBe('ERR_SIGNER_DIGEST_LENGTH')
  })

  it('refuses a list of allowed hosts that cannot be read', () => {
    expect(() => both({ netAllow: ['10.0.0.0/99'] })).toThrow(
      expect.objectContaining({ code: 'ERR_TRUST_NET_ALLOW_INVALID' }),
    )
  })
})

describe('what may be fetched from', () => {
  it('loopback only where it is allowed', async () => {
    const before = responders.taken.tsa
    expect(await reasonOf('normal', { netAllow: [] })).toBe('ERR_TRUST_URL_FORBIDDEN')
    expect(responders.taken.tsa).toBe(before)
  })

  it.each([
    ['file:///etc/passwd', 'ERR_TRUST_URL_SCHEME'],
    ['no url', 'ERR_TSP_CONNECTION'],
    ['http://unknown.example/', 'ERR_TRUST_URL_FORBIDDEN'],
    ['http://127.0.0.1:1/', 'ERR_TSP_CONNECTION'],
  ])('%s: %s', async (url, code) => expect(await reasonOf('normal', { urls: [url] })).toBe(code))

  it('a name whose look-up hangs ends with the deadline', async () => {
    const lookup = () => new Promise<string[]>(() => {})
    const options = { urls: ['http://slow.example/'], lookup, deadlineMs: 100 }
    expect(await reasonOf('normal', options)).toBe('ERR_TSP_TIMEOUT')
  })

  it('a fetch that does not heed its signal ends with the deadline', async () => {
    const options = { fetch: () => new Promise<Response>(() => {}), deadlineMs: 100 }
    expect(await reasonOf('normal', options)).toBe('ERR_TSP_TIMEOUT')
  })

  it('a name whose look-up fails cannot be reached', async () => {
    const lookup = () => Promise.reject(new Error('no such name'))
    expect(await reasonOf('normal', { urls: ['http://x.example/'], lookup })).toBe('ERR_TSP_CONNECTION')
  })

  it('the target of a redirect is looked at too', async () => {
    const fetchRedirect = async () =>
      new Response(null, { status: 307, headers: { location: 'http://10.0.0.1/' } })
    expect(await reasonOf('normal', { fetch: fetchRedirect })).toBe('ERR_TRUST_URL_FORBIDDEN')
    const fetchFile = async () =>
      new Response(null, { status: 302, headers: { location: 'file:///etc/passwd' } })
    expect(await reasonOf('normal', { fetch: fetchFile })).toBe('ERR_TRUST_URL_SCHEME')
  })

  it('three redirects are followed, with the whole request', async () => {
    let hops = 0
    const options = {
      fetch: async (url: string, init: RequestInit) =>
        ++hops <= 3 ? new Response(null, { status: 308, headers: { location: url } }) : fetch(url, init),
    }
    expect(await reasonOf('normal', options)).toBe('none')
    expect(hops).toBe(4)
  })

  it('the addresses that were looked at go along with the request', async () => {
    const seen: unknown[] = []
    const pool = createTimestampPool({
      urls: ['http://tsa.example/'],
      trusted: [],
      deadlineMs: 500,
      fetch: async (_url, { addresses, redirect }) => {
        seen.push(addresses, redirect)
        throw new Error('enough')
      },
      lookup: async () => ['8.8.8.8'],
      ...env,
      netAllow: [],
    })
    expect(await codeOf(() => pool.timestamp(imprint, 'sha256'))).toBe('ERR_TSP_UNAVAILABLE')
    expect(seen).toEqual([['8.8.8.8'], 'manual'])
  })
})

describe('tokenSize', () => {
  it('is asked for once, by however many, and bounds what comes after', async () => {
    const pool = poolOf(pki, responders)
    const before = responders.taken.tsa
    const sizes = await Promise.all([
      pool.tokenSize('sha256'),
      pool.tokenSize('sha256'),
      pool.tokenSize('sha512'),
    ])
    expect(responders.taken.tsa).toBe(before + 1)
    const { token } = await pool.timestamp(digestBytes('sha512', imprint), 'sha512')
    for (const size of sizes) {
      expect(size).toBeGreaterThan(token.length)
      expect(size).toBeLessThan(token.length + 1024)
    }
  })

  it('is learnt from a token', async () => {
    const pool = poolOf(pki, responders)
    const { token } = await pool.timestamp(imprint, 'sha256')
    const before = responders.taken.tsa
    expect(await pool.tokenSize('sha256')).toBeGreaterThan(token.length)
    expect(responders.taken.tsa).toBe(before)
  })

  it('leaves more room while an authority has not been met', async () => {
    const one = await poolOf(pki, responders).tokenSize('sha256')
    const two = await poolOf(pki, responders, { urls: [responders.tsaUrl, others.tsaUrl] }).tokenSize(
      'sha256',
    )
    expect(two).toBeGreaterThan(one + 4000)
  })

  it('is unavailable where nobody answers, and asked for again the next time', async () => {
    const pool = poolOf(pki, responders)
    responders.behave({ tsa: { status: 503 } })
    expect(await codeOf(() => pool.tokenSize('sha256'))).toBe('ERR_TSP_UNAVAILABLE')
    responders.behave({ tsa: 'normal' })
    expect(await pool.tokenSize('sha256')).toBeGreaterThan(1000)
  })
})
