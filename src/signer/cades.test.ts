import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWith, needs } from '../../test/support/requirements.ts'
import { type DigestName, digestBytes, parseSignedData } from '../formats/index.ts'
import {
  entityOf,
  freshKeys,
  type Pki,
  quickKeys,
  type Responders,
  startResponders,
} from '../test-certs/index.ts'
import { OpensslFolder } from '../test-certs/testing/openssl.ts'
import { checkBeforeRelease } from './check-before-release.ts'
import { SIGNATURE_TIME_STAMP } from './oids.ts'
import { prepareCades } from './prepare-cades.ts'
import type { selectAlgorithm } from './select-algorithm.ts'
import { poolOf } from './testing/tsa.ts'
import { buildSigners, codeOf, contentOf, env, finishAs, signerOf } from './testing/world.ts'
import type { FinishedSignature } from './types.ts'

const document = Buffer.from('Phiếu xét nghiệm huyết học, BỆNH VIỆN THỬ NGHIỆM A\r\n'.repeat(100))
const content = contentOf(document)

let pki: Pki
let responders: Responders

beforeAll(async () => {
  responders = await startResponders(env)
  pki = await buildSigners(
    ['nurse-02', 'seal-a', 'doctor-01', 'doctor-p384', 'doctor-p521', 'doctor-ed25519', 'tsa'],
    {
      url: responders.url,
      // the seal alone gets the RSA-3072 key it declares
      keys: (name, kind) => (name === 'seal-a' ? freshKeys : quickKeys)(name, kind),
    },
  )
  responders.use(pki)
})
afterAll(() => responders.close())

type Wish = NonNullable<Parameters<typeof selectAlgorithm>[2]>

async function sign(name: string, wish: Wish = {}, level: 'B-B' | 'B-T' = 'B-B'): Promise<FinishedSignature> {
  const { chain, algorithm, issuers } = signerOf(pki, name, wish)
  const prepared = await prepareCades(content, { chain, algorithm, level }, env)
  const finished = await finishAs(pki, name, prepared, level === 'B-T' ? poolOf(pki, responders) : null)
  await checkBeforeRelease({
    prepared,
    finished,
    document: null,
    contentDigest: digestBytes(prepared.digest, document),
    issuers,
    tsaCertificates: [entityOf(pki, 'tsa').certificate],
    evidence: { data: [] },
    now: new Date(),
  })
  return finished
}

const digests: readonly DigestName[] = ['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512']
const rsa = (['nurse-02', 'seal-a'] as const).flatMap((name) =>
  (['pss', 'pkcs1'] as const).flatMap((scheme) =>
    digests.map((digest) => [name, { scheme, digest }] as const),
  ),
)
const ec = (['doctor-01', 'doctor-p384', 'doctor-p521'] as const).flatMap((name) =>
  digests.map((digest) => [name, { digest }] as const),
)

describe('a detached CAdES signature', () => {
  it.each([...rsa, ...ec, ['doctor-ed25519', {}] as const])(
    'by %s with %o passes the check before release',
    async (name, wish) => {
      const { cms, bytes, level, timestamp } = await sign(name, wish)
      expect(bytes).toEqual(cms)
      expect([level, timestamp]).toEqual(['B-B', null])
      expect(parseSignedData(cms).eContent).toBeNull()
    },
  )

  it.each(['nurse-02', 'doctor-01', 'doctor-ed25519'])(
    'by %s at B-T carries one time-stamp',
    async (name) => {
      const { cms, level, timestamp } = await sign(name, {}, 'B-T')
      const [signer] = parseSignedData(cms).signerInfos
      expect(signer!.unsignedAttributes.map(({ oid }) => oid)).toEqual([SIGNATURE_TIME_STAMP])
      expect(level).toBe('B-T')
      expect(Math.abs(timestamp!.genTime.getTime() - Date.now())).toBeLessThan(10_000)
    },
  )

  it('over SHA-3 is stamped over SHA-2, which every authority knows', async () => {
    expect((await sign('nurse-02', { digest: 'sha3-384' }, 'B-T')).level).toBe('B-T')
  })
})

