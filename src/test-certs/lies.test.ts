import { X509Certificate } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { describeWith, needs } from '../../test/support/requirements.ts'
import {
  type Certificate,
  digestBytes,
  encodeTimeStampRequest,
  parseCertificate,
  parseTimeStampResponse,
  parseTimeStampToken,
  signedAttributesForVerification,
  verifySignature,
} from '../formats/index.ts'
import { type crlLies, type ocspLies, transportLies, tsaLies } from './behaviour.ts'
import { buildPki } from './build.ts'
import { entityOf, type Pki } from './entity.ts'
import { quickKeys } from './keys.ts'
import { encodeCertId, encodeOcspRequest } from './ocsp.ts'
import { testPki } from './pki.ts'
import { type Responders, startResponders } from './responders.ts'
import { liveEnvironment } from './testing/environment.ts'
import { OpensslFolder } from './testing/openssl.ts'
import { TSA_POLICY } from './timestamp.ts'

const folder = new OpensslFolder()
let responders: Responders
let pki: Pki

beforeAll(async () => {
  responders = await startResponders(liveEnvironment)
  pki = await buildPki(testPki, {
    ...liveEnvironment,
    keys: quickKeys,
    url: responders.url,
    only: ['tsa', 'ocsp', 'doctor-01', 'revoked', 'suspended', 'government-ca'],
  })
  responders.use(pki)
  for (const { name, certificate } of pki.entities.values())
    folder.pem(`${name}.pem`, 'CERTIFICATE', certificate.der)
}, 60_000)

afterAll(async () => {
  await responders.close()
  folder.remove()
})

afterEach(() => responders.behave({ tsa: 'normal', ocsp: 'normal', crl: 'normal', ca: 'normal' }))

const NONCE = Uint8Array.of(0x51, 2, 3, 4, 5, 6, 7, 8)

async function askTsa(content = 'hồ sơ') {
  const imprint = digestBytes('sha256', Buffer.from(content))
  const request = encodeTimeStampRequest({ imprint, digest: 'sha256', nonce: NONCE, certReq: true })
  const response = await fetch(responders.tsaUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: request,
  })
  const { status, token } = parseTimeStampResponse(new Uint8Array(await response.arrayBuffer()))
  return { imprint, status, token, facts: token && factsOf(token) }
}

/** Everything about a token that a lie may change, as read from its bytes. */
function factsOf(token: Uint8Array) {
  const { signedData, tstInfo } = parseTimeStampToken(token)
  const signerInfo = signedData.signerInfos[0]!
  const certificates = signedData.certificates.map((der) => parseCertificate(der))
  const signer = certificates.find(
    ({ extKeyUsage, basicConstraints }) => extKeyUsage || !basicConstraints?.ca,
  )
  const attribute = signerInfo.signedAttributes.find(({ oid }) => oid === '1.2.840.113549.1.9.16.2.47')
  const known = signer ?? entityOf(pki, 'tsa').certificate
  return {
    imprint: Buffer.from(tstInfo.imprint).toString('hex'),
    digest: tstInfo.digest,
    nonce: tstInfo.nonce?.toString(16) ?? null,
    policy: tstInfo.policy,
    skewMs: tstInfo.genTime.getTime() - Date.now(),
    certificates: certificates.length,
    eku: signer?.extensions.find(({ oid }) => oid === '2.5.29.37'),
    signer,
    signatureOk: verifySignature(
      known.publicKey,
      signerInfo.signatureAlgorithm,
      signedAttributesForVerification(signerInfo),
      signerInfo.signature,
    ),
    essNames: attribute
      ? [...certificates, entityOf(pki, 'public-ca').certificate].filter((certificate) =>
          Buffer.from(attribute.values[0]!).includes(Buffer.from(digestBytes('sha256', certificate.der))),
        )
      : null,
  }
}

const asHex = (nonce: Uint8Array): string => Buffer.from(nonce).toString('hex')

type Facts = ReturnType<typeof factsOf>

