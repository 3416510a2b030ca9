import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Attribute,
  type AttributeName,
  attributeOids,
  type Certificate,
  type DerElement,
  type DigestName,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  parseDer,
  readSequence,
  type SignatureAlgorithm,
} from '../../formats/index.ts'
import {
  buildPki,
  type CertificateRequest,
  entityOf,
  makeCertificate,
  type Pki,
  privateKeyOf,
  profiles,
  quickKeys,
  testPki,
} from '../../test-certs/index.ts'
import { liveEnvironment } from '../../test-certs/testing/environment.ts'
import { readTimestamp } from './read.ts'
import { buildToken, essV1, essV2, essWithSerial, imprint, type TokenTwist } from './testing/build-token.ts'

let pki: Pki
beforeAll(async () => {
  pki = await buildPki(testPki, {
    ...liveEnvironment,
    keys: quickKeys,
    only: ['tsa', 'tsa-ecdsa', 'doctor-01'],
  })
})

const certificateOf = (name: string): Certificate => entityOf(pki, name).certificate
const replace =
  (name: AttributeName, ...values: Uint8Array[]) =>
  (honest: Attribute[]): Attribute[] => [
    ...honest.filter(({ oid }) => oid !== attributeOids[name]),
    ...(values.length === 0 ? [] : [{ oid: attributeOids[name], values }]),
  ]
const add =
  (name: AttributeName, ...values: Uint8Array[]) =>
  (honest: Attribute[]): Attribute[] => [...honest, { oid: attributeOids[name], values }]
/** TSTInfo with a last field: tsa [0] or extensions [1]. */
const withField = (field: Uint8Array) => (info: Uint8Array) => der.sequence(parseDer(info).content, field)
const named = (name: Uint8Array): TokenTwist => ({
  patch: withField(der.explicit(0, der.explicit(4, name))),
})
const protection = (digest: DigestName, algorithm: SignatureAlgorithm): Uint8Array =>
  der.sequence(encodeDigestAlgorithm(digest), der.implicit(1, encodeSignatureAlgorithm(algorithm)))
const pkcs1: SignatureAlgorithm = { scheme: 'rsa-pkcs1', digest: 'sha256' }

/** A copy of the TSA with another key or serial number. */
function otherTsa(key: KeyObject, change: Partial<CertificateRequest> = {}): Certificate {
  const request: CertificateRequest = {
    name: 'tsa',
    issuer: 'public-ca',
    subject: certificateOf('tsa').subject.der,
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    profile: profiles.timestamping,
    notBefore: '-1d',
    notAfter: '+1y',
    ...change,
  }
  return makeCertificate(pki, request, liveEnvironment)
}

