import { beforeAll, describe, expect, it } from 'vitest'
import { der, parseDer } from '../der/index.ts'
import { archiveImprintV3 } from './archive-imprint.ts'
import { type AtsHashIndex, parseAtsHashIndex } from './ats-hash-index.ts'
import { readSignedDataBytes } from './cms-bytes.ts'
import { parseSignedData } from './cms-reader.ts'
import { spliceUnsignedAttribute } from './cms-splice.ts'
import { type DigestName, digestBytes, encodeDigestAlgorithm } from './digests.ts'
import { digestImprint } from './imprint.ts'
import {
  absent,
  archiveSamples,
  attribute,
  digestOnly,
  held,
  hex,
  indexOf,
  value,
  withoutCrls,
} from './testing/archive-cms.ts'
import { codeOf } from './testing/code-of.ts'
import { content, joinCms, sampleCms } from './testing/sample-cms.ts'
import { toBer } from './testing/to-ber.ts'

let detached: Uint8Array
let attached: Uint8Array
beforeAll(async () => {
  const samples = await archiveSamples()
  detached = samples.detached
  attached = samples.attached
})

describe('the imprint of archive-time-stamp-v3', () => {
  const expected = (cms: Uint8Array, index: AtsHashIndex, digest: DigestName): string => {
    const [signer] = parseSignedData(cms).signerInfos
    const fields = parseDer(signer!.der, { mode: 'ber' }).children.filter((field) => !field.is('context', 1))
    const signed = fields.map(({ bytes }) => bytes)
    return hex(
      digestBytes(
        digest,
        der.oid('1.2.840.113549.1.7.1'),
        digestBytes(digest, content),
        ...signed,
        index.bytes,
      ),
    )
  }

  it.each<[string, () => Uint8Array]>([
    ['detached', () => detached],
    ['attached', () => attached],
  ])(
    'of a %s signature is eContentType, the digest of the content, the signed fields, the index',
    (_situation, cms) => {
      const index = indexOf(cms())
      const { parts } = archiveImprintV3(readSignedDataBytes(cms()), 0, index)
      for (const digest of ['sha256', 'sha512'] as const) {
        expect(hex(digestImprint(parts, digest, held))).toBe(expected(cms(), index, digest))
      }
    },
  )

  it('needs no more than a digest of the content', () => {
    const { parts } = archiveImprintV3(readSignedDataBytes(detached), 0, indexOf(detached))
    expect(hex(digestImprint(parts, 'sha256', digestOnly))).toBe(hex(digestImprint(parts, 'sha256', held)))
    expect(digestImprint(parts, 'sha256', absent)).toBeNull()
  })

  it('of a CMS in BER is over its bytes as they stand', () => {
    const ber = toBer(detached)
    const index = indexOf(ber)
    const { parts, index: comparison } = archiveImprintV3(readSignedDataBytes(ber), 0, index)
    const [signer] = parseSignedData(ber).signerInfos
    const fields = parseDer(signer!.der, { mode: 'ber' }).children.filter((field) => !field.is('context', 1))
    expect(parts.slice(2, -1).map((part) => hex(part as Uint8Array))).toEqual(
      fields.map(({ bytes }) => hex(bytes)),
    )
    expect(comparison.missing).toEqual([])
  })

  it.each<[string, (cms: Uint8Array) => Uint8Array]>([
    [
      'one more unsigned attribute',
      (cms) => spliceUnsignedAttribute(cms, 0, attribute('archive-time-stamp-v3', value('x'))),
    ],
    ['no CRLs', () => withoutCrls(detached)],
  ])('is the same with %s: only the index tells', (_situation, change) => {
    const index = indexOf(detached)
    const before = archiveImprintV3(readSignedDataBytes(detached), 0, index)
    const after = archiveImprintV3(readSignedDataBytes(change(detached)), 0, index)
    expect(hex(digestImprint(after.parts, 'sha256', held))).toBe(
      hex(digestImprint(before.parts, 'sha256', held)),
    )
  })

  it("changes with another signer's fields", async () => {
    const two = joinCms(
      await sampleCms(),
      await sampleCms({ signer: 'doctor-p384', algorithm: { scheme: 'ecdsa', digest: 'sha384' } }),
    )
    const index = parseAtsHashIndex(
      der.sequence(encodeDigestAlgorithm('sha256'), der.sequence(), der.sequence(), der.sequence()),
      3,
    )
    const imprints = [0, 1].map((signer) =>
      hex(digestImprint(archiveImprintV3(readSignedDataBytes(two), signer, index).parts, 'sha256', held)),
    )
    expect(imprints[0]).not.toBe(imprints[1])
    expect(codeOf(() => archiveImprintV3(readSignedDataBytes(two), 2, index))).toBe('ERR_CMS_SIGNER_UNKNOWN')
  })
})