describe('the TSA', () => {
  it('normal: imprint, nonce, policy, time, signer and signature are as asked', async () => {
    const { imprint, status, facts } = await askTsa()
    expect(status).toBe(0)
    expect(facts).toMatchObject({
      imprint: Buffer.from(imprint).toString('hex'),
      digest: 'sha256',
      nonce: asHex(NONCE),
      policy: TSA_POLICY,
      signatureOk: true,
      certificates: 2,
      eku: { critical: true },
    })
    expect(Math.abs(facts!.skewMs)).toBeLessThan(60_000)
    expect(facts!.signer!.sha256).toBe(entityOf(pki, 'tsa').certificate.sha256)
    expect(facts!.essNames!.map(({ sha256 }) => sha256)).toEqual([facts!.signer!.sha256])
  })

  const chainsToCa = (signer: Certificate | undefined) =>
    new X509Certificate(signer!.der).verify(
      new X509Certificate(entityOf(pki, 'public-ca').certificate.der).publicKey,
    )

  const changed: Readonly<Record<string, (facts: Facts, imprint: string) => boolean>> = {
    'wrong-imprint': (facts, imprint) =>
      facts.imprint !== imprint && facts.digest === 'sha256' && facts.signatureOk,
    'wrong-digest': (facts) => facts.digest !== 'sha256' && facts.signatureOk,
    'wrong-nonce': (facts) => facts.nonce !== null && facts.nonce !== asHex(NONCE) && facts.signatureOk,
    'no-nonce': (facts) => facts.nonce === null && facts.signatureOk,
    'wrong-eku': (facts) =>
      facts.eku!.critical && facts.signer!.extKeyUsage!.length === 2 && facts.signatureOk,
    'eku-absent': (facts) => facts.eku === undefined && facts.signer !== undefined && facts.signatureOk,
    'eku-not-critical': (facts) => !facts.eku!.critical && facts.signer!.extKeyUsage!.length === 1,
    expired: (facts) => facts.signer!.notAfter < new Date() && chainsToCa(facts.signer),
    untrusted: (facts) => !chainsToCa(facts.signer) && facts.signatureOk,
    'other-policy': (facts) => facts.policy !== TSA_POLICY && facts.signatureOk,
    'bad-signature': (facts) => !facts.signatureOk,
    'wrong-ess': (facts) => facts.essNames![0]!.sha256 === entityOf(pki, 'public-ca').certificate.sha256,
    'no-ess': (facts) => facts.essNames === null && facts.signatureOk,
    'no-certificate': (facts) => facts.certificates === 0 && facts.signatureOk,
  }

  it.each(Object.entries(changed))('%s: the token says so and is otherwise granted', async (lie, differs) => {
    responders.behave({ tsa: lie as keyof typeof tsaLies })
    const { imprint, status, facts } = await askTsa()
    expect(status).toBe(0)
    expect(differs(facts!, Buffer.from(imprint).toString('hex'))).toBe(true)
  })

  it.each([
    ['rejection', 2, false],
    ['rejection-with-token', 2, true],
    ['granted-without-token', 0, false],
  ] as const)('%s: status %i, token %s', async (lie, status, hasToken) => {
    responders.behave({ tsa: lie })
    const answer = await askTsa()
    expect([answer.status, answer.token !== null]).toEqual([status, hasToken])
  })

  it('replay: the token of an earlier request', async () => {
    const earlier = await askTsa('tài liệu trước')
    responders.behave({ tsa: 'replay' })
    const { facts, imprint } = await askTsa('tài liệu sau')
    expect(facts!.imprint).not.toBe(Buffer.from(imprint).toString('hex'))
    expect(facts!.signatureOk).toBe(true)
    expect(earlier.token).not.toBeNull()
  })

  it.each([86_400_000, -86_400_000])('shifted by %i ms', async (shiftMs) => {
    responders.behave({ tsa: { shiftMs } })
    const { facts } = await askTsa()
    expect(Math.abs(facts!.skewMs - shiftMs)).toBeLessThan(60_000)
    expect(facts!.signatureOk).toBe(true)
  })

  it('every lie is tried here', () => {
    const tried = [
      ...Object.keys(changed),
      'rejection',
      'rejection-with-token',
      'granted-without-token',
      'replay',
    ]
    expect(tried.sort()).toEqual(Object.keys(tsaLies).sort())
  })
})

