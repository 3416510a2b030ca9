import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Attribute,
  type Certificate,
  concat,
  type DerElement,
  type DigestName,
  der,
  digestBytes,
  encodeSignedAttributes,
  encodeSignedData,
  encodeTstInfo,
  parseDer,
  readSequence,
  type SignatureAlgorithm,
  type TstInfoInput,
} from '../formats/index.ts'
import {
  type CertificateRequest,
  entityOf,
  issueCertificate,
  type Pki,
  privateKeyOf,
  profiles,
  signatureAlgorithmFor,
  signBytes,
} from '../test-certs/index.ts'
import {
  CONTENT_TYPE,
  ID_DATA,
  MESSAGE_DIGEST,
  SIGNING_CERTIFICATE,
  SIGNING_CERTIFICATE_V2,
  TST_INFO,
} from './oids.ts'
import { buildSigners, codeOf, env } from './testing/world.ts'
import { checkTimestampToken, type TokenExpectation } from './tsp-token.ts'

let pki: Pki
const now = new Date()
const imprint = digestBytes('sha256', Buffer.from('giá trị'))
const nonce = 0x4142434445464748n

beforeAll(async () => {
  pki = await buildSigners(['tsa', 'impostor-ca'])
})

interface Twist {
  readonly info?: Partial<TstInfoInput>
  /** Changes the bytes of the TSTInfo before they are hashed. */
  readonly patch?: (info: Uint8Array) => Uint8Array
  readonly eContentType?: string
  /** What the attributes become. */
  readonly attributes?: (honest: Attribute[]) => Attribute[]
  readonly algorithm?: SignatureAlgorithm
  readonly digest?: DigestName
  readonly certificate?: Certificate
  readonly key?: KeyObject
  readonly certificates?: readonly Certificate[]
}

function buildToken(twist: Twist = {}): Uint8Array {
  const tsa = entityOf(pki, 'tsa')
  const certificate = twist.certificate ?? tsa.certificate
  const key = twist.key ?? privateKeyOf(tsa)
  const digest = twist.digest ?? 'sha256'
  const honestInfo = encodeTstInfo({
    policy: '2.999.1.1',
    digest: 'sha256',
    imprint,
    serialNumber: Uint8Array.of(1),
    genTime: now,
    nonce,
    ...twist.info,
  })
  const info = twist.patch?.(honestInfo) ?? honestInfo
  const honest: Attribute[] = [
    { oid: CONTENT_TYPE, values: [der.oid(TST_INFO)] },
    { oid: MESSAGE_DIGEST, values: [der.octetString(digestBytes(digest, info))] },
    { oid: SIGNING_CERTIFICATE_V2, values: [essV2(certificate)] },
  ]
  const signedAttributes = encodeSignedAttributes(twist.attributes?.(honest) ?? honest)
  const algorithm = twist.algorithm ?? signatureAlgorithmFor(key)
  return encodeSignedData({
    eContentType: twist.eContentType ?? TST_INFO,
    eContent: info,
    certificates: (twist.certificates ?? [certificate, entityOf(pki, 'public-ca').certificate]).map(
      (c) => c.der,
    ),
    digest,
    signer: {
      issuerAndSerialOf: certificate,
      signedAttributes,
      algorithm,
      signatureValue: signBytes(key, algorithm, signedAttributes),
    },
  })
}

const ids = (...essIds: Uint8Array[]): Uint8Array => der.sequence(der.sequence(...essIds))
const essV2 = ({ der: bytes }: Certificate): Uint8Array =>
  ids(der.sequence(der.octetString(digestBytes('sha256', bytes))))
const essV1 = ({ der: bytes }: Certificate): Uint8Array =>
  ids(der.sequence(der.octetString(digestBytes('sha1', bytes))))
/** The attributes with one replaced, or added. */
const withAttribute = (oid: string, ...values: Uint8Array[]) => ({
  attributes: (honest: Attribute[]): Attribute[] => [
    ...honest.filter((attribute) => attribute.oid !== oid),
    { oid, values },
  ],
})
const without = (oid: string) => ({
  attributes: (honest: Attribute[]): Attribute[] => honest.filter((attribute) => attribute.oid !== oid),
})

const check = (token: Uint8Array, expected: Partial<TokenExpectation> = {}): Promise<string> =>
  codeOf(() =>
    checkTimestampToken(token, {
      imprint,
      digest: 'sha256',
      nonce,
      trusted: [entityOf(pki, 'national-root').certificate],
      now,
      ...expected,
    }),
  )

