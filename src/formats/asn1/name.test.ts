import { describe, expect, it } from 'vitest'
import { der } from '../der/index.ts'
import { encodeName, formatName, nameValues, parseName, subjectIdentifiers } from './name.ts'

const CN = '2.5.4.3'
const UID = '0.9.2342.19200300.100.1.1'
const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

const doctor = encodeName([
  [{ oid: '2.5.4.6', value: 'VN' }],
  [{ oid: '2.5.4.10', value: 'BỆNH VIỆN THỬ NGHIỆM A' }],
  [{ oid: UID, value: 'MST:0000000001' }],
  [{ oid: UID, value: 'CCCD:000000000001' }],
  [{ oid: CN, value: 'BÁC SĨ THỬ NGHIỆM 01' }],
])

describe('encodeName', () => {
  it('is read back, Vietnamese letters as they were', () => {
    const name = parseName(doctor)
    expect(name.der).toEqual(doctor)
    expect(nameValues(name, CN)).toEqual(['BÁC SĨ THỬ NGHIỆM 01'])
    expect(formatName(name)).toBe(
      'CN=BÁC SĨ THỬ NGHIỆM 01,UID=CCCD:000000000001,UID=MST:0000000001,O=BỆNH VIỆN THỬ NGHIỆM A,C=VN',
    )
  })

  it.each([
    ['a country of letters that PrintableString lacks', { oid: '2.5.4.6', value: 'V_' }],
    ['an e-mail address with a diacritic', { oid: '1.2.840.113549.1.9.1', value: 'bác-sĩ@example.com' }],
    ['half a surrogate pair', { oid: CN, value: 'BÁC SĨ \ud800' }],
    ['an asterisk as PrintableString', { oid: CN, value: '*', type: 'printable' as const }],
  ])('%s is refused', (_what, attribute) => {
    expect(codeOf(() => encodeName([[attribute]]))).toBe('ERR_NAME_VALUE')
  })

  it('the attributes of one RDN stand in DER order', () => {
    const [a, b] = [
      { oid: CN, value: 'A' },
      { oid: '2.5.4.5', value: '1' },
    ]
    expect(encodeName([[a, b]])).toEqual(encodeName([[b, a]]))
    expect(formatName(parseName(encodeName([[a, b]])))).toBe('CN=A+serialNumber=1')
  })
})

describe('subjectIdentifiers', () => {
  it('every UID, told apart by its prefix', () => {
    expect(subjectIdentifiers(parseName(doctor))).toEqual([
      { type: 'MST', value: '0000000001' },
      { type: 'CCCD', value: '000000000001' },
    ])
  })

  it.each([
    ['no prefix', '000000000001', { type: 'UID', value: '000000000001' }],
    ['nothing behind the colon', 'CCCD:', { type: 'UID', value: 'CCCD:' }],
    ['nothing before the colon', ':1', { type: 'UID', value: ':1' }],
    ['a colon in the number', 'HC:A:1', { type: 'HC', value: 'A:1' }],
    ['a prefix that is a sentence', 'số căn cước:1', { type: 'UID', value: 'số căn cước:1' }],
  ])('%s', (_what, value, identifier) => {
    expect(subjectIdentifiers(parseName(encodeName([[{ oid: UID, value }]])))).toEqual([identifier])
  })

  it('a name that looks like a UID is none: only the attribute counts', () => {
    const name = parseName(encodeName([[{ oid: CN, value: 'A,UID=CCCD:000000000001' }]]))
    expect(subjectIdentifiers(name)).toEqual([])
  })
})

describe('formatName', () => {
  it.each([
    ['a,b', 'CN=a\\,b'],
    ['#a', 'CN=\\#a'],
    [' a ', 'CN=\\ a\\ '],
    ['a+b"c\\d<e>f;g', 'CN=a\\+b\\"c\\\\d\\<e\\>f\\;g'],
    ['a\0b', 'CN=a\\00b'],
    ['a=b', 'CN=a=b'],
  ])('%j is written %s (RFC 4514)', (value, text) => {
    expect(formatName(parseName(encodeName([[{ oid: CN, value }]])))).toBe(text)
  })

  it('an attribute without a short name stands by its OID', () => {
    expect(formatName(parseName(encodeName([[{ oid: '1.2.3.4', value: 'x' }]])))).toBe('1.2.3.4=x')
  })

  it('a value that is no text stands as hex, unescaped, and cannot be feigned by text', () => {
    const rdn = (value: Uint8Array) => der.sequence(der.setOf(der.sequence(der.oid(CN), value)))
    const odd = parseName(rdn(der.integer(5)))
    expect(odd.rdns[0]![0]).toEqual({ oid: CN, value: '#020105', isText: false })
    expect(formatName(odd)).toBe('CN=#020105')
    expect(formatName(parseName(rdn(der.utf8String('#020105'))))).toBe('CN=\\#020105')
  })

  it('an empty name is empty', () => {
    expect(formatName(parseName(der.sequence()))).toBe('')
  })
})

describe('parseName', () => {
  it.each([
    ['an empty RDN', der.sequence(der.setOf()), 'ERR_ASN1_STRUCTURE'],
    [
      'an attribute without a value',
      der.sequence(der.setOf(der.sequence(der.oid(CN)))),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'an attribute with two values',
      der.sequence(der.setOf(der.sequence(der.oid(CN), der.utf8String('a'), der.utf8String('b')))),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'text that is not UTF-8',
      der.sequence(der.setOf(der.sequence(der.oid(CN), der.tlv(0x0c, Uint8Array.of(0xff))))),
      'ERR_DER_STRING',
    ],
    ['a SEQUENCE where a SET is due', der.sequence(der.sequence()), 'ERR_DER_UNEXPECTED_TAG'],
    ['a SET', der.setOf(), 'ERR_DER_UNEXPECTED_TAG'],
    ['bytes behind it', new Uint8Array([0x30, 0, 0]), 'ERR_DER_TRAILING_DATA'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(codeOf(() => parseName(bytes))).toBe(code)
  })
})
