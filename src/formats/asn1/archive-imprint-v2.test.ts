import { beforeAll, describe, expect, it } from 'vitest'
import { concat, der } from '../der/index.ts'
import { archiveImprintsV2 } from './archive-imprint-v2.ts'
import { readSignedDataBytes } from './cms-bytes.ts'
import { spliceUnsignedAttribute } from './cms-splice.ts'
import type { Attribute } from './cms-types.ts'
import { encodeAttribute } from './cms-writer.ts'
import { digestBytes } from './digests.ts'
import { digestImprint } from './imprint.ts'
import {
  absent,
  archiveSamples,
  attribute,
  digestOnly,
  held,
  hex,
  reverseUnsigned,
  value,
} from './testing/archive-cms.ts'
import { encodeTstInfo } from './tsp.ts'

let detached: Uint8Array
let attached: Uint8Array
beforeAll(async () => {
  const samples = await archiveSamples()
  detached = samples.detached
  attached = samples.attached
})

describe('the imprint of archive-time-stamp-v2', () => {
  const T = Date.parse('2026-05-01T00:00:00Z')
  /** A token as far as its time goes: nobody signed it. */
  const tokenAt = (offset: number): Uint8Array => {
    const info = encodeTstInfo({
      policy: '2.999.1',
      digest: 'sha256',
      imprint: Buffer.alloc(32),
      serialNumber: Uint8Array.of(1),
      genTime: new Date(T + offset),
      nonce: null,
    })
    const encapsulated = der.sequence(
      der.oid('1.2.840.113549.1.9.16.1.4'),
      der.explicit(0, der.octetString(info)),
    )
    const signedData = der.sequence(der.integer(3), der.setOf(), encapsulated, der.setOf())
    return der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, signedData))
  }
  const own = attribute('archive-time-stamp-v2', tokenAt(0))
  const numberOf = (cms: Uint8Array, found: Attribute): number =>
    readSignedDataBytes(cms).signers[0]!.unsigned.findIndex(
      ({ bytes }) => hex(bytes) === hex(encodeAttribute(found)),
    )
  const imprints = (cms: Uint8Array, found: Attribute = own) =>
    archiveImprintsV2(readSignedDataBytes(cms), 0, numberOf(cms, found), new Date(T))

  it('of an attached signature goes over everything but itself, with and without the tag of the attributes', () => {
    const cms = spliceUnsignedAttribute(attached, 0, own)
    const parts = readSignedDataBytes(attached)
    const signer = parts.signers[0]!
    const before = [parts.encapsulated, parts.certificates!.bytes, parts.crls!.bytes, ...signer.fields]
    const unsigned = concat(signer.unsigned.map(({ bytes }) => bytes))
    const { variants, attributes } = imprints(cms)
    const digests = variants.map(({ parts: list }) => hex(digestImprint(list, 'sha256', absent)))
    expect(digests.slice(0, 2)).toEqual([
      hex(digestBytes('sha256', ...before, der.tlv(0xa1, unsigned))),
      hex(digestBytes('sha256', ...before, unsigned)),
    ])
    expect(attributes).toHaveLength(2)
  })

  it('of a detached signature needs the content itself', () => {
    const { variants } = imprints(spliceUnsignedAttribute(detached, 0, own))
    expect(variants[0]!.parts[1]).toBe('content')
    expect(digestImprint(variants[0]!.parts, 'sha256', digestOnly)).toBeNull()
    expect(digestImprint(variants[0]!.parts, 'sha256', held)).not.toBeNull()
  })

  it('leaves out archive time-stamps that are not older, and keeps older ones', () => {
    const older = attribute('archive-time-stamp-v2', tokenAt(-1000))
    const newer = attribute('archive-time-stamp-v3', tokenAt(1000))
    const unreadable = attribute('archive-time-stamp-v3', value('x'))
    const cms = [older, own, newer, unreadable].reduce(
      (sum, next) => spliceUnsignedAttribute(sum, 0, next),
      attached,
    )
    const { attributes } = imprints(cms)
    expect(attributes).toContain(numberOf(cms, older))
    expect(attributes).not.toContain(numberOf(cms, own))
    expect(attributes).not.toContain(numberOf(cms, newer))
    expect(attributes).not.toContain(numberOf(cms, unreadable))
  })

  it('is tried in the order of DER too, where attributes stand in another', () => {
    const reversed = reverseUnsigned(spliceUnsignedAttribute(attached, 0, own))
    const { variants } = imprints(reversed)
    expect(variants.map(({ variant }) => variant)).toEqual([
      'tagged',
      'untagged',
      'tagged-sorted',
      'untagged-sorted',
    ])
    const straight = imprints(spliceUnsignedAttribute(attached, 0, own))
    expect(hex(digestImprint(variants[2]!.parts, 'sha256', absent))).toBe(
      hex(digestImprint(straight.variants[0]!.parts, 'sha256', absent)),
    )
  })
})
