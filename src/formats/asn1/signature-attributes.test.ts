import { describe, expect, it } from 'vitest'
import { der } from '../der/index.ts'
import { encodeSignatureAlgorithm } from './algorithm-identifier.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import { attributeName, attributeOids } from './attribute-oids.ts'
import { attributeValues, soleValue } from './attribute-values.ts'
import { encodeDigestAlgorithm, encodeDigestAlgorithmWithNull } from './digests.ts'
import { encodeName } from './name.ts'
import {
  isProtectedAlgorithm,
  parseAlgorithmProtection,
  parseCommitmentType,
  parseContentType,
  parseMessageDigest,
  parseMimeType,
  parseSignaturePolicy,
  parseSignerAttributes,
  parseSignerLocation,
  parseSigningTime,
} from './signature-attributes.ts'
import { codeOf } from './testing/code-of.ts'
import { toBer } from './testing/to-ber.ts'

const text = (value: string): Uint8Array => der.utf8String(value)
const ecdsa: SignatureAlgorithm = { scheme: 'ecdsa', digest: 'sha256' }
const pkcs1: SignatureAlgorithm = { scheme: 'rsa-pkcs1', digest: 'sha256' }

describe('the table of attributes', () => {
  it('names each OID once', () => {
    const oids = Object.values(attributeOids)
    expect(new Set(oids).size).toBe(oids.length)
    expect(attributeName('0.4.0.19122.1.5')).toBe('ats-hash-index-v3')
    expect(attributeName('2.999.1')).toBeNull()
  })
})

describe('how often an attribute stands is a fact', () => {
  const one = { oid: attributeOids['signing-time'], values: [text('1')] }
  const two = { oid: attributeOids['signing-time'], values: [text('2'), text('3')] }

  it.each([
    [[], 0, 0, null],
    [[one], 1, 1, text('1')],
    [[two], 1, 2, null],
    [[one, two], 2, 3, null],
  ])('%#', (attributes, count, values, sole) => {
    const found = attributeValues(attributes, 'signing-time')
    expect([found.attributes, found.values.length]).toEqual([count, values])
    expect(soleValue(attributes, 'signing-time')).toEqual(sole)
  })
})

describe('plain attributes are read', () => {
  it.each<[string, () => unknown, unknown]>([
    ['content-type', () => parseContentType(der.oid('2.999.1')), '2.999.1'],
    [
      'message-digest',
      () => Buffer.from(parseMessageDigest(der.octetString(Buffer.of(1, 2)))).toString('hex'),
      '0102',
    ],
    [
      'message-digest in BER',
      () => Buffer.from(parseMessageDigest(toBer(der.octetString(Buffer.alloc(20, 7))))).toString('hex'),
      '07'.repeat(20),
    ],
    [
      'signing-time as UTCTime',
      () => parseSigningTime(der.time(new Date('2026-11-25T01:02:03Z'))),
      new Date('2026-11-25T01:02:03Z'),
    ],
    [
      'signing-time as GeneralizedTime',
      () => parseSigningTime(der.generalizedTime(new Date('2055-01-02T03:04:05Z'))),
      new Date('2055-01-02T03:04:05Z'),
    ],
    ['mime-type', () => parseMimeType(text('application/pdf')), 'application/pdf'],
    [
      'commitment-type-indication with qualifiers',
      () => parseCommitmentType(der.sequence(der.oid('1.2.840.113549.1.9.16.6.1'), der.sequence())),
      '1.2.840.113549.1.9.16.6.1',
    ],
  ])('%s', (_name, read, expected) => expect(read()).toEqual(expected))

  it.each<[string, () => unknown, string]>([
    ['content-type that is none', () => parseContentType(der.nullValue()), 'ERR_DER_UNEXPECTED_TAG'],
    ['message-digest that is none', () => parseMessageDigest(der.integer(1)), 'ERR_DER_UNEXPECTED_TAG'],
    [
      'signing-time with a zone',
      () => parseSigningTime(der.tlv(0x17, Buffer.from('261125010203+0700'))),
      'ERR_DER_TIME',
    ],
    [
      'signing-time in month 13',
      () => parseSigningTime(der.tlv(0x17, Buffer.from('261325010203Z'))),
      'ERR_DER_TIME',
    ],
    [
      'message-digest with trailing bytes',
      () => parseMessageDigest(Buffer.concat([der.octetString(Buffer.of(1)), Buffer.of(0)])),
      'ERR_DER_TRAILING_DATA',
    ],
    [
      'commitment-type-indication that is empty',
      () => parseCommitmentType(der.sequence()),
      'ERR_ASN1_STRUCTURE',
    ],
  ])('and refused: %s', (_name, read, code) => expect(codeOf(read)).toBe(code))
})

