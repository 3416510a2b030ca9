import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Attribute,
  der,
  digestBytes,
  encodeSignedAttributes,
  encodeSignedData,
  parseSignedData,
  type SignedDataInput,
  spliceUnsignedAttribute,
} from '../formats/index.ts'
import {
  currentCrl,
  entityOf,
  type Pki,
  privateKeyOf,
  type Responders,
  signBytes,
  startResponders,
} from '../test-certs/index.ts'
import { readRevocationData } from '../trust/index.ts'
import { checkBeforeRelease, type ReleaseInput } from './check-before-release.ts'
import * as oids from './oids.ts'
import { preparePades } from './pades/prepare-pades.ts'
import type { TimestampResult } from './ports.ts'
import { prepareCades } from './prepare-cades.ts'
import { plainPdf } from './testing/plain-pdf.ts'
import { poolOf } from './testing/tsa.ts'
import { buildSigners, codeOf, contentOf, env, finishAs, signerOf, valueFor } from './testing/world.ts'
import type { FinishedSignature, PreparedSignature } from './types.ts'

const document = plainPdf('bytes before the header\n')
let pki: Pki
let responders: Responders
/** Finished signatures as they should be. */
let pades: ReleaseInput
let cades: ReleaseInput
let stamped: ReleaseInput

beforeAll(async () => {
  responders = await startResponders(env)
  const names = [
    'nurse-02',
    'doctor-01',
    'doctor-ed25519',
    'seal-b',
    'government-seal',
    'tsa',
    'expired',
  ] as const
  pki = await buildSigners(names, { url: responders.url })
  responders.use(pki)
  pades = await sign('pades', 'nurse-02')
  cades = await sign('cades', 'nurse-02')
  stamped = await sign('cades', 'nurse-02', 'B-T')
})
afterAll(() => responders.close())

async function sign(
  format: 'pades' | 'cades',
  name: string,
  level: 'B-B' | 'B-T' = 'B-B',
): Promise<ReleaseInput> {
  const { chain, algorithm } = signerOf(pki, name)
  const pool = level === 'B-T' ? poolOf(pki, responders) : null
  const prepared =
    format === 'cades'
      ? await prepareCades(contentOf(document), { chain, algorithm, level }, env)
      : await preparePades(
          document,
          { chain, algorithm, level, ...(pool && { timestampSize: await pool.tokenSize('sha256') }) },
          env,
        )
  return release(name, prepared, await finishAs(pki, name, prepared, pool))
}

const release = (name: string, prepared: PreparedSignature, finished: FinishedSignature): ReleaseInput => ({
  prepared,
  finished,
  document: prepared.format === 'pades' ? document : null,
  contentDigest: prepared.format === 'pades' ? null : digestBytes(prepared.digest, document),
  issuers: signerOf(pki, name).issuers,
  tsaCertificates: [entityOf(pki, 'tsa').certificate],
  evidence: { data: [] },
  now: new Date(),
})

const check = (input: ReleaseInput): Promise<string> => codeOf(() => checkBeforeRelease(input))
const RELEASE = 'ERR_SIGNER_RELEASE_'

describe('a sound signature is released', () => {
  it.each(['nurse-02', 'doctor-01', 'doctor-ed25519'])(
    '%s: PAdES and CAdES, at B-B and at B-T',
    async (name) => {
      for (const format of ['pades', 'cades'] as const) {
        for (const level of ['B-B', 'B-T'] as const)
          expect(await check(await sign(format, name, level))).toBe('none')
      }
    },
  )
})