describe('nothing is found against a token', () => {
  it.each<[string, () => TokenTwist]>([
    ['with ESSCertIDv2', () => ({})],
    [
      'with ESSCertID over SHA-1',
      () => ({
        attributes: (honest) => [
          ...replace('signing-certificate-v2')(honest),
          ...add('signing-certificate', essV1(certificateOf('tsa')))([]),
        ],
      }),
    ],
    ['with both', () => ({ attributes: add('signing-certificate', essV1(certificateOf('tsa'))) })],
    [
      'whose issuers are named behind its certificate',
      () => ({
        attributes: replace(
          'signing-certificate-v2',
          essV2(certificateOf('tsa'), certificateOf('public-ca')),
        ),
      }),
    ],
    [
      'with an issuerSerial',
      () => {
        const tsa = certificateOf('tsa')
        return {
          attributes: replace('signing-certificate-v2', essWithSerial(tsa, tsa.issuer.der, tsa.serialNumber)),
        }
      },
    ],
    ['that names its authority', () => named(certificateOf('tsa').subject.der)],
    [
      'with its algorithms protected',
      () => ({ attributes: add('cms-algorithm-protection', protection('sha256', pkcs1)) }),
    ],
    [
      'whose certificates stand in any order',
      () => ({
        certificates: [certificateOf('doctor-01'), certificateOf('public-ca'), certificateOf('tsa')],
      }),
    ],
  ])('%s', (_situation, twist) => {
    const reading = readTimestamp(buildToken(pki, twist()))
    expect(reading.findings).toEqual([])
    expect(reading.valueIntact).toBe(true)
    expect(reading.signer?.sha256).toBe(certificateOf('tsa').sha256)
    expect(Buffer.compare(reading.tstInfo.imprint, imprint)).toBe(0)
  })

  it('whose certificate is known elsewhere', () => {
    const token = buildToken(pki, { certificates: [] })
    expect(readTimestamp(token, [certificateOf('tsa')])).toMatchObject({ findings: [], valueIntact: true })
  })

  it('whose bag holds a namesake first: the one whose key verified counts', () => {
    const tsa = certificateOf('tsa')
    const impostor = otherTsa(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
    const reading = readTimestamp(buildToken(pki, { certificates: [impostor, tsa] }))
    expect(reading).toMatchObject({ findings: [], valueIntact: true })
    expect(reading.signer?.sha256).toBe(tsa.sha256)
  })
})

describe('it is found against a token', () => {
  it.each<[string, () => Uint8Array, string[]]>([
    ['that it has no signer', () => changeSigners(buildToken(pki), () => []), ['TIMESTAMP_SIGNER_COUNT']],
    [
      'that it has two signers',
      () => changeSigners(buildToken(pki), (signer) => [signer.bytes, signer.bytes]),
      ['TIMESTAMP_SIGNER_COUNT'],
    ],
    [
      'that it has no signed attributes',
      () => changeSigners(buildToken(pki), withoutAttributes),
      ['TIMESTAMP_SIGNED_ATTRIBUTES_MISSING', 'TIMESTAMP_ESS_MISSING'],
    ],
    ['that content-type is missing', () => attributes(replace('content-type')), ['TIMESTAMP_CONTENT_TYPE']],
    [
      'that content-type is another',
      () => attributes(replace('content-type', der.oid('1.2.840.113549.1.7.1'))),
      ['TIMESTAMP_CONTENT_TYPE'],
    ],
    [
      'that content-type has two values',
      () =>
        attributes(
          replace('content-type', der.oid('1.2.840.113549.1.9.16.1.4'), der.oid('1.2.840.113549.1.7.1')),
        ),
      ['TIMESTAMP_CONTENT_TYPE'],
    ],
    [
      'that content-type is no OID',
      () => attributes(replace('content-type', der.nullValue())),
      ['TIMESTAMP_ATTRIBUTE_MALFORMED'],
    ],
    [
      'that message-digest is missing',
      () => attributes(replace('message-digest')),
      ['TIMESTAMP_MESSAGE_DIGEST'],
    ],
    [
      "that message-digest is another content's",
      () => attributes(replace('message-digest', der.octetString(imprint))),
      ['TIMESTAMP_MESSAGE_DIGEST'],
    ],
    [
      'that message-digest stands twice',
      () => attributes((honest) => [...honest, honest[1]!]),
      ['TIMESTAMP_MESSAGE_DIGEST'],
    ],
    [
      'that no certificate is named',
      () => attributes(replace('signing-certificate-v2')),
      ['TIMESTAMP_ESS_MISSING'],
    ],
    [
      'that another certificate is named',
      () => attributes(replace('signing-certificate-v2', essV2(certificateOf('public-ca')))),
      ['TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      'that the signer is named second',
      () =>
        attributes(
          replace('signing-certificate-v2', essV2(certificateOf('public-ca'), certificateOf('tsa'))),
        ),
      ['TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      'that version 1 and 2 name different ones',
      () => attributes(add('signing-certificate', essV1(certificateOf('public-ca')))),
      ['TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      "that issuerSerial is another's",
      () => {
        const tsa = certificateOf('tsa')
        return attributes(
          replace('signing-certificate-v2', essWithSerial(tsa, tsa.issuer.der, Uint8Array.of(7))),
        )
      },
      ['TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      'that issuerSerial names another issuer',
      () => {
        const tsa = certificateOf('tsa')
        return attributes(
          replace('signing-certificate-v2', essWithSerial(tsa, tsa.subject.der, tsa.serialNumber)),
        )
      },
      ['TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      'that two certificates are named by two attributes',
      () => attributes(add('signing-certificate-v2', essV2(certificateOf('tsa')))),
      ['TIMESTAMP_ESS_REPEATED'],
    ],
    [
      'that two certificates are named by two values',
      () =>
        attributes(
          replace('signing-certificate-v2', essV2(certificateOf('tsa')), essV2(certificateOf('public-ca'))),
        ),
      ['TIMESTAMP_ESS_REPEATED', 'TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      'that the name of its certificate cannot be read',
      () => attributes(replace('signing-certificate-v2', der.nullValue())),
      ['TIMESTAMP_ESS_MALFORMED'],
    ],
    [
      'that it names no certificate in its attribute',
      () => attributes(replace('signing-certificate-v2', der.sequence(der.sequence()))),
      ['TIMESTAMP_ESS_MALFORMED'],
    ],
    [
      'that its certificate is missing',
      () => buildToken(pki, { certificates: [] }),
      ['TIMESTAMP_CERTIFICATE_MISSING'],
    ],
    [
      "that sid names the issuer's certificate and the signed reference its own",
      () =>
        buildToken(pki, {
          certificate: certificateOf('public-ca'),
          certificates: [certificateOf('tsa'), certificateOf('public-ca')],
          attributes: replace('signing-certificate-v2', essV2(certificateOf('tsa'))),
        }),
      ['TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      "that a certificate with the same key was put for the signer's",
      () => {
        const twin = otherTsa(privateKeyOf(entityOf(pki, 'tsa')))
        return buildToken(pki, {
          certificate: twin,
          attributes: replace('signing-certificate-v2', essV2(certificateOf('tsa'))),
        })
      },
      ['TIMESTAMP_CERTIFICATE_MISMATCH'],
    ],
    [
      "that the value is another key's",
      () => buildToken(pki, { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }),
      ['TIMESTAMP_SIGNATURE_INVALID'],
    ],
    [
      'that the attributes were changed after signing',
      () => replaceBytes(buildToken(pki), essV2(certificateOf('tsa')), essV2(certificateOf('public-ca'))),
      ['TIMESTAMP_CERTIFICATE_MISMATCH', 'TIMESTAMP_SIGNATURE_INVALID'],
    ],
    [
      'that its RSASSA-PSS parameters say MGF1 with SHA-1 and it was made with SHA-256',
      () => {
        const algorithm = { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha1', saltLength: 32 } as const
        return buildToken(pki, { algorithm })
      },
      ['TIMESTAMP_SIGNATURE_INVALID'],
    ],
    [
      'that digestAlgorithm is not the digest that was signed with',
      () => buildToken(pki, { digest: 'sha512' }),
      ['TIMESTAMP_DIGEST_MISMATCH'],
    ],
    [
      'that it was signed with other algorithms than the protected ones',
      () => attributes(add('cms-algorithm-protection', protection('sha512', pkcs1))),
      ['TIMESTAMP_ALGORITHM_PROTECTION'],
    ],
    [
      'that its algorithms are protected twice',
      () =>
        attributes((honest) => [
          ...honest,
          ...add('cms-algorithm-protection', protection('sha256', pkcs1))([]),
          ...add('cms-algorithm-protection', protection('sha256', pkcs1))([]),
        ]),
      ['TIMESTAMP_ALGORITHM_PROTECTION'],
    ],
    [
      'that it has a critical extension that nobody knows',
      () => {
        const extension = der.sequence(
          der.oid('2.999.7'),
          der.boolean(true),
          der.octetString(der.nullValue()),
        )
        return buildToken(pki, { patch: withField(der.tlv(0xa1, extension)) })
      },
      ['TIMESTAMP_EXTENSION_CRITICAL'],
    ],
    [
      'that its imprint is no digest',
      () => buildToken(pki, { info: { imprint: Buffer.from('ngắn') } }),
      ['TIMESTAMP_IMPRINT_LENGTH'],
    ],
    [
      'that it names another authority',
      () => buildToken(pki, named(certificateOf('tsa-ecdsa').subject.der)),
      ['TIMESTAMP_TSA_NAME'],
    ],
    [
      'that the name of its authority cannot be read',
      () => buildToken(pki, { patch: withField(der.explicit(0, der.explicit(4, der.nullValue()))) }),
      ['TIMESTAMP_TSA_NAME'],
    ],
    [
      "that its key's exponent is 3",
      () => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
        return buildToken(pki, { certificate: otherTsa(privateKey), key: privateKey })
      },
      ['TIMESTAMP_RSA_EXPONENT'],
    ],
  ])('%s', (_situation, token, codes) => {
    expect(readTimestamp(token()).findings.map(({ code }) => code)).toEqual(codes)
  })

  it('that its algorithm is not known, and then the value is not said to be wrong', () => {
    const unknown = der.sequence(der.oid('2.999.7'))
    const token = replaceBytes(buildToken(pki), encodeSignatureAlgorithm(pkcs1), unknown)
    const reading = readTimestamp(token)
    expect(reading.findings.map(({ code }) => code)).toEqual(['TIMESTAMP_ALGORITHM_UNSUPPORTED'])
    expect(reading.valueIntact).toBeNull()
  })

  it('with the clause that it departs from', () => {
    const [found] = readTimestamp(attributes(replace('signing-certificate-v2'))).findings
    expect(found).toEqual({ code: 'TIMESTAMP_ESS_MISSING', clause: 'RFC 3161, 2.4.2', detail: null })
  })
})

const attributes = (change: (honest: Attribute[]) => Attribute[]): Uint8Array =>
  buildToken(pki, { attributes: change })

/** ContentInfo with its SignedData's last field, the SignerInfos, changed. */
function changeSigners(token: Uint8Array, change: (signer: DerElement) => Uint8Array[]): Uint8Array {
  const [type, content] = readSequence(parseDer(token))
  const fields = readSequence(content!.children[0]!)
  const signer = fields.at(-1)!.children[0]!
  const kept = fields.slice(0, -1).map(({ bytes }) => bytes)
  return der.sequence(type!.bytes, der.explicit(0, der.sequence(...kept, der.setOf(...change(signer)))))
}
const withoutAttributes = (signer: DerElement): Uint8Array[] => [
  der.sequence(...signer.children.filter((field) => !field.is('context', 0)).map(({ bytes }) => bytes)),
]

/** The token with one element of its SignerInfo, at any depth, replaced. */
function replaceBytes(token: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const rebuild = (element: DerElement): Uint8Array => {
    if (Buffer.compare(element.bytes, from) === 0) return to
    if (!element.constructed) return element.bytes
    return der.tlv(element.bytes[0]!, Buffer.concat(element.children.map(rebuild)))
  }
  return changeSigners(token, (signer) => [rebuild(signer)])
}

describe('a digest', () => {
  it('of SHA-1 in the imprint is read: its worth is the policy’s', () => {
    const info = { digest: 'sha1' as const, imprint: digestBytes('sha1', Buffer.from('giá trị')) }
    expect(readTimestamp(buildToken(pki, { info })).findings).toEqual([])
  })
})

describe('a token is refused whole', () => {
  const withTime = (text: string): TokenTwist => ({
    patch: (info) => {
      const fields = readSequence(parseDer(info)).map((field) =>
        field.is('universal', 24) ? der.tlv(0x18, Buffer.from(text)) : field.bytes,
      )
      return der.sequence(...fields)
    },
  })

  it.each<[string, () => Uint8Array, string]>([
    ['with a byte behind it', () => Buffer.concat([buildToken(pki), Buffer.of(0)]), 'ERR_DER_TRAILING_DATA'],
    ['cut off', () => buildToken(pki).slice(0, -1), 'ERR_DER_TRUNCATED'],
    ['whose time has a zone', () => buildToken(pki, withTime('20260601080000+0100')), 'ERR_DER_TIME'],
    ['whose time is in month 13', () => buildToken(pki, withTime('20261301080000Z')), 'ERR_DER_TIME'],
    ['whose time has a trailing zero', () => buildToken(pki, withTime('20260601080000.50Z')), 'ERR_DER_TIME'],
    [
      'with something behind its TSTInfo',
      () => buildToken(pki, { patch: (info) => Buffer.concat([info, Buffer.of(5, 0)]) }),
      'ERR_DER_TRAILING_DATA',
    ],
    [
      'that is a TSTInfo alone',
      () => readTimestamp(buildToken(pki)).signedData.eContent!,
      'ERR_ASN1_STRUCTURE',
    ],
  ])('%s', (_situation, token, code) => {
    let thrown: unknown
    try {
      readTimestamp(token())
    } catch (error) {
      thrown = (error as { code?: unknown }).code
    }
    expect(thrown).toBe(code)
  })
})
