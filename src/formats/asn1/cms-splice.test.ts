import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type DerElement, der, parseDer } from '../der/index.ts'
import { parseSignedData, signedAttributesForVerification } from './cms-reader.ts'
import { spliceUnsignedAttribute } from './cms-splice.ts'
import { encodeAttribute } from './cms-writer.ts'
import { verifySignature } from './public-key/verify.ts'
import { joinCms, sampleChain, sampleCms } from './testing/sample-cms.ts'
import { toBer } from './testing/to-ber.ts'

const TIMESTAMP = '1.2.840.113549.1.9.16.2.14'
const attribute = (length: number, oid = TIMESTAMP) => ({
  oid,
  values: [der.octetString(new Uint8Array(length).fill(7))],
})
const codeOf = (action: () => unknown): unknown => {
  try {
    return ['accepted', action()]
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

/** The contents of all primitive elements and the headers' identifiers, without any length. */
function withoutLengths(element: DerElement): string {
  return element.constructed
    ? `${element.bytes[0]}(${element.children.map(withoutLengths).join()})`
    : `${element.bytes[0]}:${Buffer.from(element.content).toString('hex')}`
}
const skeleton = (bytes: Uint8Array): string => withoutLengths(parseDer(bytes, { mode: 'ber' }))

let cms: Uint8Array
beforeAll(async () => {
  cms = await sampleCms({ attached: true })
})

describe('spliceUnsignedAttribute', () => {
  it.each([0, 10, 100, 130, 300, 5000, 70_000])(
    'a value of %i octets into DER gives DER, the signature as it was',
    async (length) => {
      const out = spliceUnsignedAttribute(cms, 0, attribute(length))
      const [before, after] = [parseSignedData(cms), parseSignedData(out)]
      parseDer(out)
      expect(after.signerInfos[0]!.unsignedAttributes).toEqual([
        { oid: TIMESTAMP, values: attribute(length).values },
      ])
      expect(after.certificates).toEqual(before.certificates)
      const [signer] = await sampleChain('doctor-01')
      const [info] = after.signerInfos
      expect(
        verifySignature(
          signer!.publicKey,
          info!.signatureAlgorithm,
          signedAttributesForVerification(info!),
          info!.signature,
        ),
      ).toBe(true)
      const inserted = `161(${withoutLengths(parseDer(encodeAttribute(attribute(length))))})`
      expect(skeleton(out).replace(`,${inserted}`, '')).toBe(skeleton(cms))
    },
  )

  it('equals what the writer writes with the attribute from the start', async () => {
    const info = parseSignedData(cms).signerInfos[0]!
    const direct = await sampleCms({ unsignedAttributes: [attribute(40)] })
    const spliced = spliceUnsignedAttribute(await sampleCms(), 0, attribute(40))
    expect(spliced.length - direct.length).toBeLessThan(4)
    expect(parseSignedData(direct).signerInfos[0]!.unsignedAttributes).toEqual(
      parseSignedData(spliced).signerInfos[0]!.unsignedAttributes,
    )
    expect(info.unsignedAttributes).toEqual([])
  })

  it('a second and third attribute stand in DER order beside the first', () => {
    const oids = ['1.2.840.113549.1.9.16.2.24', TIMESTAMP, '1.2.840.113549.1.9.16.2.21']
    const out = oids.reduce((bytes, oid) => spliceUnsignedAttribute(bytes, 0, attribute(5, oid)), cms)
    const set = parseDer(parseSignedData(out).signerInfos[0]!.der).children.at(-1)!
    const parts = set.children.map((child) => child.bytes)
    expect(parts).toEqual([...parts].sort((a, b) => Buffer.compare(a, b)))
    expect(parts).toHaveLength(3)
  })

  it('BER stays BER: every byte of the original is still there, in its order', () => {
    const ber = toBer(cms)
    const out = spliceUnsignedAttribute(ber, 0, attribute(300))
    const inserted = encodeAttribute(attribute(300))
    const at = Buffer.from(out).indexOf(inserted)
    const header = 1 + 3
    expect(
      Buffer.concat([out.subarray(0, at - header), out.subarray(at + inserted.length)]).equals(ber),
    ).toBe(true)
    const again = spliceUnsignedAttribute(out, 0, attribute(9))
    expect(parseSignedData(again).signerInfos[0]!.unsignedAttributes).toHaveLength(2)
  })

  it('definite lengths around indefinite ones, and the reverse, are kept as they were', () => {
    for (const tag of [16, 17, 0]) {
      const ber = toBer(cms, 8, (element) => element.tag === tag && element.children.length === 1)
      const out = spliceUnsignedAttribute(ber, 0, attribute(20))
      expect(parseSignedData(out).signerInfos[0]!.unsignedAttributes).toHaveLength(1)
      expect(skeleton(out)).toContain(skeleton(ber).slice(0, 300))
    }
  })

  it('an indefinite set of unsigned attributes takes the new one before its end-of-contents octets', async () => {
    const ber = toBer(await sampleCms({ unsignedAttributes: [attribute(3)] }))
    const out = spliceUnsignedAttribute(ber, 0, attribute(600))
    expect(
      parseSignedData(out).signerInfos[0]!.unsignedAttributes.map(({ values }) => values[0]!.length),
    ).toEqual([...[expect.any(Number), expect.any(Number)]])
    expect(out.length - ber.length).toBe(encodeAttribute(attribute(600)).length)
  })

  it('lengths with more octets than needed keep their number of octets', () => {
    const wide = new Uint8Array([0x30, 0x84, 0, 0, ...lengthOf(cms), ...parseDer(cms).content])
    const out = spliceUnsignedAttribute(wide, 0, attribute(20))
    expect([...out.subarray(0, 4)]).toEqual([0x30, 0x84, 0, 0])
    expect(parseSignedData(out).signerInfos[0]!.unsignedAttributes).toHaveLength(1)
  })

  it('only the signer meant is changed', async () => {
    const three = joinCms(
      cms,
      await sampleCms({ signer: 'doctor-p384' }),
      await sampleCms({ signer: 'doctor-ed25519', algorithm: { scheme: 'ed25519' } }),
    )
    for (const index of [0, 1, 2]) {
      const [before, after] = [
        parseSignedData(three),
        parseSignedData(spliceUnsignedAttribute(three, index, attribute(50))),
      ]
      expect(after.signerInfos.map(({ unsignedAttributes }) => unsignedAttributes.length)).toEqual(
        [0, 1, 2].map((i) => (i === index ? 1 : 0)),
      )
      for (const i of [0, 1, 2].filter((i) => i !== index)) {
        expect(after.signerInfos[i]!.der).toEqual(before.signerInfos[i]!.der)
      }
    }
  })

  it('a view into a larger buffer is spliced like a buffer of its own', () => {
    const larger = Buffer.concat([Buffer.alloc(13, 1), cms, Buffer.alloc(7, 1)])
    const out = spliceUnsignedAttribute(larger.subarray(13, 13 + cms.length), 0, attribute(30))
    expect(out).toEqual(spliceUnsignedAttribute(cms, 0, attribute(30)))
  })

  it('the original is left alone', () => {
    const before = new Uint8Array(cms)
    spliceUnsignedAttribute(cms, 0, attribute(1000))
    expect(cms).toEqual(before)
  })

  it('any size, DER or BER: what is left without the insertion is the original', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.integer({ min: 1, max: 64 }), fc.boolean(), (length, segment, asBer) => {
        const input = asBer ? toBer(cms, segment) : cms
        const out = spliceUnsignedAttribute(input, 0, attribute(length))
        const inserted = `,161(${withoutLengths(parseDer(encodeAttribute(attribute(length))))})`
        expect(skeleton(out).replace(inserted, '')).toBe(skeleton(input))
      }),
      { numRuns: 40 },
    )
  })

  it.each([1, -1, 0.5, Number.NaN])('signer %d, who is not there, is refused', (index) => {
    expect(codeOf(() => spliceUnsignedAttribute(cms, index, attribute(1)))).toBe('ERR_CMS_SIGNER_UNKNOWN')
  })

  it.each<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(), 'ERR_DER_TRUNCATED'],
    [
      'other content',
      () => der.sequence(der.oid('1.2.840.113549.1.7.1'), der.explicit(0)),
      'ERR_CMS_NOT_SIGNED_DATA',
    ],
    ['bytes behind it', () => new Uint8Array([...cms, 0]), 'ERR_DER_TRAILING_DATA'],
  ])('%s is refused', (_what, build, code) => {
    expect(codeOf(() => spliceUnsignedAttribute(build(), 0, attribute(1)))).toBe(code)
  })

  it('an attribute without a value is refused', () => {
    expect(codeOf(() => spliceUnsignedAttribute(cms, 0, { oid: TIMESTAMP, values: [] }))).toBe(
      'ERR_CMS_ATTRIBUTE_EMPTY',
    )
  })
})

const lengthOf = (bytes: Uint8Array): [number, number] => {
  const { length } = parseDer(bytes).content
  return [length >> 8, length & 255]
}