/** A CAdES signature whose SignedAttributes are others, truly signed. */
async function withAttributes(
  format: 'pades' | 'cades',
  change: (honest: Attribute[]) => Attribute[],
): Promise<ReleaseInput> {
  const { prepared: honest } = format === 'pades' ? pades : cades
  const cms = parseSignedData((format === 'pades' ? pades : cades).finished.cms)
  const signedAttributes = encodeSignedAttributes(change([...cms.signerInfos[0]!.signedAttributes]))
  const prepared = { ...honest, signedAttributes: Buffer.from(signedAttributes).toString('base64') }
  if (format === 'cades') return release('nurse-02', prepared, await finishAs(pki, 'nurse-02', prepared))
  // what changes the attributes' length would not fit the room that was computed
  const value = valueFor(pki, 'nurse-02', prepared)
  const bytes = encode(prepared, { signatureValue: value, signedAttributes })
  return release('nurse-02', prepared, fill(prepared, bytes))
}

/** The CMS of `prepared`, with parts changed. */
function encode(
  prepared: PreparedSignature,
  signer: Partial<SignedDataInput['signer']>,
  outer: Partial<SignedDataInput> = {},
): Uint8Array {
  const { certificate, chain } = signerOf(pki, 'nurse-02')
  return encodeSignedData({
    eContentType: oids.ID_DATA,
    eContent: null,
    certificates: chain.map((member) => member.der),
    digest: prepared.digest,
    signer: {
      issuerAndSerialOf: certificate,
      signedAttributes: Buffer.from(prepared.signedAttributes, 'base64'),
      algorithm: prepared.algorithm,
      signatureValue: valueFor(pki, 'nurse-02', prepared),
      ...signer,
    },
    ...outer,
  })
}

/** A CMS as the finished signature of `prepared`. */
function fill(prepared: PreparedSignature, cms: Uint8Array): FinishedSignature {
  if (prepared.format === 'cades') return { bytes: cms, cms, level: prepared.level, timestamp: null }
  const bytes = Buffer.from(prepared.appended!, 'base64')
  bytes.write(Buffer.from(cms).toString('hex'), prepared.contents!.start)
  return { bytes, cms, level: prepared.level, timestamp: null }
}

const withCms = (cms: Uint8Array, input = cades): ReleaseInput => ({
  ...input,
  finished: { ...input.finished, cms, bytes: cms },
})
const replaceHex = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString('hex').replaceAll(from, to), 'hex')
/** `input` with its finished signature changed. */
const withFinished = (input: ReleaseInput, change: Partial<FinishedSignature>): ReleaseInput => ({
  ...input,
  finished: { ...input.finished, ...change },
})

