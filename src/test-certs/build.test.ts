import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { currentCrl } from './authority.ts'
import { buildPki, issueCertificate } from './build.ts'
import { chainOf, entityOf, isAuthority, issuedBy, type Pki } from './entity.ts'
import { quickKeys } from './keys.ts'
import { profiles, sealSubject, type TestEntityName, testPki } from './pki.ts'
import { fixedEnvironment, liveEnvironment } from './testing/environment.ts'
import { OpensslFolder } from './testing/openssl.ts'

const folder = new OpensslFolder()
let pki: Pki

beforeAll(async () => {
  pki = await buildPki(testPki, { ...liveEnvironment, keys: quickKeys })
  const authorities = [...pki.entities.values()].filter(isAuthority)
  for (const { name, certificate } of pki.entities.values())
    folder.pem(`${name}.pem`, 'CERTIFICATE', certificate.der)
  for (const { name } of authorities) {
    if (issuedBy(pki, name).length > 0)
      folder.pem(`${name}.crl.pem`, 'X509 CRL', currentCrl(pki, name, new Date()))
  }
}, 60_000)

afterAll(() => folder.remove())

/** `openssl verify` of `name` up to the national and government roots, revocation of the whole chain included. */
function verify(name: TestEntityName, ...options: string[]) {
  const issuer = entityOf(pki, name).issuer
  const root = issuer.startsWith('government') ? 'government-root' : 'national-root'
  const above = issuer === 'impostor-ca' ? 'public-ca' : issuer
  return folder.run(
    ...['verify', '-crl_check_all', '-CAfile', `${root}.pem`, '-untrusted', `${above}.pem`],
    ...['-CRLfile', `${root}.crl.pem`, '-CRLfile', `${above}.crl.pem`, ...options, `${name}.pem`],
  )
}

describeWith(needs.openssl, 'the declared PKI as OpenSSL sees it', () => {
  it.each([
    ['doctor-01', 'smimesign'],
    ['nurse-02', 'smimesign'],
    ['doctor-p384', 'smimesign'],
    ['doctor-p521', 'smimesign'],
    ['doctor-ed25519', 'smimesign'],
    ['seal-a', 'any'],
    ['seal-b', 'any'],
    ['officer-06', 'smimesign'],
    ['government-seal', 'any'],
    ['tsa', 'timestampsign'],
    ['tsa-ecdsa', 'timestampsign'],
    ['ocsp', 'ocsphelper'],
  ] as const)('%s: the chain holds, nothing is revoked', async (name, purpose) => {
    const said = await verify(name, '-purpose', purpose, '-auth_level', '2', '-x509_strict')
    expect(said.text).toContain(`${name}.pem: OK`)
    expect(said.code).toBe(0)
  })

  it.each([
    ['expired', [], 'certificate has expired'],
    ['not-yet-valid', [], 'certificate is not yet valid'],
    ['revoked', [], 'certificate revoked'],
    ['suspended', [], 'certificate revoked'],
    ['wrong-usage', ['-purpose', 'smimesign'], 'unsuitable certificate purpose'],
    ['weak-key', ['-auth_level', '2'], 'EE certificate key too weak'],
    ['weak-digest', ['-auth_level', '2'], 'CA signature digest algorithm too weak'],
    ['untrusted', [], 'unable to get local issuer certificate'],
    ['lapsed-issuing-ca', [], 'error 10 at 1 depth lookup: certificate has expired'],
    ['ca-as-signer', ['-purpose', 'smimesign'], 'unsuitable certificate purpose'],
    ['tsa-eku-absent', ['-purpose', 'timestampsign'], 'unsuitable certificate purpose'],
    ['tsa-eku-not-critical', ['-purpose', 'timestampsign'], 'unsuitable certificate purpose'],
    ['tsa-eku-mixed', ['-purpose', 'timestampsign'], 'unsuitable certificate purpose'],
    ['tsa-expired', ['-purpose', 'timestampsign'], 'certificate has expired'],
    ['tsa-revoked', ['-purpose', 'timestampsign'], 'certificate revoked'],
    ['tsa-untrusted', ['-purpose', 'timestampsign'], 'unable to get local issuer certificate'],
    ['ocsp-untrusted', [], 'unable to get local issuer certificate'],
  ] as const)('%s is refused: %s %s', async (name, options, reason) => {
    const said = await verify(name, ...options)
    expect(said.text).toContain(reason)
    expect(said.code).not.toBe(0)
  })

  it('the impostor has the name of the true CA and another key', () => {
    const [impostor, true_] = [entityOf(pki, 'impostor-ca'), entityOf(pki, 'public-ca')]
    expect(impostor.certificate.subject.der).toEqual(true_.certificate.subject.der)
    expect(impostor.certificate.publicKey).not.toEqual(true_.certificate.publicKey)
    expect(entityOf(pki, 'untrusted').certificate.issuer.der).toEqual(true_.certificate.subject.der)
  })

  it('wrong-key: the key held is not the one certified; everywhere else it is', () => {
    const certified = (name: string) =>
      new X509Certificate(entityOf(pki, name).certificate.der).checkPrivateKey(entityOf(pki, name).key!)
    for (const name of pki.entities.keys())
      expect([name, certified(name)]).toEqual([name, name !== 'wrong-key'])
  })

  it("a doctor's certificate shows Vietnamese names as UTF8String, CCCD and MST as UID, and the places to ask", async () => {
    const said = await folder.run(
      ...['x509', '-in', 'doctor-01.pem', '-noout', '-text', '-nameopt', 'RFC2253,-esc_msb,utf8,show_type'],
    )
    expect(said.text).toContain(
      'CN=UTF8STRING:BÁC SĨ THỬ NGHIỆM 01,UID=UTF8STRING:CCCD:000000000001,UID=UTF8STRING:MST:0000000001,' +
        'O=UTF8STRING:BỆNH VIỆN THỬ NGHIỆM A,ST=UTF8STRING:HÀ NỘI,C=PRINTABLESTRING:VN',
    )
    expect(said.text).toMatch(/Key Usage: critical\s+Digital Signature, Non Repudiation\n/)
    expect(said.text).toContain('URI:http://127.0.0.1:1/crl/public-ca.crl')
    expect(said.text).toContain('OCSP - URI:http://127.0.0.1:1/ocsp')
    expect(said.text).toContain('CA Issuers - URI:http://127.0.0.1:1/ca/public-ca.cer')
    expect(said.text).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
  })

  it('an OCSP responder carries OCSPSigning and nocheck, a TSA timeStamping alone and critical', async () => {
    const ocsp = await folder.run('x509', '-in', 'ocsp.pem', '-noout', '-text')
    expect(ocsp.text).toContain('OCSP No Check')
    expect(ocsp.text).toMatch(/Extended Key Usage:\s+OCSP Signing\n/)
    const tsa = await folder.run('x509', '-in', 'tsa.pem', '-noout', '-text')
    expect(tsa.text).toMatch(/Extended Key Usage: critical\s+Time Stamping\n/)
  })
})