/** A TSA of its own, with the key and profile given. */
function otherTsa(key: KeyObject, change: Partial<CertificateRequest> = {}): Twist {
  const request: CertificateRequest = {
    name: 'other-tsa',
    issuer: 'public-ca',
    subject: [['CN', 'DẤU THỜI GIAN THỬ NGHIỆM 3']],
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    profile: profiles.timestamping,
    notBefore: '-1d',
    notAfter: '+1y',
    ...change,
  }
  return { certificate: issueCertificate(pki, request, env).certificate, key }
}

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

describe('a token is believed', () => {
  it.each<[string, () => Twist]>([
    ['with ESSCertIDv2', () => ({})],
    [
      'with ESSCertID over SHA-1 alone',
      () => {
        const { certificate } = entityOf(pki, 'tsa')
        return {
          attributes: (honest) => [
            ...honest.filter(({ oid }) => oid !== SIGNING_CERTIFICATE_V2),
            { oid: SIGNING_CERTIFICATE, values: [essV1(certificate)] },
          ],
        }
      },
    ],
    [
      'with both, which agree',
      () => withAttribute(SIGNING_CERTIFICATE, essV1(entityOf(pki, 'tsa').certificate)),
    ],
    [
      'with SHA-512 in ESSCertIDv2, and issuer and serial number',
      () => {
        const { certificate } = entityOf(pki, 'tsa')
        const general = der.sequence(der.explicit(4, certificate.issuer.der))
        const issuerSerial = der.sequence(general, der.tlv(0x02, certificate.serialNumber))
        const hash = der.octetString(digestBytes('sha512', certificate.der))
        const id = der.sequence(der.sequence(der.oid('2.16.840.1.101.3.4.2.3')), hash, issuerSerial)
        return withAttribute(SIGNING_CERTIFICATE_V2, ids(id))
      },
    ],
    ['signed with ECDSA', () => otherTsa(p256)],
    [
      'signed with RSASSA-PSS',
      () => ({
        algorithm: { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 },
      }),
    ],
    [
      'signed over SHA-512',
      () => ({ digest: 'sha512', algorithm: { scheme: 'rsa-pkcs1', digest: 'sha512' } }),
    ],
    ['with an accuracy of a second', () => ({ info: { accuracy: { seconds: 1 } } })],
  ])('%s', async (_how, twist) => expect(await check(buildToken(twist()))).toBe('none'))

  it('without a nonce, a clock or a policy to hold it against', async () => {
    const token = buildToken({ info: { nonce: null, genTime: new Date(now.getTime() - 86_400_000) } })
    const expected = { imprint, digest: 'sha256', nonce: null } as const
    const trusted = [entityOf(pki, 'tsa').certificate]
    expect(checkTimestampToken(token, { ...expected, trusted }).policy).toBe('2.999.1.1')
  })
})