describe('the CMS is held to what was prepared', () => {
  it.each<[string, () => ReleaseInput, string]>([
    ['bytes that are no CMS', () => withCms(Buffer.from('không phải CMS')), 'CMS'],
    ['a CMS cut short', () => withCms(cades.finished.cms.subarray(0, -1)), 'CMS'],
    ['a CMS with a byte behind it', () => withCms(Buffer.concat([cades.finished.cms, Buffer.of(0)])), 'CMS'],
    ['content inside', () => withCms(encode(cades.prepared, {}, { eContent: document })), 'STRUCTURE'],
    [
      'content of another type',
      () => withCms(encode(cades.prepared, {}, { eContentType: oids.TST_INFO })),
      'STRUCTURE',
    ],
    ['no certificates', () => withCms(encode(cades.prepared, {}, { certificates: [] })), 'STRUCTURE'],
    [
      'a certificate too many',
      () =>
        withCms(
          encode(
            cades.prepared,
            {},
            {
              certificates: [...signerOf(pki, 'nurse-02').chain, entityOf(pki, 'tsa').certificate].map(
                (c) => c.der,
              ),
            },
          ),
        ),
      'STRUCTURE',
    ],
    [
      'another signer’s name',
      () => withCms(encode(cades.prepared, { issuerAndSerialOf: entityOf(pki, 'doctor-01').certificate })),
      'STRUCTURE',
    ],
    ['another digest', () => withCms(encode(cades.prepared, {}, { digest: 'sha512' })), 'STRUCTURE'],
    [
      'another algorithm',
      () => withCms(encode(cades.prepared, { algorithm: { scheme: 'rsa-pkcs1', digest: 'sha256' } })),
      'STRUCTURE',
    ],
    [
      'an algorithm of nobody',
      () => withCms(replaceHex(cades.finished.cms, '0609608648016503040201', '0609608648016503040263')),
      'CMS',
    ],
    [
      'an unsigned attribute of nobody',
      () =>
        withCms(
          spliceUnsignedAttribute(cades.finished.cms, 0, { oid: '2.999.7', values: [der.nullValue()] }),
        ),
      'STRUCTURE',
    ],
    [
      'a .p7s that is not its CMS',
      () => withFinished(cades, { bytes: Buffer.concat([cades.finished.cms, Buffer.of(0)]) }),
      'STRUCTURE',
    ],
  ])('%s', async (_situation, input, code) => expect(await check(input())).toBe(RELEASE + code))

  it('the signature of another content is refused by its attributes', async () => {
    const { chain, algorithm } = signerOf(pki, 'nurse-02')
    const options = { chain, algorithm, level: 'B-B' } as const
    const prepared = await prepareCades(contentOf(Buffer.from('khác')), options, env)
    const { cms } = await finishAs(pki, 'nurse-02', prepared)
    expect(await check(withCms(cms))).toBe(`${RELEASE}STRUCTURE`)
  })

  it.each([0, 100, 255])('a value with octet %i turned over', async (at) => {
    const value = Buffer.from(valueFor(pki, 'nurse-02', cades.prepared))
    value[at]! ^= 0x10
    expect(await check(withCms(encode(cades.prepared, { signatureValue: value })))).toBe(`${RELEASE}VALUE`)
  })

  it('a value made with another key', async () => {
    const key = privateKeyOf(entityOf(pki, 'seal-b'))
    const data = Buffer.from(cades.prepared.signedAttributes, 'base64')
    const signatureValue = signBytes(key, cades.prepared.algorithm, data)
    expect(await check(withCms(encode(cades.prepared, { signatureValue })))).toBe(`${RELEASE}VALUE`)
  })

  it('a state that was changed since', async () => {
    const prepared = { ...cades.prepared, algorithm: { scheme: 'rsa-pkcs1', digest: 'sha1' } } as const
    expect(await check({ ...cades, prepared })).toBe('ERR_SIGNER_STATE_INVALID')
  })
})

