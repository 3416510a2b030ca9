import { describe, expect, it } from 'vitest'
import { der, parseDer } from '../der/index.ts'
import { codeOf } from './testing/code-of.ts'
import { sampleCms } from './testing/sample-cms.ts'
import { toBer } from './testing/to-ber.ts'
import {
  parseAdbeRevocation,
  parseCertificateValues,
  parseRevocationValues,
  readSignedDataRevocations,
} from './validation-data.ts'

const item = (text: string): Uint8Array => der.sequence(der.utf8String(text))
const hex = (list: readonly Uint8Array[]): string[] => list.map((bytes) => Buffer.from(bytes).toString('hex'))
const list = (tag: number, ...items: Uint8Array[]): Uint8Array => der.explicit(tag, der.sequence(...items))

describe('certificates and revocation data in attributes', () => {
  it('certificate-values keeps their bytes', () => {
    expect(hex(parseCertificateValues(der.sequence(item('1'), item('2'))))).toEqual(
      hex([item('1'), item('2')]),
    )
  })

  it('revocation-values has CRLs, and basic OCSP responses', () => {
    const other = der.explicit(2, der.sequence(der.oid('2.999.1'), der.nullValue()))
    const found = parseRevocationValues(
      der.sequence(list(0, item('c')), list(1, item('o'), item('p')), other),
    )
    expect(hex(found.crls)).toEqual(hex([item('c')]))
    expect(hex(found.basicOcspResponses)).toEqual(hex([item('o'), item('p')]))
    expect(found).toMatchObject({ ocspResponses: [], others: ['2.999.1'] })
  })

  it('adbe-revocationInfoArchival has whole OCSP responses', () => {
    const found = parseAdbeRevocation(toBer(der.sequence(list(1, item('o')))))
    expect(found.crls).toEqual([])
    expect(found.basicOcspResponses).toEqual([])
    expect(found.ocspResponses).toHaveLength(1)
  })

  it.each<[string, () => unknown, string]>([
    [
      'certificate-values that is a set',
      () => parseCertificateValues(der.setOf(item('1'))),
      'ERR_DER_UNEXPECTED_TAG',
    ],
    [
      'revocation-values without tags',
      () => parseRevocationValues(der.sequence(item('1'))),
      'ERR_ASN1_STRUCTURE',
    ],
    ['an unknown tag', () => parseRevocationValues(der.sequence(list(3, item('1')))), 'ERR_ASN1_STRUCTURE'],
    [
      'two lists under one tag',
      () => parseAdbeRevocation(der.sequence(der.explicit(0, der.sequence(), der.sequence()))),
      'ERR_ASN1_STRUCTURE',
    ],
  ])('%s is refused', (_situation, read, code) => expect(codeOf(read)).toBe(code))
})

describe('crls of SignedData', () => {
  const other = (oid: string): Uint8Array => der.implicit(1, der.sequence(der.oid(oid), item(oid)))

  it.each([false, true])('are told apart by kind; BER: %s', async (ber) => {
    const crls = der.explicit(
      1,
      item('crl'),
      other('1.3.6.1.5.5.7.16.2'),
      other('1.3.6.1.5.5.7.48.1.1'),
      other('2.999.1'),
    )
    const plain = withCrls(await sampleCms(), crls)
    const found = readSignedDataRevocations(ber ? toBer(plain) : plain)
    const counts = [found.crls, found.basicOcspResponses, found.ocspResponses].map(({ length }) => length)
    expect(counts).toEqual([1, 1, 1])
    expect(found.others).toEqual(['2.999.1'])
    if (!ber) expect(hex(found.ocspResponses)).toEqual(hex([item('1.3.6.1.5.5.7.16.2')]))
  })

  it('are none where there are none', async () => {
    expect(readSignedDataRevocations(await sampleCms())).toEqual({
      crls: [],
      basicOcspResponses: [],
      ocspResponses: [],
      others: [],
    })
  })

  it('of another format without a value are refused', async () => {
    const broken = der.explicit(1, der.implicit(1, der.sequence(der.oid('2.999.1'))))
    const cms = withCrls(await sampleCms(), broken)
    expect(codeOf(() => readSignedDataRevocations(cms))).toBe('ERR_ASN1_STRUCTURE')
  })
})

/** SignedData with `crls` between its certificates and its signers. */
function withCrls(cms: Uint8Array, crls: Uint8Array): Uint8Array {
  const [type, content] = parseDer(cms).children
  const fields = content!.children[0]!.children.map(({ bytes }) => bytes)
  const signedData = der.sequence(...fields.slice(0, -1), crls, fields.at(-1)!)
  return der.sequence(type!.bytes, der.explicit(0, signedData))
}
