import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { buildPki, issueCertificate } from './build.ts'
import { entityOf, type Pki, rootsOf } from './entity.ts'
import { quickKeys } from './keys.ts'
import { profiles, staffSubject, testPki } from './pki.ts'
import { type Responders, startResponders } from './responders.ts'
import { liveEnvironment } from './testing/environment.ts'
import { OpensslFolder } from './testing/openssl.ts'

const folder = new OpensslFolder()
let responders: Responders
let pki: Pki

beforeAll(async () => {
  responders = await startResponders({ ...liveEnvironment, control: true })
  pki = await buildPki(testPki, { ...liveEnvironment, keys: quickKeys, url: responders.url })
  responders.use(pki)
  for (const { name, certificate } of pki.entities.values())
    folder.pem(`${name}.pem`, 'CERTIFICATE', certificate.der)
  folder.write('record.txt', 'hồ sơ bệnh án thử nghiệm')
}, 60_000)

afterAll(async () => {
  await responders.close()
  folder.remove()
})

beforeEach(() => responders.behave({ tsa: 'normal', ocsp: 'normal', crl: 'normal', ca: 'normal' }))

async function timestamp(options: string[], path = '/tsa') {
  await folder.run('ts', '-query', '-data', 'record.txt', '-out', 'q.tsq', ...options)
  const response = await fetch(responders.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: readFileSync(`${folder.path}/q.tsq`),
  })
  folder.write('r.tsr', new Uint8Array(await response.arrayBuffer()))
  return response
}

const verifyTimestamp = () =>
  folder.run(
    ...['ts', '-verify', '-queryfile', 'q.tsq', '-in', 'r.tsr', '-CAfile', 'national-root.pem'],
    ...['-untrusted', 'public-ca.pem'],
  )

describeWith(needs.openssl, 'the TSA as OpenSSL sees it', () => {
  it.each([
    ['RSA, SHA-256, with certificate', '/tsa', ['-sha256', '-cert']],
    ['RSA, SHA-512, with certificate', '/tsa', ['-sha512', '-cert']],
    ['RSA, SHA3-256, with certificate', '/tsa', ['-sha3-256', '-cert']],
    ['RSA, no nonce', '/tsa', ['-sha256', '-cert', '-no_nonce']],
    ['ECDSA P-256', '/tsa/tsa-ecdsa', ['-sha256', '-cert']],
    ['the policy asked for', '/tsa', ['-sha256', '-cert', '-tspolicy', '2.999.1.1']],
  ])('%s: verified', async (_what, path, options) => {
    const response = await timestamp(options, path)
    expect(response.headers.get('content-type')).toBe('application/timestamp-reply')
    expect((await verifyTimestamp()).text).toContain('Verification: OK')
  })

  it('the token names policy, accuracy, nonce and a time of now', async () => {
    await timestamp(['-sha256', '-cert'])
    const { text } = await folder.run('ts', '-reply', '-in', 'r.tsr', '-text')
    expect(text).toContain('Policy OID: 2.999.1.1')
    expect(text).toContain('Accuracy: 0x01 seconds')
    expect(text).toMatch(/Nonce: 0x[0-9A-F]+/)
    expect(text).toContain(`Time stamp: ${new Date().toUTCString().slice(8, 11)}`)
  })

  it('carries no certificate where none was asked for', async () => {
    await timestamp(['-sha256'])
    await folder.run('ts', '-reply', '-in', 'r.tsr', '-token_out', '-out', 'r.tst')
    const { text } = await folder.run('pkcs7', '-inform', 'DER', '-in', 'r.tst', '-print_certs')
    expect(text.trim()).toBe('')
  })

  it.each([
    [
      'another policy',
      ['-sha256', '-tspolicy', '1.2.3.4'],
      'unacceptedPolicy|the requested TSA policy is not supported',
    ],
    ['SHA-1', ['-sha1'], 'unrecognized or unsupported algorithm'],
    ['MD5', ['-md5'], 'unrecognized or unsupported algorithm'],
  ])('%s is rejected with its reason', async (_what, options, reason) => {
    await timestamp(options)
    const { text } = await folder.run('ts', '-reply', '-in', 'r.tsr', '-text')
    expect(text).toContain('Status: Rejected.')
    expect(text).toMatch(new RegExp(reason))
  })

  it('a body that is no request is rejected: badDataFormat', async () => {
    const response = await fetch(responders.tsaUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: 'xin chào',
    })
    folder.write('r.tsr', new Uint8Array(await response.arrayBuffer()))
    const { text } = await folder.run('ts', '-reply', '-in', 'r.tsr', '-text')
    expect(text).toContain('the data submitted has the wrong format')
  })

  it.each([
    ['GET', 405, {}],
    ['POST', 415, { headers: { 'content-type': 'text/plain' }, body: 'x' }],
    ['POST', 413, { headers: { 'content-type': 'application/timestamp-query' }, body: 'x'.repeat(70_000) }],
  ])('%s is answered %i', async (method, status, init) => {
    expect((await fetch(responders.tsaUrl, { method, ...init })).status).toBe(status)
  })

  it('an unknown authority is answered 404', async () => {
    expect((await timestamp(['-sha256'], '/tsa/nobody')).status).toBe(404)
  })
})