/** The OCSP answer about `name` as OpenSSL reads and judges it. */
async function askOcsp(name: string) {
  const issuer = entityOf(pki, 'public-ca').certificate
  const request = encodeOcspRequest(encodeCertId(issuer, entityOf(pki, name).certificate.serialNumber), NONCE)
  folder.write('q.ocsp', request)
  const response = await fetch(responders.ocspUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: request,
  })
  folder.write('r.ocsp', new Uint8Array(await response.arrayBuffer()))
  // with -cert OpenSSL makes a request of its own and looks at no -reqin: the nonce is one run, the status another
  const trust = ['-CAfile', 'national-root.pem', '-verify_other', 'public-ca.pem']
  const nonce = await folder.run(
    ...['ocsp', '-respin', 'r.ocsp', '-reqin', 'q.ocsp', '-no_nonce', '-resp_text', ...trust],
  )
  const status = await folder.run(
    ...[
      'ocsp',
      '-respin',
      'r.ocsp',
      '-issuer',
      'public-ca.pem',
      '-cert',
      `${name}.pem`,
      '-no_nonce',
      ...trust,
    ],
  )
  return nonce.text + status.text
}

describeWith(needs.openssl, 'the OCSP responder', () => {
  it('normal: verified, good', async () => {
    const text = await askOcsp('doctor-01')
    expect(text).toContain('Response verify OK')
    expect(text).toContain('doctor-01.pem: good')
    expect(text).toContain('5102030405060708')
    expect(text).not.toMatch(/nonce in response|Nonce Verify error/)
  })

  const changed: Readonly<Record<keyof typeof ocspLies, readonly [string, RegExp]>> = {
    stale: ['doctor-01', /status expired/i],
    future: ['doctor-01', /status not yet valid/i],
    'no-next-update': ['doctor-01', /^(?![\s\S]*Next Update)[\s\S]*doctor-01\.pem: good/],
    good: ['revoked', /Response verify OK[\s\S]*revoked\.pem: good/],
    unknown: ['doctor-01', /Response verify OK[\s\S]*doctor-01\.pem: unknown/],
    revoked: ['doctor-01', /Response verify OK[\s\S]*doctor-01\.pem: revoked/],
    'wrong-signer': ['doctor-01', /missing ocspsigning usage/],
    untrusted: ['doctor-01', /Response Verify Failure[\s\S]*self[- ]signed certificate/],
    'wrong-nonce': ['doctor-01', /Nonce Verify error/],
    'no-nonce': ['doctor-01', /no nonce in response/],
    'wrong-certificate': ['doctor-01', /No Status found/],
    'bad-signature': ['doctor-01', /Response Verify Failure[\s\S]*signature failure/],
    'try-later': ['doctor-01', /trylater \(3\)/],
    'internal-error': ['doctor-01', /internalerror \(2\)/],
    unauthorized: ['doctor-01', /unauthorized \(6\)/],
  }

  it.each(Object.entries(changed))('%s: OpenSSL notices', async (lie, [name, says]) => {
    responders.behave({ ocsp: lie as keyof typeof ocspLies })
    expect(await askOcsp(name)).toMatch(says)
  })
})

async function fetchCrl() {
  const response = await fetch(`${responders.url}/crl/public-ca.crl`)
  folder.write('x.crl', new Uint8Array(await response.arrayBuffer()))
  const { text } = await folder.run(
    ...['crl', '-inform', 'DER', '-in', 'x.crl', '-noout', '-text', '-CAfile', 'public-ca.pem'],
  )
  return text
}

const dateAfter = (text: string, label: string): number =>
  Date.parse(new RegExp(`${label}: (.*)`).exec(text)![1]!)

describeWith(needs.openssl, 'the CRL', () => {
  const verified = (text: string) => text.includes('verify OK')
  const revoked = (text: string) => (text.match(/Serial Number:/g) ?? []).length
  const serials = (text: string) => [...text.matchAll(/Serial Number: ([0-9A-F]+)/g)].map((match) => match[1])

  const changed: Readonly<Record<keyof typeof crlLies, (text: string) => boolean>> = {
    stale: (text) => verified(text) && dateAfter(text, 'Next Update') < Date.now(),
    future: (text) => verified(text) && dateAfter(text, 'Last Update') > Date.now(),
    'no-next-update': (text) => verified(text) && text.includes('Next Update: NONE'),
    empty: (text) => verified(text) && revoked(text) === 0,
    'bad-signature': (text) => /verify failure/.test(text) && revoked(text) === 2,
    'wrong-key': (text) => /verify failure/.test(text) && text.includes('CN = CA C'),
    'wrong-issuer': (text) => !verified(text) && revoked(text) === 0,
    delta: (text) => verified(text) && /Delta CRL Indicator: critical/.test(text),
    'unknown-critical': (text) => verified(text) && /2\.999\.2\.1: critical/.test(text),
    unsorted: (text) =>
      verified(text) && revoked(text) > 2 && serials(text).join() === serials(text).sort().reverse().join(),
  }

  it('normal: verified, two entries, in date', async () => {
    const text = await fetchCrl()
    expect(verified(text)).toBe(true)
    expect(revoked(text)).toBe(2)
    expect(dateAfter(text, 'Next Update')).toBeGreaterThan(Date.now())
  })

  it.each(Object.entries(changed))('%s: the bytes say so', async (lie, differs) => {
    responders.behave({ crl: lie as keyof typeof crlLies })
    expect(differs(await fetchCrl())).toBe(true)
  })

  it('as many entries as asked for, besides the true ones', async () => {
    responders.behave({ crl: { entries: 1000 } })
    const text = await fetchCrl()
    expect(verified(text)).toBe(true)
    expect(revoked(text)).toBe(1002)
  })
})

