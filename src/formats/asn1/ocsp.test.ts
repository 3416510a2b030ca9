import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  buildOcspResponse,
  buildPki,
  encodeOcspFailure,
  encodeCertId as encodeTestCertId,
  encodeOcspRequest as encodeTestRequest,
  entityOf,
  type OcspAnswer,
  type OcspInput,
  type Pki,
  privateKeyOf,
  quickKeys,
  testPki,
} from '../../test-certs/index.ts'
import {
  concat,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  encodeOcspCertId,
  encodeOcspRequest,
  isCertIdOf,
  parseDer,
  parseOcspRequest,
  parseOcspResponse,
  readOctetString,
  readSequence,
} from '../index.ts'

const at = new Date('2026-03-15T10:00:00Z')
let pki: Pki
const cert = (name: string) => entityOf(pki, name).certificate

beforeAll(async () => {
  const clock = () => at
  const random = (n: number) => new Uint8Array(randomBytes(n))
  pki = await buildPki(testPki, { clock, random, keys: quickKeys, only: ['doctor-01', 'ocsp'] })
})

const ext = (oid: string, value: Uint8Array, critical = false): Uint8Array =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))

const build = (overrides: Partial<OcspInput> = {}, answer: Partial<OcspAnswer> = {}): Uint8Array =>
  buildOcspResponse({
    responder: cert('ocsp'),
    key: privateKeyOf(entityOf(pki, 'ocsp')),
    by: 'key',
    certificates: [cert('ocsp')],
    producedAt: at,
    answers: [
      {
        certId: encodeTestCertId(cert('public-ca'), cert('doctor-01').serialNumber),
        status: 'good',
        thisUpdate: at,
        nextUpdate: new Date('2026-03-16T10:00:00Z'),
        ...answer,
      },
    ],
    nonce: null,
    ...overrides,
  })

/** The BasicOCSPResponse within. */
const basicOf = (bytes: Uint8Array): Uint8Array =>
  readOctetString(readSequence(readSequence(parseDer(bytes))[1]!.children[0]!)[1]!)
const wrap = (basic: Uint8Array, type = '1.3.6.1.5.5.7.48.1.1'): Uint8Array =>
  der.sequence(der.enumerated(0), der.explicit(0, der.sequence(der.oid(type), der.octetString(basic))))

const codeOf = (work: () => unknown): unknown => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}

