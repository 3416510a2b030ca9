import { randomBytes } from 'node:crypto'
import * as pkijs from 'pkijs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  buildPki,
  buildTimestampToken,
  chainOf,
  entityOf,
  privateKeyOf,
  quickKeys,
  testPki,
} from '../../test-certs/index.ts'
import { der } from '../der/index.ts'
import { digestBytes } from './digests.ts'
import { sampleCms } from './testing/sample-cms.ts'
import { toBer } from './testing/to-ber.ts'
import {
  encodeTimeStampRequest,
  encodeTimeStampResponse,
  encodeTstInfo,
  parseTimeStampRequest,
  parseTimeStampResponse,
  parseTimeStampToken,
  parseTstInfo,
} from './tsp.ts'

const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const imprint = new Uint8Array(digestBytes('sha256', Buffer.from('bệnh án thử nghiệm')))
const imprintField = der.sequence(
  der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nullValue()),
  der.octetString(imprint),
)

let token: Uint8Array
beforeAll(async () => {
  const pki = await buildPki(testPki, {
    clock: () => new Date(),
    random: (n) => randomBytes(n),
    keys: quickKeys,
    only: ['tsa'],
  })
  token = buildTimestampToken({
    signer: entityOf(pki, 'tsa').certificate,
    key: privateKeyOf(entityOf(pki, 'tsa')),
    certificates: chainOf(pki, 'tsa').slice(0, 1),
    imprint,
    digest: 'sha256',
    policy: '2.999.1.1',
    serialNumber: Uint8Array.of(0xff, 2),
    genTime: new Date('2026-03-15T10:20:30.456Z'),
    nonce: 2n ** 63n,
  })
})