describe('the attributes are those of the format', () => {
  const replace =
    (oid: string, ...values: Uint8Array[]) =>
    (honest: Attribute[]): Attribute[] =>
      honest.map((attribute) => (attribute.oid === oid ? { oid, values } : attribute))
  const drop =
    (oid: string) =>
    (honest: Attribute[]): Attribute[] =>
      honest.filter((one) => one.oid !== oid)
  const otherCertificate = (): Uint8Array => {
    const hash = digestBytes('sha256', entityOf(pki, 'seal-b').certificate.der)
    return der.sequence(der.sequence(der.sequence(der.octetString(hash))))
  }

  it.each<[string, 'pades' | 'cades', (honest: Attribute[]) => Attribute[], string]>([
    ['CAdES without signing-time', 'cades', drop(oids.SIGNING_TIME), 'SIGNING_TIME'],
    ['no signing certificate', 'cades', drop(oids.SIGNING_CERTIFICATE_V2), 'STRUCTURE'],
    ['no algorithm protection', 'cades', drop(oids.CMS_ALGORITHM_PROTECTION), 'STRUCTURE'],
    ['no content-type', 'cades', drop(oids.CONTENT_TYPE), 'STRUCTURE'],
    ['no message-digest', 'pades', drop(oids.MESSAGE_DIGEST), 'STRUCTURE'],
    [
      'an attribute too many',
      'cades',
      (honest) => [...honest, { oid: '2.999.7', values: [der.nullValue()] }],
      'STRUCTURE',
    ],
    ['an attribute twice', 'cades', (honest) => [...honest, honest[0]!], 'STRUCTURE'],
    ['content-type time-stamp', 'cades', replace(oids.CONTENT_TYPE, der.oid(oids.TST_INFO)), 'STRUCTURE'],
    ['another digest', 'cades', replace(oids.MESSAGE_DIGEST, der.octetString(new Uint8Array(32))), 'DIGEST'],
    [
      'two digests',
      'cades',
      replace(oids.MESSAGE_DIGEST, der.octetString(new Uint8Array(32)), der.nullValue()),
      'STRUCTURE',
    ],
    [
      'another digest in PAdES',
      'pades',
      replace(oids.MESSAGE_DIGEST, der.octetString(new Uint8Array(32))),
      'DIGEST',
    ],
  ])('%s (%s) is held back', async (_situation, format, change, code) => {
    expect(await check(await withAttributes(format, change))).toBe(RELEASE + code)
  })

  it('PAdES with signing-time is held back', async () => {
    const time: Attribute = { oid: oids.SIGNING_TIME, values: [der.time(new Date())] }
    // in the place of an attribute that is longer, so that it fits
    const input = await withAttributes('pades', (honest) => [
      ...drop(oids.CMS_ALGORITHM_PROTECTION)(honest),
      time,
    ])
    expect(await check(input)).toBe(`${RELEASE}SIGNING_TIME`)
  })

  it('another certificate in signing-certificate-v2 is held back', async () => {
    const input = await withAttributes('cades', replace(oids.SIGNING_CERTIFICATE_V2, otherCertificate()))
    expect(await check(input)).toBe(`${RELEASE}SIGNING_CERTIFICATE`)
  })

  it.each([
    ['another scheme', { scheme: 'rsa-pkcs1', digest: 'sha256' }],
    ['another salt', { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 20 }],
  ] as const)(
    'a state that was changed to %s than its attributes name is held back',
    async (_, algorithm) => {
      const prepared = { ...cades.prepared, algorithm }
      const input = release('nurse-02', prepared, await finishAs(pki, 'nurse-02', prepared))
      await expect(checkBeforeRelease(input)).rejects.toThrow(
        expect.objectContaining({
          code: `${RELEASE}STRUCTURE`,
          details: { field: 'cms-algorithm-protection' },
        }),
      )
    },
  )

  it('other content than what was signed is held back', async () => {
    expect(await check({ ...cades, contentDigest: digestBytes('sha256', Buffer.from('khác')) })).toBe(
      `${RELEASE}DIGEST`,
    )
    expect(await check({ ...cades, contentDigest: null })).toBe(`${RELEASE}DIGEST`)
  })
})

describe('certificate and path hold when it is released', () => {
  const day = 86_400_000
  const at = (days: number): Date => new Date(Date.now() + days * day)
  it.each<[string, () => ReleaseInput, string]>([
    ['the certificate has expired meanwhile', () => ({ ...cades, now: at(1000) }), 'CERTIFICATE_EXPIRED'],
    ['the certificate is not valid yet', () => ({ ...cades, now: at(-100) }), 'CERTIFICATE_NOT_YET_VALID'],
    ['no issuer is trusted', () => ({ ...cades, issuers: [] }), 'UNTRUSTED'],
    [
      'another root is trusted',
      () => ({ ...cades, issuers: [entityOf(pki, 'government-root').certificate] }),
      'UNTRUSTED',
    ],
  ])('held back where %s', async (_situation, input, code) =>
    expect(await check(input())).toBe(RELEASE + code),
  )

  it('an expired signer is held back although his value verifies', async () => {
    expect(await check(await sign('cades', 'expired'))).toBe(`${RELEASE}CERTIFICATE_EXPIRED`)
  })
})

