import { beforeAll, describe, expect, it } from 'vitest'
import { der } from '../der/index.ts'
import {
  type AtsHashIndex,
  compareAtsHashIndex,
  findAtsHashIndex,
  parseAtsHashIndex,
} from './ats-hash-index.ts'
import { readSignedDataBytes } from './cms-bytes.ts'
import { spliceUnsignedAttribute } from './cms-splice.ts'
import { digestBytes, encodeDigestAlgorithm } from './digests.ts'
import {
  archiveSamples,
  attribute,
  encodeIndex,
  hex,
  indexOf,
  value,
  withCrls,
} from './testing/archive-cms.ts'
import { codeOf } from './testing/code-of.ts'
import { sampleCms } from './testing/sample-cms.ts'

let detached: Uint8Array
let _attached: Uint8Array
beforeAll(async () => {
  const samples = await archiveSamples()
  detached = samples.detached
  _attached = samples.attached
})

const compare = (cms: Uint8Array, index: AtsHashIndex) => {
  const parts = readSignedDataBytes(cms)
  return compareAtsHashIndex(index, parts, parts.signers[0]!)
}

describe('an ats-hash-index', () => {
  it.each([1, 2, 3] as const)(
    'of version %i covers certificates, CRLs and unsigned attributes',
    (version) => {
      const { covered, uncovered, missing } = compare(detached, indexOf(detached, { version }))
      const members = readSignedDataBytes(detached)
      // version 3 counts values, of which certificate-values has two
      expect(covered).toHaveLength(members.certificates!.members.length + 2 + (version === 3 ? 3 : 2))
      expect([uncovered, missing]).toEqual([[], []])
    },
  )

  it('tells attributes and values by number', () => {
    const { covered } = compare(detached, indexOf(detached))
    const found = covered.filter(({ kind }) => kind === 'unsigned-attribute')
    expect(found.map((object) => [object.attribute, object.value])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ])
    expect(hex(found[2]!.bytes)).toBe(hex(readSignedDataBytes(detached).signers[0]!.unsigned[1]!.values[1]!))
  })

  it.each(['certificates', 'crls', 'unsigned'] as const)(
    'that leaves out one of %s does not cover it',
    (drop) => {
      const { uncovered, missing } = compare(detached, indexOf(detached, { drop }))
      expect(uncovered).toHaveLength(1)
      expect(missing).toEqual([])
    },
  )

  it('does not cover what was added afterwards', () => {
    const index = indexOf(detached)
    const later = spliceUnsignedAttribute(detached, 0, attribute('revocation-values', value('later')))
    const { uncovered, missing } = compare(later, index)
    expect(uncovered.map(({ kind }) => kind)).toEqual(['unsigned-attribute'])
    expect(missing).toEqual([])
  })

  it('misses what was taken away', async () => {
    const index = indexOf(detached)
    const bare = withCrls(
      await sampleCms({ unsignedAttributes: [attribute('signature-time-stamp', value('1'))] }),
    )
    expect(compare(bare, index).missing.map(({ kind }) => kind)).toEqual([
      'unsigned-attribute',
      'unsigned-attribute',
    ])
  })

  it('misses a digest of nothing', () => {
    const extra = digestBytes('sha256', Buffer.from('x'))
    const { missing } = compare(detached, indexOf(detached, { extra }))
    expect(missing.map(({ kind, digest }) => [kind, hex(digest)])).toEqual([
      ['unsigned-attribute', hex(extra)],
    ])
  })

  it('that lists one object twice needs two', () => {
    const parts = readSignedDataBytes(detached)
    const [first] = parts.certificates!.members
    const twice = [first!, first!].map((bytes) => der.octetString(digestBytes('sha256', bytes)))
    const index = parseAtsHashIndex(
      der.sequence(encodeDigestAlgorithm('sha256'), der.sequence(...twice), der.sequence(), der.sequence()),
      3,
    )
    expect(compare(detached, index).missing).toHaveLength(1)
  })

  it('whose digest nobody knows is refused when compared', () => {
    const unknown = der.sequence(
      der.sequence(der.oid('2.999.7')),
      der.sequence(),
      der.sequence(),
      der.sequence(),
    )
    const index = parseAtsHashIndex(unknown, 3)
    expect(index).toMatchObject({ digest: null, digestOid: '2.999.7' })
    expect(codeOf(() => compare(detached, index))).toBe('ERR_ALGORITHM_UNSUPPORTED')
  })

  it.each<[string, Uint8Array, 1 | 3]>([
    ['version 3 without an algorithm', der.sequence(der.sequence(), der.sequence(), der.sequence()), 3],
    ['too few lists', der.sequence(der.sequence(), der.sequence()), 1],
    ['too many lists', der.sequence(...Array.from({ length: 5 }, () => der.sequence())), 1],
  ])('of %s is refused', (_situation, bytes, version) => {
    expect(codeOf(() => parseAtsHashIndex(bytes, version))).toBe('ERR_ASN1_STRUCTURE')
  })

  it('is sought among unsigned attributes, the newest version first, and all are counted', () => {
    const parts = readSignedDataBytes(detached)
    const old = attribute('ats-hash-index', encodeIndex(parts, { version: 1 }))
    const current = attribute('ats-hash-index-v3', encodeIndex(parts))
    expect(findAtsHashIndex([])).toEqual({ count: 0, index: null })
    expect(findAtsHashIndex([old]).index?.version).toBe(1)
    const both = findAtsHashIndex([old, current])
    expect([both.count, both.index?.version]).toEqual([2, 3])
    expect(codeOf(() => findAtsHashIndex([attribute('ats-hash-index-v3', der.nullValue())]))).toBe(
      'ERR_DER_UNEXPECTED_TAG',
    )
  })
})
