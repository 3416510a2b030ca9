import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { der, parseDer } from '../der/index.ts'
import { readDistributionPoints } from './distribution-point.ts'
import { readGeneralName, readGeneralNames } from './general-name.ts'
import { completeName, encodeName, formatName, parseName } from './name.ts'

const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const text = (tag: number, value: string): Uint8Array => der.implicit(tag, der.ia5String(value))
const name = encodeName([[{ oid: '2.5.4.3', value: 'CA' }]])
const uri = text(6, 'http://ca.test/a.crl')

describe('readGeneralName', () => {
  it.each([
    ['rfc822Name', text(1, 'a@b.test'), { kind: 'rfc822Name', value: 'a@b.test' }],
    ['dNSName', text(2, '*.b.test'), { kind: 'dNSName', value: '*.b.test' }],
    ['uniformResourceIdentifier', uri, { kind: 'uniformResourceIdentifier', value: 'http://ca.test/a.crl' }],
    [
      'iPAddress',
      der.implicit(7, der.octetString(Uint8Array.of(127, 0, 0, 1))),
      { kind: 'iPAddress', octets: Uint8Array.of(127, 0, 0, 1) },
    ],
    ['registeredID', der.implicit(8, der.oid('1.2.3')), { kind: 'registeredID', oid: '1.2.3' }],
    ['directoryName', der.explicit(4, name), { kind: 'directoryName', name: parseName(name) }],
    [
      'otherName',
      der.implicit(0, der.sequence(der.oid('1.2.3'), der.explicit(0, der.utf8String('x')))),
      { kind: 'otherName', oid: '1.2.3', der: der.utf8String('x') },
    ],
    [
      'ediPartyName, whole',
      der.explicit(5, der.nullValue()),
      { kind: 'ediPartyName', der: der.explicit(5, der.nullValue()) },
    ],
  ])('%s', (_what, bytes, expected) => {
    expect(readGeneralName(parseDer(bytes))).toEqual(expected)
  })

  it.each([
    ['a tag beyond the nine', text(9, 'x')],
    ['a universal string', der.ia5String('x')],
    ['a constructed dNSName', der.explicit(2, der.ia5String('x'))],
    ['a primitive directoryName', text(4, 'x')],
    ['two names in a directoryName', der.explicit(4, name, name)],
    ['nothing in a directoryName', der.explicit(4)],
    ['a letter beyond ASCII', der.tlv(0x82, Buffer.from('é'))],
    ['an otherName without a value', der.implicit(0, der.sequence(der.oid('1.2.3')))],
    [
      'an otherName whose value has another tag',
      der.implicit(0, der.sequence(der.oid('1.2.3'), der.explicit(1, der.nullValue()))),
    ],
  ])('%s is refused', (_what, bytes) => {
    expect(codeOf(() => readGeneralName(parseDer(bytes)))).toBe('ERR_ASN1_STRUCTURE')
  })

  it('no names at all are refused', () => {
    expect(codeOf(() => readGeneralNames(parseDer(der.sequence())))).toBe('ERR_ASN1_STRUCTURE')
  })

  it('any bytes are read or refused with a code', () => {
    const tag = fc.constantFrom(...Array.from({ length: 10 }, (_none, i) => [0x80 | i, 0xa0 | i]).flat())
    fc.assert(
      fc.property(tag, fc.uint8Array({ maxLength: 24 }), (identifier, content) => {
        const code = codeOf(() => readGeneralName(parseDer(der.tlv(identifier, content))))
        if (!Array.isArray(code)) expect(String(code)).toMatch(/^ERR_(?:ASN1|DER)_/)
      }),
    )
  })
})

describe('readDistributionPoints', () => {
  const points = (...fields: Uint8Array[][]): Uint8Array =>
    der.sequence(...fields.map((field) => der.sequence(...field)))
  const full = der.explicit(0, der.explicit(0, uri))
  const reasons = der.implicit(1, der.bitString(Uint8Array.of(0b01100000), 5))

  it('the full name, reasons and issuer of each', () => {
    const issuer = der.explicit(2, der.explicit(4, name))
    expect(readDistributionPoints(parseDer(points([full, reasons, issuer], [issuer])))).toMatchObject([
      {
        name: { kind: 'fullName', names: [{ value: 'http://ca.test/a.crl' }] },
        reasons: ['keyCompromise', 'cACompromise'],
        crlIssuer: [{ kind: 'directoryName' }],
      },
      { name: null, reasons: null, crlIssuer: [{ kind: 'directoryName' }] },
    ])
  })

  it('aACompromise, the ninth bit', () => {
    const all = der.implicit(1, der.bitString(Uint8Array.of(0, 0x80), 7))
    expect(readDistributionPoints(parseDer(points([all])))[0]!.reasons).toEqual(['aACompromise'])
  })

  it("a name relative to the CRL issuer's completes it", () => {
    const rdn = der.setOf(der.sequence(der.oid('2.5.4.11'), der.utf8String('CRL 1')))
    const [point] = readDistributionPoints(parseDer(points([der.explicit(0, der.implicit(1, rdn))])))
    const relative = point!.name
    if (relative?.kind !== 'nameRelativeToCRLIssuer') throw new Error('not relative')
    const whole = completeName(parseName(name), relative.rdn, relative.der)
    expect(formatName(whole)).toBe('OU=CRL 1,CN=CA')
    expect(parseName(whole.der)).toEqual(whole)
  })

  it.each([
    ['no points', der.sequence()],
    ['fields in the wrong order', points([reasons, full])],
    ['a field twice', points([full, full])],
    ['an unknown field', points([der.explicit(3, der.nullValue())])],
    ['a name that is neither full nor relative', points([der.explicit(0, der.explicit(2, uri))])],
    ['an empty full name', points([der.explicit(0, der.explicit(0))])],
    ['a name within no choice', points([der.explicit(0)])],
    ['constructed reasons', points([der.explicit(1, der.bitString(Uint8Array.of(0x60), 5))])],
    ['an empty issuer', points([der.explicit(2)])],
  ])('%s: refused', (_what, bytes) => {
    expect(codeOf(() => readDistributionPoints(parseDer(bytes)))).toBe('ERR_ASN1_STRUCTURE')
  })
})