describe('a token is refused', () => {
  it.each<[string, () => Uint8Array, string]>([
    ['bytes that are none', () => Buffer.from('không phải'), 'MALFORMED'],
    ['nothing', () => new Uint8Array(), 'MALFORMED'],
    ['one with bytes behind it', () => concat([buildToken(), Uint8Array.of(0)]), 'MALFORMED'],
    ['content of another type', () => buildToken({ eContentType: ID_DATA }), 'CONTENT'],
    ['version 2', () => buildToken({ patch: (info) => replaceByte(info, firstInteger(info), 2) }), 'VERSION'],
    ['a TSTInfo that breaks off', () => buildToken({ patch: (info) => info.subarray(0, -3) }), 'MALFORMED'],
    [
      'another imprint',
      () => buildToken({ info: { imprint: digestBytes('sha256', imprint) } }),
      'IMPRINT_MISMATCH',
    ],
    [
      'an imprint cut short',
      () => buildToken({ info: { imprint: imprint.subarray(1) } }),
      'IMPRINT_MISMATCH',
    ],
    ['another digest', () => buildToken({ info: { digest: 'sha3-256' } }), 'DIGEST_MISMATCH'],
    ['no nonce', () => buildToken({ info: { nonce: null } }), 'NONCE_MISSING'],
    ['another nonce', () => buildToken({ info: { nonce: nonce + 1n } }), 'NONCE_MISMATCH'],
    ['a negative nonce', () => buildToken({ info: { nonce: -nonce } }), 'NONCE_MISMATCH'],
    [
      'an accuracy that says nothing',
      () => buildToken({ info: { accuracy: { seconds: 61 } } }),
      'TIME_OUT_OF_RANGE',
    ],
    ['no signed attributes', () => stripAttributes(buildToken()), 'SIGNED_ATTRIBUTES_MISSING'],
    ['no content-type', () => buildToken(without(CONTENT_TYPE)), 'CONTENT_TYPE_ATTRIBUTE'],
    [
      'content-type data',
      () => buildToken(withAttribute(CONTENT_TYPE, der.oid(ID_DATA))),
      'CONTENT_TYPE_ATTRIBUTE',
    ],
    [
      'two content-types',
      () => buildToken(withAttribute(CONTENT_TYPE, der.oid(TST_INFO), der.oid(ID_DATA))),
      'CONTENT_TYPE_ATTRIBUTE',
    ],
    [
      'content-type of another type',
      () => buildToken(withAttribute(CONTENT_TYPE, der.nullValue())),
      'MALFORMED',
    ],
    ['no message-digest', () => buildToken(without(MESSAGE_DIGEST)), 'MESSAGE_DIGEST'],
    [
      'a wrong message-digest',
      () => buildToken(withAttribute(MESSAGE_DIGEST, der.octetString(imprint))),
      'MESSAGE_DIGEST',
    ],
    [
      'message-digest twice',
      () => buildToken({ attributes: (honest) => [...honest, honest[1]!] }),
      'MESSAGE_DIGEST',
    ],
    ['no signing certificate', () => buildToken(without(SIGNING_CERTIFICATE_V2)), 'ESS_MISSING'],
    [
      'another signing certificate',
      () => buildToken(withAttribute(SIGNING_CERTIFICATE_V2, essV2(entityOf(pki, 'public-ca').certificate))),
      'CERTIFICATE_MISMATCH',
    ],
    [
      'v1 and v2 that differ',
      () => buildToken(withAttribute(SIGNING_CERTIFICATE, essV1(entityOf(pki, 'public-ca').certificate))),
      'CERTIFICATE_MISMATCH',
    ],
    [
      'a signing certificate that cannot be read',
      () => buildToken(withAttribute(SIGNING_CERTIFICATE_V2, der.nullValue())),
      'MALFORMED',
    ],
    [
      'an empty list of signing certificates',
      () => buildToken(withAttribute(SIGNING_CERTIFICATE_V2, ids())),
      'MALFORMED',
    ],
    [
      'another serial number in ESSCertIDv2',
      () => buildToken(withAttribute(SIGNING_CERTIFICATE_V2, wrongSerial())),
      'CERTIFICATE_MISMATCH',
    ],
    ['no certificates', () => buildToken({ certificates: [] }), 'CERTIFICATE_MISSING'],
    [
      'the issuer alone',
      () => buildToken({ certificates: [entityOf(pki, 'public-ca').certificate] }),
      'CERTIFICATE_MISSING',
    ],
    [
      'a signature over SHA-1',
      () => buildToken({ algorithm: { scheme: 'rsa-pkcs1', digest: 'sha1' } }),
      'DIGEST_WEAK',
    ],
    ['a content digest of SHA-1', () => buildToken({ digest: 'sha1' }), 'DIGEST_WEAK'],
    [
      "another key's signature",
      () => buildToken({ key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }),
      'SIGNATURE_INVALID',
    ],
    ['an algorithm of another kind of key', () => buildToken({ key: p256 }), 'SIGNATURE_INVALID'],
    [
      'RSA-1024',
      () => buildToken(otherTsa(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)),
      'KEY_WEAK',
    ],
    [
      'a key for encryption',
      () =>
        buildToken(otherTsa(p256, { profile: { ...profiles.timestamping, keyUsage: ['keyEncipherment'] } })),
      'CERTIFICATE_KEY_USAGE',
    ],
    [
      'a certificate that is not valid yet',
      () => buildToken(otherTsa(p256, { notBefore: '+1d' })),
      'CERTIFICATE_NOT_YET_VALID',
    ],
    [
      'a certificate that has expired',
      () => buildToken(otherTsa(p256, { notBefore: '-9d', notAfter: '-1d' })),
      'CERTIFICATE_EXPIRED',
    ],
    ['a signer of documents', () => buildToken(otherTsa(p256, { profile: profiles.staff })), 'EKU_MISSING'],
    [
      'a critical extension that nobody knows',
      () => buildToken({ patch: withCriticalExtension }),
      'EXTENSION',
    ],
    ['two signers', () => doubleSigner(buildToken()), 'SIGNER_COUNT'],
    [
      'a chain that is borrowed from another authority',
      () => {
        const twist = otherTsa(p256, { issuer: 'impostor-ca' })
        const borrowed = [twist.certificate!, entityOf(pki, 'public-ca').certificate]
        return buildToken({ ...twist, certificates: borrowed })
      },
      'UNTRUSTED',
    ],
    [
      'a digest that is not the one signed with',
      () => buildToken({ digest: 'sha512' }),
      'ALGORITHM_MISMATCH',
    ],
    [
      'the name of another authority',
      () => {
        const { subject } = entityOf(pki, 'public-ca').certificate
        const tsa = der.explicit(0, der.explicit(4, subject.der))
        return buildToken({ patch: (info) => der.sequence(parseDer(info).content, tsa) })
      },
      'TSA_NAME',
    ],
    [
      'two signing certificates',
      () =>
        buildToken({
          attributes: (honest) => [...honest, honest.find(({ oid }) => oid === SIGNING_CERTIFICATE_V2)!],
        }),
      'MALFORMED',
    ],
    [
      'a key whose exponent is 3',
      () =>
        buildToken(
          otherTsa(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey),
        ),
      'KEY_WEAK',
    ],
  ])('%s', async (_situation, token, code) => expect(await check(token())).toBe(`ERR_TSP_${code}`))

  it.each([-301_000, 301_000])('where its time is off by %i ms', async (shift) => {
    const token = buildToken({ info: { genTime: new Date(now.getTime() + shift) } })
    expect(await check(token)).toBe('ERR_TSP_TIME_OUT_OF_RANGE')
  })

  it('under another policy', async () => {
    expect(await check(buildToken(), { policy: '2.999.1.2' })).toBe('ERR_TSP_POLICY_MISMATCH')
  })

  it('where nobody is trusted, or another root', async () => {
    expect(await check(buildToken(), { trusted: [] })).toBe('ERR_TSP_UNTRUSTED')
    expect(await check(buildToken(), { trusted: [otherTsa(p256).certificate!] })).toBe('ERR_TSP_UNTRUSTED')
  })
})