describe('prepareCades refuses', () => {
  it.each([
    ['enveloping packaging', { packaging: 'enveloping' as const }, 'ERR_CADES_ENVELOPING_UNSUPPORTED'],
    ['B-LT', { level: 'B-LT' as const }, 'ERR_SIGNER_LEVEL_UNSUPPORTED'],
    ['B-LTA', { level: 'B-LTA' as const }, 'ERR_SIGNER_LEVEL_UNSUPPORTED'],
    ['an empty chain', { chain: [] }, 'ERR_SIGNER_CHAIN_EMPTY'],
    [
      'SHA-1',
      { algorithm: { scheme: 'rsa-pkcs1', digest: 'sha1' } as const },
      'ERR_SIGNER_ALGORITHM_FORBIDDEN',
    ],
    [
      'an algorithm of another key',
      { algorithm: { scheme: 'ed25519' } as const },
      'ERR_SIGNER_ALGORITHM_MISMATCH',
    ],
  ])('%s', async (_situation, change, code) => {
    const { chain, algorithm } = signerOf(pki, 'nurse-02')
    const options = { chain, algorithm, level: 'B-B' as const, ...change }
    expect(await codeOf(() => prepareCades(content, options, env))).toBe(code)
  })

  it('a digest of the wrong length', async () => {
    const { chain, algorithm } = signerOf(pki, 'nurse-02')
    const wrong = { ...content, digestOf: async () => new Uint8Array(20) }
    expect(await codeOf(() => prepareCades(wrong, { chain, algorithm, level: 'B-B' }, env))).toBe(
      'ERR_SIGNER_DIGEST_LENGTH',
    )
  })

  it('to go on where the content breaks off', async () => {
    const { chain, algorithm } = signerOf(pki, 'nurse-02')
    const broken = { ...content, digestOf: () => Promise.reject(new Error('broken off')) }
    await expect(prepareCades(broken, { chain, algorithm, level: 'B-B' }, env)).rejects.toThrow('broken off')
  })
})

describeWith(needs.openssl, 'as OpenSSL sees it', () => {
  const folder = new OpensslFolder()
  beforeAll(() => {
    folder.write('document', document)
    folder.write('other', Buffer.from(`${document}!`))
    folder.pem('root.pem', 'CERTIFICATE', entityOf(pki, 'national-root').certificate.der)
    folder.pem('ca.pem', 'CERTIFICATE', entityOf(pki, 'public-ca').certificate.der)
  })
  afterAll(() => folder.remove())

  const verify = (against = 'document') =>
    folder.run(
      ...[
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        'signature.p7s',
        '-content',
        against,
      ],
      ...['-CAfile', 'root.pem', '-purpose', 'any', '-out', 'content'],
    )

  it.each([...rsa, ...ec])('%s with %o verifies as CAdES', async (name, wish) => {
    folder.write('signature.p7s', (await sign(name, wish)).bytes)
    expect((await verify()).text).toContain('CAdES Verification successful')
  })

  it('other content does not', async () => {
    folder.write('signature.p7s', (await sign('nurse-02')).bytes)
    expect((await verify('other')).code).not.toBe(0)
  })

  it.each(['nurse-02', 'doctor-p384'])('%s at B-T verifies, and its time-stamp with it', async (name) => {
    const { bytes, cms } = await sign(name, {}, 'B-T')
    folder.write('signature.p7s', bytes)
    expect((await verify()).text).toContain('CAdES Verification successful')
    const [signer] = parseSignedData(cms).signerInfos
    folder.write('token.tst', signer!.unsignedAttributes[0]!.values[0]!)
    folder.write('value', signer!.signature)
    const { text } = await folder.run(
      ...['ts', '-verify', '-data', 'value', '-in', 'token.tst', '-token_in', '-CAfile', 'root.pem'],
      ...['-untrusted', 'ca.pem'],
    )
    expect(text).toContain('Verification: OK')
  })

  it('the attributes of B-B are all there', async () => {
    folder.write('signature.p7s', (await sign('doctor-p521')).bytes)
    const { text } = await folder.run('cms', '-cmsout', '-print', '-inform', 'DER', '-in', 'signature.p7s')
    for (const name of ['contentType', 'messageDigest', 'signingTime', 'id-smime-aa-signingCertificateV2']) {
      expect(text).toContain(name)
    }
    expect(text).toContain('1.2.840.113549.1.9.52')
  })
})