describe('TimeStampReq', () => {
  it('is read back', () => {
    const nonce = Uint8Array.of(0xff, 0, 1)
    const whole = encodeTimeStampRequest({
      imprint,
      digest: 'sha256',
      nonce,
      certReq: true,
      policy: '2.999.1',
    })
    expect(parseTimeStampRequest(whole)).toEqual({
      imprint,
      digest: 'sha256',
      policy: '2.999.1',
      nonce: 0xff0001n,
      certReq: true,
    })
    const least = encodeTimeStampRequest({ imprint, digest: 'sha256', nonce: null, certReq: false })
    expect(parseTimeStampRequest(least)).toMatchObject({ policy: null, nonce: null, certReq: false })
    expect(least).toEqual(der.sequence(der.integer(1), imprintField))
  })

  it('pkijs reads it', () => {
    const bytes = encodeTimeStampRequest({
      imprint,
      digest: 'sha256',
      nonce: 5n,
      certReq: true,
      policy: '2.999.1',
    })
    const request = pkijs.TimeStampReq.fromBER(bytes)
    expect(request.reqPolicy).toBe('2.999.1')
    expect(request.certReq).toBe(true)
    expect(request.messageImprint.hashAlgorithm.algorithmId).toBe('2.16.840.1.101.3.4.2.1')
  })

  it('extensions are passed over', () => {
    const bytes = der.sequence(der.integer(1), imprintField, der.explicit(0, der.sequence()))
    expect(parseTimeStampRequest(bytes).certReq).toBe(false)
  })

  it.each([
    ['version 2', der.sequence(der.integer(2), imprintField), 'ERR_TST_VERSION'],
    ['no imprint', der.sequence(der.integer(1)), 'ERR_ASN1_STRUCTURE'],
    ['an imprint without a digest', der.sequence(der.integer(1), der.sequence()), 'ERR_ASN1_STRUCTURE'],
    [
      'a digest nobody knows',
      der.sequence(der.integer(1), der.sequence(der.sequence(der.oid('1.2.3')), der.octetString(imprint))),
      'ERR_ALGORITHM_UNSUPPORTED',
    ],
    [
      'fields out of order',
      der.sequence(der.integer(1), imprintField, der.boolean(true), der.integer(5)),
      'ERR_ASN1_STRUCTURE',
    ],
    ['BER', toBer(der.sequence(der.integer(1), imprintField)), 'ERR_DER_LENGTH'],
    ['nothing', new Uint8Array(), 'ERR_DER_TRUNCATED'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(codeOf(() => parseTimeStampRequest(bytes))).toBe(code)
  })

  it('a policy that is no OID is not written', () => {
    const input = { imprint, digest: 'sha256', nonce: null, certReq: true, policy: 'any' } as const
    expect(codeOf(() => encodeTimeStampRequest(input))).toBe('ERR_DER_OID')
  })
})

describe('TimeStampResp', () => {
  it('granted: the token comes back byte for byte', () => {
    expect(parseTimeStampResponse(encodeTimeStampResponse({ status: 0, token }))).toEqual({
      status: 0,
      statusStrings: [],
      failureInfo: [],
      token,
    })
  })

  it.each([
    [0, 'badAlg'],
    [2, 'badRequest'],
    [5, 'badDataFormat'],
    [14, 'timeNotAvailable'],
    [15, 'unacceptedPolicy'],
    [16, 'unacceptedExtension'],
    [17, 'addInfoNotAvailable'],
    [25, 'systemFailure'],
    [3, 'bit 3'],
  ])('rejected: bit %i is %s, the words are kept', (bit, name) => {
    const bytes = encodeTimeStampResponse({
      status: 2,
      statusString: 'không được',
      failureInfo: bit,
      token: null,
    })
    expect(parseTimeStampResponse(bytes)).toEqual({
      status: 2,
      statusStrings: ['không được'],
      failureInfo: [name],
      token: null,
    })
    expect(pkijs.TimeStampResp.fromBER(bytes).status.status).toBe(2)
  })

  it('a token in BER inside is kept as it stood', () => {
    const ber = toBer(token)
    const bytes = der.sequence(der.sequence(der.integer(0)), ber)
    expect(parseTimeStampResponse(bytes).token).toEqual(ber)
  })

  it.each([
    ['nothing', new Uint8Array(), 'ERR_DER_TRUNCATED'],
    ['a web page', Buffer.from('<!doctype html><title>502</title>'), 'ERR_DER_TRUNCATED'],
    ['no status', der.sequence(), 'ERR_ASN1_STRUCTURE'],
    ['an empty status', der.sequence(der.sequence()), 'ERR_ASN1_STRUCTURE'],
    [
      'words and bits out of order',
      der.sequence(der.sequence(der.integer(2), der.bitString(Uint8Array.of(1)), der.sequence())),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'two tokens',
      der.sequence(der.sequence(der.integer(0)), der.sequence(), der.sequence()),
      'ERR_ASN1_STRUCTURE',
    ],
    ['a status beyond 32 bits', der.sequence(der.sequence(der.integer(1n << 40n))), 'ERR_DER_INTEGER'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(codeOf(() => parseTimeStampResponse(bytes))).toMatch(code)
  })
})

describe('TSTInfo', () => {
  const genTime = new Date('2026-03-15T10:20:30.456Z')
  const input = {
    policy: '2.999.1',
    digest: 'sha256',
    imprint,
    serialNumber: Uint8Array.of(9),
    genTime,
  } as const

  it('is read back, whole and least', () => {
    const accuracy = { seconds: 1, millis: 500, micros: 999 }
    expect(parseTstInfo(encodeTstInfo({ ...input, accuracy, ordering: true, nonce: 7n }))).toEqual({
      ...input,
      accuracy,
      ordering: true,
      nonce: 7n,
      tsa: null,
      extensions: [],
    })
    expect(parseTstInfo(encodeTstInfo({ ...input, nonce: null }))).toMatchObject({
      accuracy: null,
      ordering: false,
      nonce: null,
    })
  })

  it('pkijs reads it', () => {
    const info = pkijs.TSTInfo.fromBER(encodeTstInfo({ ...input, accuracy: { millis: 5 }, nonce: 7n }))
    expect(info.policy).toBe('2.999.1')
    expect(info.accuracy!.millis).toBe(5)
    expect(info.genTime).toEqual(genTime)
  })

  const fields = (...more: Uint8Array[]) =>
    der.sequence(
      der.integer(1),
      der.oid('2.999.1'),
      imprintField,
      der.integer(9),
      der.generalizedTime(genTime),
      ...more,
    )
  const accuracy = (...parts: Uint8Array[]) => fields(der.sequence(...parts))
  const millis = (value: number) => der.implicit(0, der.integer(value))

  it("the authority's name and extensions are read", () => {
    const name = der.explicit(4, der.sequence())
    const extension = der.sequence(der.oid('1.2.3'), der.octetString(der.nullValue()))
    expect(
      parseTstInfo(fields(der.explicit(0, name), der.implicit(1, der.sequence(extension)))),
    ).toMatchObject({
      tsa: name,
      extensions: [{ oid: '1.2.3', critical: false }],
    })
  })

  it.each([
    [
      'version 2',
      der.sequence(
        der.integer(2),
        der.oid('2.999.1'),
        imprintField,
        der.integer(9),
        der.generalizedTime(genTime),
      ),
      'ERR_TST_VERSION',
    ],
    [
      'no time',
      der.sequence(der.integer(1), der.oid('2.999.1'), imprintField, der.integer(9)),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'a UTCTime',
      der.sequence(der.integer(1), der.oid('2.999.1'), imprintField, der.integer(9), der.time(genTime)),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'a time of another zone',
      der.sequence(
        der.integer(1),
        der.oid('2.999.1'),
        imprintField,
        der.integer(9),
        der.tlv(0x18, Buffer.from('20260315102030+0700')),
      ),
      'ERR_DER_TIME',
    ],
    ['an accuracy of 0 ms', accuracy(millis(0)), 'ERR_TST_ACCURACY'],
    ['an accuracy of 1000 ms', accuracy(millis(1000)), 'ERR_TST_ACCURACY'],
    ['an accuracy below zero', accuracy(der.integer(-1)), 'ERR_TST_ACCURACY'],
    ['an accuracy out of order', accuracy(millis(5), der.integer(1)), 'ERR_TST_ACCURACY'],
    ['an accuracy that is constructed', accuracy(der.explicit(0, der.integer(1))), 'ERR_TST_ACCURACY'],
    ['fields out of order', fields(der.integer(7), der.boolean(true)), 'ERR_ASN1_STRUCTURE'],
    ['a field nobody knows', fields(der.explicit(2, der.nullValue())), 'ERR_ASN1_STRUCTURE'],
    [
      'an extension twice',
      fields(
        der.implicit(
          1,
          der.sequence(...Array(2).fill(der.sequence(der.oid('1.2.3'), der.octetString(der.nullValue())))),
        ),
      ),
      'ERR_CERTIFICATE_EXTENSION_DUPLICATE',
    ],
  ])('%s is refused', (_what, bytes, code) => {
    expect(codeOf(() => parseTstInfo(bytes))).toBe(code)
  })

  it.each([{ seconds: -1 }, { millis: 0 }, { micros: 1000 }, { seconds: 0.5 }])(
    'accuracy %j is not written',
    (accuracy) => {
      expect(codeOf(() => encodeTstInfo({ ...input, accuracy, nonce: null }))).toBe('ERR_TST_ACCURACY')
    },
  )
})

describe('TimeStampToken', () => {
  it('is read, DER or BER', () => {
    for (const bytes of [token, toBer(token)]) {
      const { tstInfo, signedData } = parseTimeStampToken(bytes)
      expect(tstInfo).toMatchObject({
        imprint,
        policy: '2.999.1.1',
        nonce: 2n ** 63n,
        genTime: new Date('2026-03-15T10:20:30.456Z'),
        accuracy: { seconds: 1 },
      })
      expect(signedData.signerInfos).toHaveLength(1)
      expect(signedData.version).toBe(3)
    }
  })

  it('a signature over data is no time-stamp', async () => {
    const cms = await sampleCms({ attached: true })
    expect(codeOf(() => parseTimeStampToken(cms))).toBe('ERR_TST_CONTENT_TYPE')
  })

  it('a token without its content is refused', () => {
    const empty = der.sequence(
      der.oid('1.2.840.113549.1.7.2'),
      der.explicit(
        0,
        der.sequence(
          der.integer(3),
          der.setOf(),
          der.sequence(der.oid('1.2.840.113549.1.9.16.1.4')),
          der.setOf(),
        ),
      ),
    )
    expect(codeOf(() => parseTimeStampToken(empty))).toBe('ERR_CMS_CONTENT')
  })

  it('any octet changed: read or refused with a code', () => {
    for (let at = 0; at < token.length; at += 2) {
      const bytes = new Uint8Array(token)
      bytes[at]! ^= 0x21
      expect(String(codeOf(() => parseTimeStampToken(bytes)))).toMatch(/^(accepted|ERR_)/)
    }
  })
})
