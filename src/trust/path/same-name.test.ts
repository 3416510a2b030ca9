import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { der, type NameAttributeInput, parseName } from '../../formats/index.ts'
import { isSameName, isWithinSubtree } from './same-name.ts'
import { prepareString } from './string-preparation.ts'
import { nameOf } from './testing/issue.ts'

const [CN, O, C] = ['2.5.4.3', '2.5.4.10', '2.5.4.6']
const cn = (value: string, type?: NameAttributeInput['type']): NameAttributeInput => ({
  oid: CN,
  value,
  ...(type && { type }),
})
const same = (a: readonly (readonly NameAttributeInput[])[], b: readonly (readonly NameAttributeInput[])[]) =>
  isSameName(nameOf(a), nameOf(b))

describe('names that are the same (RFC 5280, 7.1)', () => {
  it.each([
    ['letters in another case', 'BỆNH VIỆN Thử Nghiệm a', 'bệnh viện THỬ NGHIỆM A'],
    ['more white space', '  CA  CÔNG\tCỘNG ', 'CA CÔNG CỘNG'],
    ['a no-break space', 'CA\u00a0CÔNG CỘNG', 'CA CÔNG CỘNG'],
    ['diacritics composed and decomposed', 'BỆNH VIỆN'.normalize('NFC'), 'BỆNH VIỆN'.normalize('NFD')],
    ['a soft hyphen', 'CÔNG\u00ad CỘNG', 'CÔNG CỘNG'],
    ['full-width letters', 'ＣＡ', 'CA'],
    ['ß and ss', 'Maß', 'MASS'],
    ['the two small sigmas', 'ΟΔΟΣ', 'οδος'],
  ])('%s', (_what, a, b) => {
    expect(same([[cn(a)]], [[cn(b)]])).toBe(true)
  })

  it('one string type and another', () => {
    expect(same([[cn('CA Root', 'printable')]], [[cn('ca root')]])).toBe(true)
  })

  it('attributes of one RDN in any order', () => {
    const a = parseName(der.sequence(der.tlv(0x31, Buffer.concat([attribute(CN, 'a'), attribute(O, 'b')]))))
    const b = parseName(der.sequence(der.tlv(0x31, Buffer.concat([attribute(O, 'b'), attribute(CN, 'A')]))))
    expect(isSameName(a, b)).toBe(true)
  })
})

const attribute = (oid: string, value: string): Uint8Array =>
  der.sequence(der.oid(oid), der.utf8String(value))

describe('names that are not the same', () => {
  const o = (value: string): NameAttributeInput => ({ oid: O, value })
  it.each([
    ['one RDN of two attributes, two RDNs of one', [[cn('a'), o('b')]], [[cn('a')], [o('b')]]],
    ['RDNs in another order', [[cn('a')], [o('b')]], [[o('b')], [cn('a')]]],
    ['one RDN more', [[cn('a')]], [[cn('a')], [cn('a')]]],
    ['another attribute', [[cn('a')]], [[o('a')]]],
    ['another diacritic', [[cn('NGHIÊM')]], [[cn('NGHIỆM')]]],
    ['dotless ı, which only Turkish folds with i', [[cn('ı')]], [[cn('i')]]],
    ['white space left out within', [[cn('a b')]], [[cn('ab')]]],
    ['nothing', [], [[cn('a')]]],
    ['a value that reads like two attributes', [[cn('a","2.5.4.10=b')]], [[cn('a'), o('b')]]],
  ])('%s', (_what, a, b) => {
    expect(same(a, b)).toBe(false)
  })

  it('values that are no strings, by their encoding alone', () => {
    const odd = (value: Uint8Array) => parseName(der.sequence(der.setOf(der.sequence(der.oid(CN), value))))
    expect(isSameName(odd(der.integer(5)), odd(der.integer(5)))).toBe(true)
    expect(isSameName(odd(der.integer(5)), odd(der.integer(6)))).toBe(false)
    expect(isSameName(odd(der.integer(5)), odd(der.utf8String('#020105')))).toBe(false)
  })
})

describe('subtrees of names', () => {
  const vn: readonly NameAttributeInput[] = [{ oid: C, value: 'VN' }]
  it.each([
    ['itself', [vn, [cn('a')]], [vn, [cn('A')]], true],
    ['what lies below', [vn, [cn('a')]], [vn], true],
    ['everything under the empty name', [vn], [], true],
    ['what lies above', [vn], [vn, [cn('a')]], false],
    ['the same end under another beginning', [[cn('b')], [cn('a')]], [[cn('a')]], false],
  ])('%s: %#', (_what, name, base, within) => {
    expect(isWithinSubtree(nameOf(name), nameOf(base))).toBe(within)
  })
})

describe('any text', () => {
  it('is prepared once and for all, and is the same as itself in capitals', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'Ệ', 'ß', 'Σ', 'ς', ' ', '\u00a0', 'ﬁ', '\u0301', 'İ', '\u00ad'),
    })
    fc.assert(
      fc.property(text, (value) => {
        const prepared = prepareString(value)
        expect(prepareString(prepared)).toBe(prepared)
        expect(prepareString(` ${value}\t`)).toBe(prepared)
      }),
    )
  })
})