describe('CMSAlgorithmProtection', () => {
  const protection = (digest: Uint8Array, algorithm: Uint8Array, tag = 1): Uint8Array =>
    der.sequence(digest, der.implicit(tag, algorithm))
  const sha256 = encodeDigestAlgorithm('sha256')

  it.each<[string, Uint8Array, SignatureAlgorithm, boolean]>([
    ['the same', protection(sha256, encodeSignatureAlgorithm(ecdsa)), ecdsa, true],
    ['the same in BER', toBer(protection(sha256, encodeSignatureAlgorithm(ecdsa))), ecdsa, true],
    [
      'NULL for absent parameters',
      protection(encodeDigestAlgorithmWithNull('sha256'), encodeSignatureAlgorithm(pkcs1)),
      pkcs1,
      true,
    ],
    ['a key algorithm', protection(sha256, der.sequence(der.oid('1.2.840.113549.1.1.1'))), pkcs1, true],
    [
      'another digest',
      protection(encodeDigestAlgorithm('sha512'), encodeSignatureAlgorithm(ecdsa)),
      ecdsa,
      false,
    ],
    ['another scheme', protection(sha256, encodeSignatureAlgorithm(pkcs1)), ecdsa, false],
    [
      'another salt',
      protection(
        sha256,
        encodeSignatureAlgorithm({
          scheme: 'rsa-pss',
          digest: 'sha256',
          mgfDigest: 'sha256',
          saltLength: 20,
        }),
      ),
      { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 },
      false,
    ],
    ['a MAC', protection(sha256, encodeSignatureAlgorithm(ecdsa), 2), ecdsa, false],
    [
      'an unknown digest',
      protection(der.sequence(der.oid('2.999.7')), encodeSignatureAlgorithm(ecdsa)),
      ecdsa,
      false,
    ],
    ['an unknown algorithm', protection(sha256, der.sequence(der.oid('2.999.7'))), ecdsa, false],
  ])('of %s: protects %s', (_situation, value, algorithm, expected) => {
    expect(isProtectedAlgorithm(parseAlgorithmProtection(value), 'sha256', algorithm)).toBe(expected)
  })

  it('without an algorithm is refused', () => {
    expect(codeOf(() => parseAlgorithmProtection(der.sequence(sha256)))).toBe('ERR_ASN1_STRUCTURE')
  })
})

describe('signature-policy-identifier', () => {
  const hash = der.sequence(encodeDigestAlgorithm('sha256'), der.octetString(Buffer.alloc(32, 1)))
  const qualifiers = der.sequence(
    der.sequence(der.oid('1.2.840.113549.1.9.16.5.1'), der.ia5String('https://chinh-sach.example/1')),
  )

  it.each<[string, Uint8Array, object]>([
    ['implied', der.nullValue(), { kind: 'implied' }],
    [
      'by OID alone',
      der.sequence(der.oid('2.999.1')),
      { kind: 'explicit', oid: '2.999.1', hash: null, uri: null },
    ],
    [
      'with its digest',
      der.sequence(der.oid('2.999.1'), hash),
      { oid: '2.999.1', hash: { digest: 'sha256' }, uri: null },
    ],
    [
      'with digest and place',
      der.sequence(der.oid('2.999.1'), hash, qualifiers),
      { hash: { digest: 'sha256' }, uri: 'https://chinh-sach.example/1' },
    ],
    [
      'with its place, without digest',
      der.sequence(der.oid('2.999.1'), qualifiers),
      { hash: null, uri: 'https://chinh-sach.example/1' },
    ],
  ])('%s', (_situation, value, expected) => expect(parseSignaturePolicy(value)).toMatchObject(expected))

  it.each([
    ['empty', der.sequence()],
    ['with more behind', der.sequence(der.oid('2.999.1'), hash, qualifiers, der.nullValue())],
  ])('%s: refused', (_situation, value) => {
    expect(codeOf(() => parseSignaturePolicy(value))).toBe('ERR_ASN1_STRUCTURE')
  })
})

describe('signer-location', () => {
  it('is read with all its parts', () => {
    const value = der.sequence(
      der.explicit(0, der.printableString('VN')),
      der.explicit(1, text('Hà Nội')),
      der.explicit(2, der.sequence(text('Số 1'), text('Phố Thử Nghiệm'))),
    )
    expect(parseSignerLocation(value)).toEqual({
      country: 'VN',
      locality: 'Hà Nội',
      postalAddress: ['Số 1', 'Phố Thử Nghiệm'],
    })
  })

  it.each([
    ['an unknown part', der.sequence(der.explicit(3, text('x')))],
    ['two localities in one', der.sequence(der.explicit(1, text('x'), text('y')))],
    ['a part that is not tagged', der.sequence(text('x'))],
  ])('with %s is refused', (_situation, value) => {
    expect(codeOf(() => parseSignerLocation(value))).toBe('ERR_ASN1_STRUCTURE')
  })
})

describe('signer-attributes', () => {
  const role = (...values: Uint8Array[]): Uint8Array =>
    der.sequence(der.oid('2.5.4.72'), der.setOf(...values))
  const claimed = (...attributes: Uint8Array[]): Uint8Array => der.explicit(0, der.sequence(...attributes))

  it('are claimed roles as text', () => {
    const value = der.sequence(
      claimed(role(text('Bác sĩ điều trị')), role(der.printableString('Truong khoa'))),
    )
    expect(parseSignerAttributes(value)).toEqual({
      claimedRoles: ['Bác sĩ điều trị', 'Truong khoa'],
      certified: 0,
    })
  })

  it('are role names of RFC 5755', () => {
    const name = encodeName([[{ oid: '2.5.4.3', value: 'TRƯỞNG KHOA' }]])
    const syntax = (general: Uint8Array): Uint8Array => der.sequence(der.explicit(1, general))
    const value = der.sequence(
      claimed(
        role(syntax(der.implicit(6, der.ia5String('urn:role:1')))),
        role(syntax(der.explicit(4, name))),
      ),
    )
    expect(parseSignerAttributes(value).claimedRoles).toEqual(['urn:role:1', 'CN=TRƯỞNG KHOA'])
  })

  it('that somebody certified are counted', () => {
    const value = der.sequence(der.explicit(1, der.sequence()), der.explicit(2, der.sequence()))
    expect(parseSignerAttributes(value)).toEqual({ claimedRoles: [], certified: 2 })
  })

  it.each([
    ['an unknown choice', der.sequence(der.explicit(3, der.sequence()))],
    ['no tag', der.sequence(role(text('x')))],
  ])('with %s are refused', (_situation, value) => {
    expect(codeOf(() => parseSignerAttributes(value))).toBe('ERR_ASN1_STRUCTURE')
  })
})