describe('the connection', () => {
  const url = () => `${responders.url}/ca/public-ca.cer`
  const honest = () => entityOf(pki, 'public-ca').certificate.der
  const bodyOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

  it('garbage: the right media type, no DER', async () => {
    responders.behave({ ca: 'garbage' })
    const response = await fetch(url())
    expect(response.headers.get('content-type')).toBe('application/pkix-cert')
    const body = await bodyOf(response)
    expect(() => parseCertificate(body)).toThrow()
  })

  it('truncated: half of it', async () => {
    responders.behave({ ca: 'truncated' })
    expect(await bodyOf(await fetch(url()))).toHaveLength(Math.floor(honest().length / 2))
  })

  it('wrong-content-type: the honest bytes as text/html', async () => {
    responders.behave({ ca: 'wrong-content-type' })
    const response = await fetch(url())
    expect(response.headers.get('content-type')).toBe('text/html')
    expect(Buffer.compare(await bodyOf(response), honest())).toBe(0)
  })

  it('redirect: back to the same address', async () => {
    responders.behave({ ca: 'redirect' })
    const response = await fetch(url(), { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([307, '/ca/public-ca.cer'])
    await expect(fetch(url())).rejects.toThrow()
  })

  it('close: no answer', async () => {
    responders.behave({ ca: 'close' })
    await expect(fetch(url())).rejects.toThrow()
  })

  it('slow-drip: the first octets come, the end does not', async () => {
    responders.behave({ ca: 'slow-drip' })
    const response = await fetch(url())
    expect(response.headers.get('content-length')).toBe(String(honest().length))
    const reader = response.body!.getReader()
    const { value } = await reader.read()
    expect(value!.length).toBeLessThan(10)
    await reader.cancel()
  })

  it('endless: goes on for as long as one reads', async () => {
    responders.behave({ ca: 'endless' })
    const response = await fetch(url())
    const reader = response.body!.getReader()
    let length = 0
    while (length < 5_000_000) length += (await reader.read()).value!.length
    await reader.cancel()
    expect(response.headers.get('content-length')).toBeNull()
  })

  it('status: that status, and Retry-After with 503', async () => {
    responders.behave({ ca: { status: 503 } })
    const response = await fetch(url())
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
  })

  it('delay: nothing comes before it is over', async () => {
    responders.behave({ ca: { delayMs: 60_000 } })
    await expect(fetch(url(), { signal: AbortSignal.timeout(150) })).rejects.toThrow()
  })

  it('all of them hold for TSA, OCSP and CRL too', async () => {
    for (const lie of ['garbage', 'truncated', 'wrong-content-type'] as const) {
      responders.behave({ tsa: lie, ocsp: lie, crl: lie })
      const crl = await fetch(`${responders.url}/crl/public-ca.crl`)
      if (lie === 'wrong-content-type') expect(crl.headers.get('content-type')).toBe('text/html')
      else await expect(askTsa()).rejects.toThrow()
    }
    expect(Object.keys(transportLies)).toHaveLength(7)
  })

  it('honest again when told so', async () => {
    responders.behave({ ca: 'garbage' })
    responders.behave({ ca: 'normal' })
    expect(Buffer.compare(await bodyOf(await fetch(url())), honest())).toBe(0)
  })

  it('closing cuts off answers under way', async () => {
    const other = await startResponders({ ...liveEnvironment, pki })
    other.behave({ ca: { delayMs: 60_000 } })
    const waiting = fetch(`${other.url}/ca/public-ca.cer`).catch((error: Error) => error)
    while (other.taken.ca === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await other.close()
    expect(await waiting).toBeInstanceOf(Error)
  })
})