describe('an OCSP response', () => {
  it('is read, and its bytes are kept', () => {
    const bytes = build()
    const { kind, status, basic, der: kept } = parseOcspResponse(bytes)
    expect([kind, status, kept]).toEqual(['ocsp', 'successful', bytes])
    expect(basic).toMatchObject({ producedAt: at, nonce: null, responderId: { kind: 'key' } })
    expect(basic!.certificates).toEqual([cert('ocsp').der])
    expect(basic!.signatureAlgorithm).toEqual({ scheme: 'ecdsa', digest: 'sha256' })
    const [single] = basic!.responses
    expect(single).toMatchObject({ status: { kind: 'good' }, thisUpdate: at, archiveCutoff: null })
    expect(isCertIdOf(single!.certId, cert('doctor-01'), cert('public-ca'))).toBe(true)
    expect(isCertIdOf(single!.certId, cert('ocsp'), cert('public-ca'))).toBe(false)
    expect(isCertIdOf(single!.certId, cert('doctor-01'), cert('national-root'))).toBe(false)
  })

  it('that names its responder by name is read', () => {
    const { responderId } = parseOcspResponse(build({ by: 'name' })).basic!
    expect(responderId).toMatchObject({ kind: 'name', name: { der: cert('ocsp').subject.der } })
  })

  it('without its envelope is read as a successful one', () => {
    const basic = basicOf(build())
    const response = parseOcspResponse(basic)
    expect(response.status).toBe('successful')
    expect(response.der).toBe(basic)
    expect(response.basic!.responses).toHaveLength(1)
  })

  it.each(['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized'] as const)(
    'that is a failure (%s) has no answer',
    (failure) => {
      expect(parseOcspResponse(encodeOcspFailure(failure))).toMatchObject({ status: failure, basic: null })
    },
  )

  it('revocation time and reason are read, also where no reason is given', () => {
    const read = (reason: 'keyCompromise' | 'unspecified') =>
      parseOcspResponse(build({}, { status: { at, reason } })).basic!.responses[0]!.status
    expect(read('keyCompromise')).toEqual({ kind: 'revoked', at, reasonCode: 1 })
    expect(read('unspecified')).toEqual({ kind: 'revoked', at, reasonCode: null })
  })

  it('archive cutoff, certHash and nonce are read; references to CRLs are passed over', () => {
    const hash = new Uint8Array(digestBytes('sha256', cert('doctor-01').der))
    const cutoff = new Date('2010-01-01T00:00:00Z')
    const extensions = [
      ext('1.3.6.1.5.5.7.48.1.6', der.generalizedTime(cutoff)),
      ext('1.3.6.1.5.5.7.48.1.3', der.sequence(), true),
      ext('1.3.36.8.3.13', der.sequence(encodeDigestAlgorithm('sha256'), der.octetString(hash))),
    ]
    const nonce = Uint8Array.of(1, 2, 3, 4)
    const { basic } = parseOcspResponse(build({ nonce }, { extensions }))
    expect(basic!.nonce).toEqual(nonce)
    expect(basic!.responses[0]).toMatchObject({
      archiveCutoff: cutoff,
      certHash: { digest: 'sha256', hash },
      unknownCritical: [],
    })
  })

  it('an archive cutoff before the common era, as some responders write it, tells nothing', () => {
    const cutoff = der.tlv(0x18, Buffer.from('-0011129230216Z'))
    const { basic } = parseOcspResponse(build({}, { extensions: [ext('1.3.6.1.5.5.7.48.1.6', cutoff)] }))
    expect(basic!.responses[0]!.archiveCutoff).toBeNull()
  })

  it('a certHash that cannot be read is not passed over', () => {
    const bytes = build({}, { extensions: [ext('1.3.36.8.3.13', der.nullValue())] })
    expect(codeOf(() => parseOcspResponse(bytes))).toBe('ERR_OCSP_EXTENSION')
  })

  it('critical extensions that nobody knows are named', () => {
    const unknown = ext('2.999.1', der.nullValue(), true)
    const { basic } = parseOcspResponse(build({ extensions: [unknown] }, { extensions: [unknown] }))
    expect([basic!.unknownCritical, basic!.responses[0]!.unknownCritical]).toEqual([['2.999.1'], ['2.999.1']])
  })

  it('a digest that is not known makes a CertID that fits nothing', () => {
    const certId = der.sequence(
      der.sequence(der.oid('2.999.7')),
      der.octetString(new Uint8Array(20)),
      der.octetString(new Uint8Array(20)),
      der.integer(cert('doctor-01').serialNumber),
    )
    const [single] = parseOcspResponse(build({}, { certId })).basic!.responses
    expect(single!.certId.digest).toBeNull()
    expect(isCertIdOf(single!.certId, cert('doctor-01'), cert('public-ca'))).toBe(false)
  })

  it.each(['sha1', 'sha256', 'sha384', 'sha512', 'sha3-256'] as const)('a CertID by %s fits', (digest) => {
    const certId = encodeTestCertId(cert('public-ca'), cert('doctor-01').serialNumber, digest)
    const [single] = parseOcspResponse(build({}, { certId })).basic!.responses
    expect(isCertIdOf(single!.certId, cert('doctor-01'), cert('public-ca'))).toBe(true)
  })
})