function wrongSerial(): Uint8Array {
  const { certificate } = entityOf(pki, 'tsa')
  const general = der.sequence(der.explicit(4, certificate.issuer.der))
  const issuerSerial = der.sequence(general, der.integer(7))
  return ids(der.sequence(der.octetString(digestBytes('sha256', certificate.der)), issuerSerial))
}

const replaceByte = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const out = bytes.slice()
  out[at] = value
  return out
}
/** Where the value of a TSTInfo's version stands. */
const firstInteger = (info: Uint8Array): number => info.indexOf(0x02) + 2

/** The TSTInfo with extensions [1] behind its nonce. */
function withCriticalExtension(info: Uint8Array): Uint8Array {
  const extension = der.sequence(der.oid('2.999.7'), der.boolean(true), der.octetString(Uint8Array.of(5, 0)))
  return der.sequence(parseDer(info).content, der.tlv(0xa1, extension))
}

/** ContentInfo with its SignedData's last field, the SignerInfos, changed. */
function changeSigners(token: Uint8Array, change: (signer: DerElement) => Uint8Array[]): Uint8Array {
  const [type, content] = readSequence(parseDer(token))
  const fields = readSequence(content!.children[0]!)
  const signer = fields.at(-1)!.children[0]!
  const kept = fields.slice(0, -1).map(({ bytes }) => bytes)
  return der.sequence(type!.bytes, der.explicit(0, der.sequence(...kept, der.setOf(...change(signer)))))
}
const doubleSigner = (token: Uint8Array): Uint8Array =>
  changeSigners(token, (signer) => [signer.bytes, signer.bytes])
const stripAttributes = (token: Uint8Array): Uint8Array =>
  changeSigners(token, (signer) => [
    der.sequence(...signer.children.filter((field) => !field.is('context', 0)).map(({ bytes }) => bytes)),
  ])
