import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith, needs } from '../../../test/support/requirements.ts'
import { OpensslFolder } from '../../test-certs/testing/openssl.ts'
import { der } from '../der/index.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { parseSignedData, signedAttributesForVerification } from './cms-reader.ts'
import { spliceUnsignedAttribute } from './cms-splice.ts'
import { parsePem } from './pem.ts'
import { verifySignature } from './public-key/verify.ts'
import { content, joinCms, type SampleSigner, sampleChain, sampleCms } from './testing/sample-cms.ts'
import { encodeTimeStampRequest } from './tsp.ts'

describeWith(needs.openssl, 'OpenSSL and our CMS', () => {
  const folder = new OpensslFolder()
  const attribute = (length: number) => ({
    oid: '1.2.3.4',
    values: [der.octetString(new Uint8Array(length))],
  })
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder.path, file)))

  beforeAll(async () => {
    const root = (await sampleChain('doctor-01')).at(-1)!
    folder.pem('root.pem', 'CERTIFICATE', root.der)
    folder.write('content', content)
    folder.write('other', 'khác')
  })
  afterAll(() => folder.remove())

  const judge = (cms: Uint8Array, file: string) => {
    folder.write('s.p7s', cms)
    return folder.run(
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', 's.p7s', '-content', file],
      ...['-CAfile', 'root.pem', '-purpose', 'any', '-out', 'out'],
    )
  }

  // no Ed25519: OpenSSL 3.0 does not know it in CMS
  const signers: readonly [SampleSigner, SignatureAlgorithm][] = [
    ['seal-a', { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 }],
    ['seal-a', { scheme: 'rsa-pss', digest: 'sha3-256', mgfDigest: 'sha3-256', saltLength: 32 }],
    ['seal-a', { scheme: 'rsa-pkcs1', digest: 'sha512' }],
    ['seal-a', { scheme: 'rsa-pkcs1', digest: 'sha3-384' }],
    ['doctor-01', { scheme: 'ecdsa', digest: 'sha256' }],
    ['doctor-p384', { scheme: 'ecdsa', digest: 'sha3-384' }],
  ]

  it.each(signers)(
    '%s, %j: verified, with a spliced attribute too; not over another document',
    async (signer, algorithm) => {
      const cms = await sampleCms({ signer, algorithm })
      for (const bytes of [cms, spliceUnsignedAttribute(cms, 0, attribute(5000))]) {
        const said = await judge(bytes, 'content')
        expect(said.text).toMatch(/CMS Verification successful/i)
        expect((await judge(bytes, 'other')).code).not.toBe(0)
      }
    },
  )

  it('several signers in one: verified, each with a spliced attribute', async () => {
    let cms = joinCms(
      await sampleCms(),
      await sampleCms({ signer: 'doctor-p384', algorithm: { scheme: 'ecdsa', digest: 'sha384' } }),
    )
    for (const index of [0, 1]) cms = spliceUnsignedAttribute(cms, index, attribute(200))
    expect((await judge(cms, 'content')).text).toMatch(/CMS Verification successful/i)
  })

  const makeSigner = async (name: string, ...algorithm: string[]): Promise<Certificate> => {
    const made = await folder.run(
      ...['req', '-x509', '-newkey', ...algorithm, '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`],
      ...[
        '-subj',
        '/C=VN/CN=BAC SI THU NGHIEM',
        '-days',
        '30',
        '-addext',
        'keyUsage=critical,digitalSignature',
      ],
    )
    expect(made.code, made.text).toBe(0)
    return parseCertificate(parsePem(readFileSync(join(folder.path, `${name}.pem`), 'utf8'))[0]!)
  }

  it.each<[string, string[], string[]]>([
    ['detached DER', ['rsa:2048'], []],
    ['attached, streamed as BER', ['rsa:2048'], ['-nodetach', '-stream']],
    ['PSS', ['rsa:2048'], ['-keyopt', 'rsa_padding_mode:pss']],
    [
      'PSS with a salt of its own and MGF1 over SHA-1',
      ['rsa:2048'],
      ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:13', '-keyopt', 'rsa_mgf1_md:sha1'],
    ],
    ['signer by key identifier', ['rsa:2048'], ['-keyid']],
    [
      'ECDSA, streamed',
      ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
      ['-nodetach', '-stream', '-md', 'sha384'],
    ],
    ['brainpool', ['ec', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1'], []],
  ])(
    "OpenSSL's own, %s: read and verified here; what we splice it still verifies",
    async (_what, key, options) => {
      const certificate = await makeSigner('foreign', ...key)
      const made = await folder.run(
        ...['cms', '-sign', '-binary', '-in', 'content', '-signer', 'foreign.pem', '-inkey', 'foreign.key'],
        ...['-outform', 'DER', '-out', 'f.p7s', ...options],
      )
      expect(made.code, made.text).toBe(0)
      const cms = read('f.p7s')
      const signedData = parseSignedData(cms)
      const [info] = signedData.signerInfos
      expect(parseCertificate(signedData.certificates[0]!).sha256).toBe(certificate.sha256)
      if (signedData.eContent) expect(Buffer.from(signedData.eContent).equals(content)).toBe(true)
      const signed = signedAttributesForVerification(info!)
      expect(verifySignature(certificate.publicKey, info!.signatureAlgorithm, signed, info!.signature)).toBe(
        true,
      )
      expect(verifySignature(certificate.publicKey, info!.signatureAlgorithm, content, info!.signature)).toBe(
        false,
      )

      folder.write('spliced.p7s', spliceUnsignedAttribute(cms, 0, attribute(3000)))
      const said = await folder.run(
        ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', 'spliced.p7s', '-noverify', '-out', 'out'],
        ...(signedData.eContent ? [] : ['-content', 'content']),
      )
      expect(said.text).toMatch(/CMS Verification successful/i)
    },
  )

  it('a time-stamp request is read', async () => {
    const imprint = new Uint8Array(32).fill(0xab)
    folder.write(
      'q.tsq',
      encodeTimeStampRequest({ imprint, digest: 'sha256', nonce: 255n, certReq: true, policy: '2.999.1' }),
    )
    const { text } = await folder.run('ts', '-query', '-in', 'q.tsq', '-text')
    expect(text).toContain('Hash Algorithm: sha256')
    expect(text).toContain('Nonce: 0xFF')
    expect(text).toContain('Certificate required: yes')
  })
})