describe('buildPki', () => {
  const build = (only: string[], declaration: Parameters<typeof buildPki>[0] = testPki) =>
    buildPki(declaration, { ...fixedEnvironment(), keys: quickKeys, only })

  it('builds what is asked for and its issuers alone', async () => {
    const small = await build(['officer-06'])
    expect([...small.entities.keys()]).toEqual(['government-root', 'government-ca', 'officer-06'])
    expect(chainOf(small, 'officer-06')).toHaveLength(3)
  })

  it('is the same to the serial number and date at the same clock and randomness', async () => {
    const [one, two] = [await build(['doctor-01']), await build(['doctor-01'])]
    const facts = (built: Pki) =>
      [...built.entities.values()].map(({ certificate: c }) => [c.serialHex, c.notBefore, c.notAfter])
    expect(facts(one)).toEqual(facts(two))
    expect(entityOf(one, 'doctor-01').certificate.notAfter).toEqual(new Date('2028-03-15T10:20:30Z'))
  })

  it('keys are made as declared when no quick ones are asked for', async () => {
    const declaration = {
      'small-root': { ...testPki['national-root'], issuer: 'small-root', key: 'ecdsa-p384' },
    } as const
    const built = await buildPki(declaration, fixedEnvironment())
    expect(entityOf(built, 'small-root').key?.asymmetricKeyDetails?.namedCurve).toBe('secp384r1')
  })

  it.each([
    ['an entity nobody declared', ['nobody'], testPki, 'ERR_TEST_PKI_ENTITY_UNKNOWN'],
    ['an inherited property as a name', ['toString'], testPki, 'ERR_TEST_PKI_ENTITY_UNKNOWN'],
    [
      'issuers in a circle',
      ['a'],
      { a: { ...testPki['public-ca'], issuer: 'b' }, b: { ...testPki['public-ca'], issuer: 'a' } },
      'ERR_TEST_PKI_ISSUER_LOOP',
    ],
    [
      'a doctor as issuer',
      ['patient'],
      { ...testPki, patient: { ...testPki['doctor-01'], issuer: 'doctor-01' } },
      'ERR_TEST_PKI_NOT_A_CA',
    ],
    [
      'a name that leaves its folder',
      ['../x'],
      { '../x': { ...testPki['national-root'], issuer: '../x', key: 'ed25519' } },
      'ERR_TEST_PKI_ENTITY_NAME',
    ],
  ] as const)('%s is refused', async (_what, only, declaration, code) => {
    await expect(build([...only], declaration)).rejects.toMatchObject({ code })
  })
})

describeWith(needs.openssl, 'issueCertificate', () => {
  const request = (publicKey: Uint8Array) =>
    ({
      name: 'seal-from-token',
      issuer: 'public-ca',
      subject: sealSubject({ name: 'BỆNH VIỆN THỬ NGHIỆM B', taxCode: '0000000002', province: 'ĐÀ NẴNG' }),
      publicKey,
      profile: profiles.seal,
      notBefore: '-1d',
      notAfter: '+1y',
    }) as const
  const spki = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' })

  it('certifies a public key whose private key is held elsewhere; it chains in OpenSSL', async () => {
    const publicKey = spki()
    const entity = issueCertificate(pki, request(publicKey), liveEnvironment)
    expect(entity.key).toBeNull()
    expect(Buffer.compare(entity.certificate.publicKey, publicKey)).toBe(0)
    folder.pem('seal-from-token.pem', 'CERTIFICATE', entity.certificate.der)
    expect((await verify('seal-from-token' as TestEntityName)).text).toContain('seal-from-token.pem: OK')
  })

  it('a CA whose key is not held here issues nothing', async () => {
    const copy: Pki = { ...pki, entities: new Map(pki.entities) }
    copy.entities.set('public-ca', { ...entityOf(pki, 'public-ca'), key: null })
    expect(() => issueCertificate(copy, request(spki()), liveEnvironment)).toThrow(
      expect.objectContaining({ code: 'ERR_TEST_PKI_KEY_EXTERNAL' }),
    )
  })

  it('a self-signed certificate without its key is refused', () => {
    expect(() =>
      issueCertificate(pki, { ...request(spki()), issuer: 'seal-from-token' }, liveEnvironment),
    ).toThrow(expect.objectContaining({ code: 'ERR_TEST_PKI_KEY_EXTERNAL' }))
  })
})
