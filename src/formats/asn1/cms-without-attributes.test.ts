import { beforeAll, describe, expect, it } from 'vitest'
import { EvidenceRecordBuilder } from '../../test-certs/records/evidence-record.ts'
import { der } from '../der/index.ts'
import { attributeOids } from './attribute-oids.ts'
import { readSignedDataBytes } from './cms-bytes.ts'
import { spliceUnsignedAttribute } from './cms-splice.ts'
import type { Attribute } from './cms-types.ts'
import { evidenceRecordInput, removeUnsignedAttributes } from './cms-without-attributes.ts'
import { encodeAttribute } from './cms-writer.ts'
import { codeOf } from './testing/code-of.ts'
import { sampleCms } from './testing/sample-cms.ts'
import { toBer } from './testing/to-ber.ts'
import { encodeTstInfo } from './tsp.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const stamp: Attribute = { oid: attributeOids['signature-time-stamp'], values: [der.sequence()] }
const numberOf = (cms: Uint8Array, attribute: Attribute): number =>
  readSignedDataBytes(cms).signers[0]!.unsigned.findIndex(
    ({ bytes }) => hex(bytes) === hex(encodeAttribute(attribute)),
  )

let plain: Uint8Array
let stamped: Uint8Array
beforeAll(async () => {
  plain = await sampleCms({ attached: true })
  stamped = await sampleCms({ attached: true, unsignedAttributes: [stamp] })
})

/** An attribute large enough to change how many octets lengths have. */
const large: Attribute = { oid: '2.999.5', values: [der.octetString(Buffer.alloc(70_000))] }

describe('an unsigned attribute is taken away', () => {
  it.each<[string, () => Uint8Array]>([
    ['the first there was', () => plain],
    ['one more', () => stamped],
  ])('%s: the bytes before come back', (_situation, original) => {
    for (const added of [stamp, large]) {
      const cms = spliceUnsignedAttribute(original(), 0, { ...added, oid: '2.999.5' })
      const at = numberOf(cms, { ...added, oid: '2.999.5' })
      expect(hex(removeUnsignedAttributes(cms, 0, new Set([at])))).toBe(hex(original()))
    }
  })

  it('from BER: indefinite lengths stay', () => {
    const ber = toBer(stamped)
    const cms = spliceUnsignedAttribute(ber, 0, large)
    expect(hex(removeUnsignedAttributes(cms, 0, new Set([numberOf(cms, large)])))).toBe(hex(ber))
  })

  it('or none: the bytes are the same', () => {
    expect(removeUnsignedAttributes(stamped, 0, new Set())).toBe(stamped)
    expect(removeUnsignedAttributes(plain, 0, new Set([0]))).toBe(plain)
  })

  it('of a signer that there is not: refused', () => {
    expect(codeOf(() => removeUnsignedAttributes(plain, 1, new Set([0])))).toBe('ERR_CMS_SIGNER_UNKNOWN')
    expect(codeOf(() => evidenceRecordInput(plain, 1, 0))).toBe('ERR_CMS_SIGNER_UNKNOWN')
  })
})

describe('what an embedded evidence record is about', () => {
  const evidence = async (day: number, text: string): Promise<Attribute> => {
    const record = new EvidenceRecordBuilder([Buffer.from(text)], (imprint, digest) => {
      const info = encodeTstInfo({
        policy: '2.999.1',
        digest,
        imprint,
        serialNumber: Uint8Array.of(1),
        genTime: new Date(Date.UTC(2026, 0, day)),
        nonce: null,
      })
      const inner = der.sequence(der.oid('1.2.840.113549.1.9.16.1.4'), der.explicit(0, der.octetString(info)))
      const signedData = der.sequence(der.integer(3), der.setOf(), inner, der.setOf())
      return der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, signedData))
    })
    return {
      oid: attributeOids['internal-evidence-record'],
      values: [(await record.start('sha256')).encode()],
    }
  }

  it('is the CMS without it', async () => {
    const first = await evidence(1, '1')
    const cms = spliceUnsignedAttribute(stamped, 0, first)
    expect(hex(evidenceRecordInput(cms, 0, numberOf(cms, first)))).toBe(hex(stamped))
  })

  it('is the CMS with records that are older, without those that are not', async () => {
    const [first, second] = [await evidence(1, '1'), await evidence(2, '2')]
    const one = spliceUnsignedAttribute(stamped, 0, first)
    const two = spliceUnsignedAttribute(one, 0, second)
    expect(hex(evidenceRecordInput(two, 0, numberOf(two, second)))).toBe(hex(one))
    expect(hex(evidenceRecordInput(two, 0, numberOf(two, first)))).toBe(hex(stamped))
  })

  it('where another record cannot be read: without that', async () => {
    const first = await evidence(1, '1')
    const broken: Attribute = { oid: attributeOids['external-evidence-record'], values: [der.nullValue()] }
    const cms = spliceUnsignedAttribute(spliceUnsignedAttribute(stamped, 0, first), 0, broken)
    expect(hex(evidenceRecordInput(cms, 0, numberOf(cms, first)))).toBe(hex(stamped))
  })
})
