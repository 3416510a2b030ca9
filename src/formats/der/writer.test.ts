import * as asn1js from 'asn1js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { der, parseDer } from './index.ts'

describe('tlv', () => {
  it.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_535, '0482ffff'],
    [65_536, '0483010000'],
    [16_777_216, '048401000000'],
  ])('contents of %i octets have the header %s', (length, header) => {
    const bytes = der.octetString(new Uint8Array(length))
    expect(bytes).toHaveLength(length + header.length / 2)
    expect(Buffer.from(bytes.subarray(0, header.length / 2)).toString('hex')).toBe(header)
  })
})

describe('setOf', () => {
  it('puts encodings in ascending order, a shorter one before a longer that begins like it', () => {
    const parts = [der.integer(300), der.integer(2), der.octetString(Uint8Array.of(1)), der.integer(1)]
    const order = parseDer(der.setOf(...parts)).children.map((child) =>
      Buffer.from(child.bytes).toString('hex'),
    )
    expect(order).toEqual(['020101', '020102', '0202012c', '040101'])
  })

  it('is the same whatever the order given, and leaves the given list alone', () => {
    const octets = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 6 })
    fc.assert(
      fc.property(octets, (list) => {
        const parts = list.map((bytes) => der.octetString(bytes))
        const before = [...parts]
        expect(der.setOf(...parts)).toEqual(der.setOf(...[...parts].reverse()))
        expect(parts).toEqual(before)
      }),
    )
  })
})

describe('what is written', () => {
  it('is what a foreign reader reads', () => {
    const bytes = der.sequence(
      der.integer(-129),
      der.boolean(true),
      der.oid('1.2.840.113549.1.7.2'),
      der.explicit(0, der.utf8String('Ấn Ký')),
      der.bitString(Uint8Array.of(0xa0), 5),
      der.enumerated(3),
      der.nullValue(),
      der.ia5String('http://a'),
      der.printableString('VN'),
    )
    const { result, offset } = asn1js.fromBER(Uint8Array.from(bytes).buffer)
    expect(offset).toBe(bytes.length)
    const parts = (result as asn1js.Sequence).valueBlock.value
    expect((parts[0] as asn1js.Integer).valueBlock.valueDec).toBe(-129)
    expect((parts[2] as asn1js.ObjectIdentifier).valueBlock.toString()).toBe('1.2.840.113549.1.7.2')
    expect((parts[4] as asn1js.BitString).valueBlock.unusedBits).toBe(5)
    expect(Buffer.from(result.toBER()).equals(bytes)).toBe(true)
  })

  it('implicit keeps whether an element is constructed', () => {
    expect(der.implicit(0, der.setOf())).toEqual(Uint8Array.of(0xa0, 0))
    expect(der.implicit(1, der.octetString(new Uint8Array()))).toEqual(Uint8Array.of(0x81, 0))
  })

  it('implicit leaves the element it was given as it was, a Buffer too', () => {
    const given = Buffer.from(der.setOf())
    der.implicit(0, given)
    expect(given[0]).toBe(0x31)
  })

  it('generalizedTime leaves out trailing zeros of the fraction', () => {
    const text = (iso: string) => Buffer.from(parseDer(der.generalizedTime(new Date(iso))).content).toString()
    expect(text('2026-03-15T10:20:30.120Z')).toBe('20260315102030.12Z')
    expect(text('2026-03-15T10:20:30.000Z')).toBe('20260315102030Z')
  })
})