describe('OCSP responses that are refused', () => {
  const data = (): Uint8Array[] =>
    readSequence(readSequence(parseDer(basicOf(build())))[0]!).map(({ bytes }) => bytes)
  const resealed = (...tbs: Uint8Array[]): Uint8Array => {
    const [, ...rest] = readSequence(parseDer(basicOf(build())))
    return wrap(der.sequence(der.sequence(...tbs), ...rest.map(({ bytes }) => bytes)))
  }
  it.each<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(), 'ERR_DER_TRUNCATED'],
    ['bytes behind it', () => concat([build(), Uint8Array.of(0)]), 'ERR_DER_TRAILING_DATA'],
    ['an empty SEQUENCE', () => der.sequence(), 'ERR_ASN1_STRUCTURE'],
    ['success without an answer', () => der.sequence(der.enumerated(0)), 'ERR_ASN1_STRUCTURE'],
    [
      'a failure with an answer',
      () => der.sequence(der.enumerated(3), readSequence(parseDer(build()))[1]!.bytes),
      'ERR_ASN1_STRUCTURE',
    ],
    ['a status that does not exist', () => der.sequence(der.enumerated(4)), 'ERR_ASN1_STRUCTURE'],
    ['an answer of another type', () => wrap(basicOf(build()), '1.3.6.1.5.5.7.48.1.99'), 'ERR_OCSP_TYPE'],
    [
      'bytes behind the answer',
      () => wrap(concat([basicOf(build()), Uint8Array.of(0)])),
      'ERR_DER_TRAILING_DATA',
    ],
    ['version 2', () => resealed(der.explicit(0, der.integer(1)), ...data()), 'ERR_ASN1_STRUCTURE'],
    ['no responder', () => resealed(...data().slice(1)), 'ERR_ASN1_STRUCTURE'],
    ['no answers', () => resealed(...data().slice(0, 2), der.sequence()), 'ERR_ASN1_STRUCTURE'],
    ['a field too many', () => resealed(...data(), der.nullValue()), 'ERR_ASN1_STRUCTURE'],
    ['producedAt as UTCTime', () => resealed(data()[0]!, der.time(at), data()[2]!), 'ERR_ASN1_STRUCTURE'],
    [
      'a critical archive cutoff that is no time',
      () => build({}, { extensions: [ext('1.3.6.1.5.5.7.48.1.6', der.nullValue(), true)] }),
      'ERR_OCSP_EXTENSION',
    ],
    [
      'an extension twice',
      () => build({ nonce: Uint8Array.of(1), extensions: [ext('1.3.6.1.5.5.7.48.1.2', der.nullValue())] }),
      'ERR_CERTIFICATE_EXTENSION_DUPLICATE',
    ],
  ])('%s', (_what, bytes, code) => {
    expect(codeOf(() => parseOcspResponse(bytes()))).toBe(code)
  })

  it('cut off anywhere', () => {
    const bytes = build({ nonce: Uint8Array.of(1) })
    for (let length = 0; length < bytes.length; length++) {
      expect(String(codeOf(() => parseOcspResponse(bytes.subarray(0, length))))).toMatch(/^ERR_/)
    }
  })

  it('with one octet changed are read or refused with a code', () => {
    const bytes = build({ nonce: Uint8Array.of(1) })
    for (let i = 0; i < bytes.length; i++) {
      for (const value of [0x00, 0x30, 0x7f, 0x80, 0xa1, 0xff]) {
        const changed = bytes.slice()
        changed[i] = value
        expect(String(codeOf(() => parseOcspResponse(changed)))).toMatch(/^(accepted|ERR_)/)
      }
    }
  })
})

describe('an OCSP request', () => {
  it('is what others write', () => {
    const nonce = Uint8Array.from({ length: 32 }, (_, i) => i)
    for (const digest of ['sha1', 'sha256'] as const) {
      const certId = encodeOcspCertId(cert('doctor-01'), cert('public-ca'), digest)
      expect(certId).toEqual(encodeTestCertId(cert('public-ca'), cert('doctor-01').serialNumber, digest))
      expect(encodeOcspRequest(certId, nonce)).toEqual(encodeTestRequest(certId, nonce))
    }
  })

  it('is read by OpenSSL', () => {
    const certId = encodeOcspCertId(cert('doctor-01'), cert('public-ca'))
    const request = encodeOcspRequest(
      certId,
      Uint8Array.from({ length: 16 }, () => 0xab),
    )
    const folder = mkdtempSync(join(tmpdir(), 'anky-ocsp-'))
    let text: string
    try {
      const file = join(folder, 'request')
      writeFileSync(file, request)
      text = String(execFileSync('openssl', ['ocsp', '-reqin', file, '-req_text'], { stdio: 'pipe' }))
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(text.toLowerCase()).toContain(cert('doctor-01').serialHex)
    expect(text).toContain('ABABABABABABABAB')
  })

  it('comes back as it was written, with and without a nonce', () => {
    const certId = encodeOcspCertId(cert('doctor-01'), cert('public-ca'))
    for (const nonce of [null, Uint8Array.of(7, 7)]) {
      const read = parseOcspRequest(encodeOcspRequest(certId, nonce))
      expect(read.nonce).toEqual(nonce)
      expect(read.certIds.map(({ der }) => der)).toEqual([certId])
    }
  })

  it.each([
    ['an empty SEQUENCE', der.sequence()],
    ['no list', der.sequence(der.sequence())],
    ['a request without a CertID', der.sequence(der.sequence(der.sequence(der.sequence())))],
  ])('%s is none', (_what, bytes) => {
    expect(codeOf(() => parseOcspRequest(bytes))).toBe('ERR_ASN1_STRUCTURE')
  })
})