describe('what was known of revocation when the key was used', () => {
  const known = (name: string): ReleaseInput => {
    const now = new Date()
    const data = [currentCrl(pki, 'public-ca', now), currentCrl(pki, 'national-root', now)].map(
      readRevocationData,
    )
    return { ...cades, evidence: { data }, issuers: signerOf(pki, name).issuers }
  }

  it('and says good lets the signature go', async () => {
    expect(await check(known('nurse-02'))).toBe('none')
  })

  it.each([
    ['nurse-02', 'keyCompromise'],
    ['nurse-02', 'certificateHold'],
    ['public-ca', 'cACompromise'],
    ['public-ca', 'certificateHold'],
  ] as const)('and says that %s is revoked (%s) holds it back', async (name, reason) => {
    const entity = entityOf(pki, name)
    pki.entities.set(name, { ...entity, revocation: { at: new Date(Date.now() - 3_600_000), reason } })
    try {
      expect(await check(known('nurse-02'))).toBe(`${RELEASE}REVOKED`)
    } finally {
      pki.entities.set(name, entity)
    }
  })
})

describe('the level is the one asked for', () => {
  const tokenOver = async (bytes: Uint8Array): Promise<TimestampResult> =>
    poolOf(pki, responders).timestamp(digestBytes('sha256', bytes), 'sha256')
  const stamp = (cms: Uint8Array, ...values: Uint8Array[]): Uint8Array =>
    spliceUnsignedAttribute(cms, 0, { oid: oids.SIGNATURE_TIME_STAMP, values })
  const asked = (): PreparedSignature => ({ ...cades.prepared, level: 'B-T' })

  it('B-T without a time-stamp is held back', async () => {
    const finished = { ...cades.finished, level: 'B-T' } as const
    await expect(checkBeforeRelease({ ...cades, prepared: asked(), finished })).rejects.toMatchObject({
      code: `${RELEASE}LEVEL`,
      details: { expected: 'B-T', actual: 'B-B' },
    })
  })

  it('a result that says B-B where B-T was asked for is held back', async () => {
    expect(await check(withFinished(stamped, { level: 'B-B' }))).toBe(`${RELEASE}LEVEL`)
  })

  it('B-B with a time-stamp is held back', async () => {
    const [signer] = parseSignedData(cades.finished.cms).signerInfos
    const { token } = await tokenOver(signer!.signature)
    expect(await check(withCms(stamp(cades.finished.cms, token)))).toBe(`${RELEASE}LEVEL`)
    expect(await check(withFinished(cades, { timestamp: { genTime: new Date() } }))).toBe(
      `${RELEASE}STRUCTURE`,
    )
  })

  /** The signature of `cades`, asked for at B-T, with the token given. */
  const withToken = (token: Uint8Array, genTime: Date, ...more: Uint8Array[]): ReleaseInput => {
    const cms = stamp(cades.finished.cms, token, ...more)
    return {
      ...cades,
      prepared: asked(),
      finished: { bytes: cms, cms, level: 'B-T', timestamp: { genTime } },
    }
  }
  const signature = (): Uint8Array => parseSignedData(cades.finished.cms).signerInfos[0]!.signature

  it('a time-stamp over other bytes is held back with its reason', async () => {
    const { token, genTime } = await tokenOver(Buffer.from('khác'))
    await expect(checkBeforeRelease(withToken(token, genTime))).rejects.toMatchObject({
      code: `${RELEASE}TIMESTAMP`,
      details: { reason: 'ERR_TSP_IMPRINT_MISMATCH' },
    })
  })

  it('a time-stamp of an authority that is not configured is held back', async () => {
    const { token, genTime } = await tokenOver(signature())
    expect(await check({ ...withToken(token, genTime), tsaCertificates: [] })).toBe(`${RELEASE}TIMESTAMP`)
  })

  it('a time-stamp that is none is held back', async () => {
    expect(await check(withToken(der.nullValue(), new Date()))).toBe(`${RELEASE}TIMESTAMP`)
  })

  it('two time-stamps, and another time than the token’s, are held back', async () => {
    const { token, genTime } = await tokenOver(signature())
    expect(await check(withToken(token, genTime))).toBe('none')
    expect(await check(withToken(token, genTime, der.nullValue()))).toBe(`${RELEASE}STRUCTURE`)
    expect(await check(withToken(token, new Date(0)))).toBe(`${RELEASE}STRUCTURE`)
  })
})
