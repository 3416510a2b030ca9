import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DerElement,
  decodeOid,
  der,
  parseDer,
  readBigInt,
  readBitString,
  readBoolean,
  readInteger,
  readIntegerBytes,
  readOctetString,
  readOid,
  readSequence,
  readSet,
  readString,
  readTime,
} from './index.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const parse = (text: string): DerElement => parseDer(hex(text))
const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('BOOLEAN', () => {
  it.each(['010101', '0100', '01020000', '0101fe'])('%s is refused', (text) => {
    expect(codeOf(() => readBoolean(parse(text)))).toBe('ERR_DER_BOOLEAN')
  })
  it.each([
    ['010100', false],
    ['0101ff', true],
  ])('%s is %s', (text, value) => {
    expect(readBoolean(parse(text))).toBe(value)
  })
})

describe('INTEGER', () => {
  it.each(['0200', '02020001', '0202007f', '0202ff80', '0203ffffff'])('%s is refused', (text) => {
    expect(codeOf(() => readIntegerBytes(parse(text)))).toBe('ERR_DER_INTEGER')
  })
  it.each(['02050100000000', '0205ff00000000', '020601ffffffffff'])('%s is no small integer', (text) => {
    expect(codeOf(() => readInteger(parse(text)))).toBe('ERR_DER_INTEGER')
  })
  it.each([
    ['020100', 0],
    ['0201ff', -1],
    ['02020080', 128],
    ['020180', -128],
    ['020500ffffffff', 0xffffffff],
  ])('%s is %i', (text, value) => {
    expect(readInteger(parse(text))).toBe(value)
  })
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }), (value) => {
        expect(readBigInt(parseDer(der.integer(value)))).toBe(value)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const value = bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
        expect(readBigInt(parseDer(der.integer(bytes)))).toBe(value)
      }),
    )
  })
})

describe('OBJECT IDENTIFIER', () => {
  it.each([
    ['empty', '0600'],
    ['cut off', '060381'.concat('8080')],
    ['an arc with a leading zero', '0603 2a 80 01'],
    ['65 octets', `0641${'01'.repeat(65)}`],
  ])('%s is refused', (_what, text) => {
    expect(codeOf(() => readOid(parse(text)))).toBe('ERR_DER_OID')
  })
  it('64 octets are read', () => {
    expect(readOid(parse(`0640${'01'.repeat(64)}`)).split('.')).toHaveLength(65)
  })
  it.each(['', '1', '3.1', '0.40', '1.40', '1.02', '1.2.', '1.2.x', '1.-2', ' 1.2', '1.2.3 ', '1..2'])(
    "'%s' is not written",
    (text) => {
      expect(codeOf(() => der.oid(text))).toBe('ERR_DER_OID')
    },
  )
  it('more than 64 octets are not written', () => {
    expect(codeOf(() => der.oid(`1.2${'.1'.repeat(64)}`))).toBe('ERR_DER_OID')
  })
  it.each([
    '0.0',
    '1.39',
    '2.40',
    '2.999.1',
    '1.2.840.113549.1.1.11',
    '2.25.329800735698586629295641978511506172918',
  ])('%s comes back', (text) => {
    expect(readOid(parseDer(der.oid(text)))).toBe(text)
  })
  it('any octets are read to what writes them again, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (content) => {
        let text: string
        try {
          text = decodeOid(content)
        } catch (error) {
          expect((error as { code?: unknown }).code).toBe('ERR_DER_OID')
          return
        }
        expect(parseDer(der.oid(text)).content).toEqual(content)
      }),
    )
  })
})

describe('BIT STRING', () => {
  it.each(['0300', '030108', '030101', '03020801', '03020101', '030207ff'])('%s is refused', (text) => {
    expect(codeOf(() => readBitString(parse(text)))).toBe('ERR_DER_BIT_STRING')
  })
  it('octets and unused bits are told apart', () => {
    expect(readBitString(parse('0303 04 a5 f0'))).toEqual({ bytes: hex('a5f0'), unusedBits: 4 })
    expect(readBitString(parse('030100'))).toEqual({ bytes: hex(''), unusedBits: 0 })
  })
})

describe('OCTET STRING', () => {
  it('segments of BER are joined, to any depth', () => {
    const element = parseDer(hex('2480 0401aa 2480 0402bbcc 0000 0400 0000'), { mode: 'ber' })
    expect(readOctetString(element)).toEqual(hex('aabbcc'))
  })
  it('a segment of another type is refused', () => {
    const element = parseDer(hex('2480 0201aa 0000'), { mode: 'ber' })
    expect(codeOf(() => readOctetString(element))).toBe('ERR_DER_UNEXPECTED_TAG')
  })
})