const askOcsp = (name: string, issuer = 'public-ca', ...options: string[]) =>
  folder.run(
    ...['ocsp', '-issuer', `${issuer}.pem`, '-cert', `${name}.pem`, '-url', responders.ocspUrl],
    ...['-CAfile', 'national-root.pem', '-verify_other', 'public-ca.pem', '-resp_text', ...options],
  )

describeWith(needs.openssl, 'the OCSP responder as OpenSSL sees it', () => {
  it.each(['doctor-01', 'seal-a', 'tsa', 'expired'])(
    '%s: good, nonce echoed, signed by the delegated responder',
    async (name) => {
      const { text } = await askOcsp(name)
      expect(text).toContain('Response verify OK')
      expect(text).toContain(`${name}.pem: good`)
      expect(text).not.toContain('no nonce in response')
      expect(text).toContain('OCSP Nonce')
    },
  )

  it.each([
    ['revoked', 'keyCompromise'],
    ['suspended', 'certificateHold'],
  ])('%s: revoked, %s', async (name, reason) => {
    const { text } = await askOcsp(name)
    expect(text).toContain(`${name}.pem: revoked`)
    expect(text).toContain(`Reason: ${reason}`)
  })

  it('a root answers itself where it delegated nobody', async () => {
    const { text } = await askOcsp('public-ca', 'national-root')
    expect(text).toContain('Response verify OK')
    expect(text).toContain('public-ca.pem: good')
  })

  it('tells two CAs of one name apart by their key', async () => {
    const { text } = await askOcsp('untrusted')
    expect(text).toContain('untrusted.pem: unknown')
  })

  it('answers GET as well', async () => {
    await folder.run(
      'ocsp',
      '-issuer',
      'public-ca.pem',
      '-cert',
      'revoked.pem',
      '-reqout',
      'q.ocsp',
      '-no_nonce',
    )
    const path = encodeURIComponent(readFileSync(`${folder.path}/q.ocsp`).toString('base64'))
    const response = await fetch(`${responders.ocspUrl}/${path}`)
    folder.write('r.ocsp', new Uint8Array(await response.arrayBuffer()))
    const { text } = await folder.run(
      ...['ocsp', '-respin', 'r.ocsp', '-issuer', 'public-ca.pem', '-cert', 'revoked.pem'],
      ...['-CAfile', 'national-root.pem', '-verify_other', 'public-ca.pem'],
    )
    expect(text).toContain('Response verify OK')
    expect(text).toContain('revoked.pem: revoked')
  })

  it('a certificate issued while it runs is good at once, a serial number of nobody is unknown', async () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const entity = issueCertificate(
      pki,
      {
        name: 'nurse-07',
        issuer: 'public-ca',
        subject: staffSubject('ĐIỀU DƯỠNG THỬ NGHIỆM 07', '000000000007', {
          name: 'BỆNH VIỆN THỬ NGHIỆM A',
          taxCode: '0000000001',
          province: 'HÀ NỘI',
        }),
        publicKey: publicKey.export({ type: 'spki', format: 'der' }),
        profile: profiles.staff,
        notBefore: '-1d',
        notAfter: '+1y',
      },
      liveEnvironment,
    )
    folder.pem('nurse-07.pem', 'CERTIFICATE', entity.certificate.der)
    expect((await askOcsp('nurse-07')).text).toContain('nurse-07.pem: good')
    pki.entities.delete('nurse-07')
    expect((await askOcsp('nurse-07')).text).toContain('nurse-07.pem: unknown')
  })

  it('garbage: malformedRequest; a CA of nobody: unauthorized', async () => {
    const response = await fetch(responders.ocspUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request' },
      body: 'xin chào',
    })
    expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe('30030a0101')
    const { text } = await askOcsp('doctor-01', 'doctor-01')
    expect(text).toContain('unauthorized (6)')
  })
})