describe('character strings', () => {
  it.each([
    ['a UTF8String that is not UTF-8', '0c02c328'],
    ['a surrogate in UTF-8', '0c03eda080'],
    ['an IA5String beyond ASCII', '1601e9'],
    ['a PrintableString beyond ASCII', '1301ff'],
    ['a BMPString of odd length', '1e0300410a'],
    ['a UniversalString of three octets', '1c03000041'],
    ['a UniversalString beyond Unicode', '1c0400110000'],
  ])('%s is refused', (_what, text) => {
    expect(codeOf(() => readString(parse(text)))).toBe('ERR_DER_STRING')
  })
  it('another type is no string', () => {
    expect(codeOf(() => readString(parse('040141')))).toBe('ERR_DER_UNEXPECTED_TAG')
  })
  it.each([
    ['1e04 1ea4 006e', 'Ấn'],
    ['1c08 0001f600 0000004b', '😀K'],
    ['1403 e9 41 42', 'éAB'],
    ['1302 4142', 'AB'],
  ])('%s is %s', (text, value) => {
    expect(readString(parse(text))).toBe(value)
  })
  it('Vietnamese comes back from UTF8String', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(readString(parseDer(der.utf8String(text)))).toBe(text)
      }),
    )
  })
})

describe('time', () => {
  const utc = (text: string): DerElement => parseDer(der.tlv(23, Buffer.from(text)))
  const generalized = (text: string): DerElement => parseDer(der.tlv(24, Buffer.from(text)))

  it.each([
    '260315102030',
    '2603151020Z',
    '260315102030+0700',
    '260230102030Z',
    '261301102030Z',
    '260315242030Z',
    '260315106030Z',
    '260315102060Z',
    '26031510203Z',
    '260315102030z',
    '',
  ])("UTCTime '%s' is refused", (text) => {
    expect(codeOf(() => readTime(utc(text)))).toBe('ERR_DER_TIME')
  })
  it.each([
    '20260315102030',
    '20260315102030.Z',
    '20260315102030.10Z',
    '20260315102030,5Z',
    '20260315102030.5+0700',
    '20250229102030Z',
    '20260315240000Z',
    '2026031510Z',
  ])("GeneralizedTime '%s' is refused", (text) => {
    expect(codeOf(() => readTime(generalized(text)))).toBe('ERR_DER_TIME')
  })
  it('another type is no time', () => {
    expect(codeOf(() => readTime(parse('0500')))).toBe('ERR_DER_UNEXPECTED_TAG')
  })
  it.each([
    [utc('491231235959Z'), '2049-12-31T23:59:59.000Z'],
    [utc('500101000000Z'), '1950-01-01T00:00:00.000Z'],
    [utc('240229000000Z'), '2024-02-29T00:00:00.000Z'],
    [generalized('99991231235959Z'), '9999-12-31T23:59:59.000Z'],
    [generalized('00010101000000Z'), '0001-01-01T00:00:00.000Z'],
    [generalized('20260315102030.123456789Z'), '2026-03-15T10:20:30.123Z'],
  ])('%# is read', (element, iso) => {
    expect(readTime(element).toISOString()).toBe(iso)
  })
  it('comes back as it was written, UTCTime until 2049', () => {
    const range = {
      min: new Date('1950-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    }
    fc.assert(
      fc.property(fc.date(range), (date) => {
        const written = der.time(new Date(Math.floor(date.getTime() / 1000) * 1000))
        expect(written[0]).toBe(date.getUTCFullYear() < 2050 ? 0x17 : 0x18)
        expect(Math.floor(date.getTime() / 1000) * 1000).toBe(readTime(parseDer(written)).getTime())
        expect(readTime(parseDer(der.generalizedTime(date)))).toEqual(date)
      }),
    )
  })
})

describe('a type in the place of another', () => {
  it.each([
    ['readSequence', () => readSequence(parse('3100'))],
    ['readSet', () => readSet(parse('3000'))],
    ['readOid', () => readOid(parse('0500'))],
    ['readInteger', () => readInteger(parse('0a0101'))],
    ['readBoolean, context tag 1', () => readBoolean(parse('8101ff'))],
    ['readOctetString, context tag 4', () => readOctetString(parse('8401ff'))],
  ])('%s refuses it', (_name, action) => {
    expect(codeOf(action)).toBe('ERR_DER_UNEXPECTED_TAG')
  })
})