describeWith(needs.openssl, 'CRLs and certificates', () => {
  it('a CRL: DER, numbered, with reasons and the date of invalidity, verified by its CA', async () => {
    const response = await fetch(`${responders.url}/crl/public-ca.crl`)
    expect(response.headers.get('content-type')).toBe('application/pkix-crl')
    folder.write('public-ca.crl', new Uint8Array(await response.arrayBuffer()))
    const { text } = await folder.run(
      ...['crl', '-inform', 'DER', '-in', 'public-ca.crl', '-noout', '-text', '-CAfile', 'public-ca.pem'],
    )
    expect(text).toContain('verify OK')
    expect(text).toContain('Version 2 (0x1)')
    expect(text).toContain('X509v3 CRL Number:')
    expect(text).toContain('X509v3 Authority Key Identifier:')
    expect(text).toContain('Key Compromise')
    expect(text).toContain('Certificate Hold')
    expect(text).toContain('Invalidity Date:')
    expect(text.match(/Serial Number:/g)).toHaveLength(3)
  })

  it('the CRL of a CA that revoked nothing has no list of entries', async () => {
    const response = await fetch(`${responders.url}/crl/national-root.crl`)
    folder.write('root.crl', new Uint8Array(await response.arrayBuffer()))
    const { text } = await folder.run('crl', '-inform', 'DER', '-in', 'root.crl', '-noout', '-text')
    expect(text).toContain('No Revoked Certificates.')
  })

  it('every CA is in crlUrls and each of them answers', async () => {
    expect(responders.crlUrls).toContain(`${responders.url}/crl/government-root.crl`)
    for (const url of responders.crlUrls) expect([url, (await fetch(url)).status]).toEqual([url, 200])
  })

  it("an issuer's certificate comes as .cer, and as .p7b with its chain", async () => {
    const single = await fetch(`${responders.url}/ca/public-ca.cer`)
    const { der } = entityOf(pki, 'public-ca').certificate
    expect(Buffer.compare(new Uint8Array(await single.arrayBuffer()), der)).toBe(0)
    const bundle = await fetch(`${responders.url}/ca/public-ca.p7b`)
    folder.write('chain.p7b', new Uint8Array(await bundle.arrayBuffer()))
    const { text } = await folder.run('pkcs7', '-inform', 'DER', '-in', 'chain.p7b', '-print_certs')
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  })

  it.each([
    '/crl/nobody.crl',
    '/crl/doctor-01.crl',
    '/ca/nobody.cer',
    '/ca/public-ca.crl',
    '/crl/../x',
    '/other',
    '/',
  ])('%s is answered 404', async (path) => {
    expect((await fetch(responders.url + path)).status).toBe(404)
  })
})

describe('control over HTTP', () => {
  const control = (url: string, body: string) => fetch(url, { method: 'POST', body })

  it('changes the behaviour under the path that cannot be guessed', async () => {
    expect((await control(responders.controlUrl!, '{"tsa":{"status":503}}')).status).toBe(200)
    expect((await fetch(`${responders.url}/tsa`, { method: 'POST', body: 'x' })).status).toBe(503)
  })

  it.each(['{"tsa":"nonsense"}', '{"dns":"normal"}', '{"tsa":{"delayMs":-1}}', '[]', 'null', '{'])(
    '%s is refused',
    async (body) => {
      expect((await control(responders.controlUrl!, body)).status).toBe(400)
    },
  )

  it('another path is 404, and without the option there is none', async () => {
    expect((await control(`${responders.url}/control/guess`, '{}')).status).toBe(404)
    expect((await control(`${responders.url}/null`, '{}')).status).toBe(404)
    const closed = await startResponders(liveEnvironment)
    expect(closed.controlUrl).toBeNull()
    expect((await control(`${closed.url}/control`, '{}')).status).toBe(404)
    await closed.close()
  })
})

describe('startResponders', () => {
  it('a port that is taken is refused with its number', async () => {
    const { port } = responders
    await expect(startResponders({ ...liveEnvironment, port })).rejects.toMatchObject({
      code: 'ERR_TEST_PKI_PORT',
      details: { port },
    })
  })

  it('without a PKI everything is 404', async () => {
    const empty = await startResponders(liveEnvironment)
    expect((await fetch(`${empty.url}/crl/public-ca.crl`)).status).toBe(404)
    await empty.close()
  })

  it('counts what it was asked', async () => {
    const before = responders.taken.crl
    await fetch(`${responders.url}/crl/public-ca.crl`)
    expect(responders.taken.crl).toBe(before + 1)
  })

  it('has the roots in one place', () => {
    expect(rootsOf(pki).map(({ name }) => name)).toEqual(['national-root', 'government-root', 'impostor-ca'])
  })
})
