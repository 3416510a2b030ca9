import { describe, expect, it } from 'vitest'
import { der } from '../der/index.ts'
import { readSignedDataBytes } from './cms-bytes.ts'
import { parseSignedData } from './cms-reader.ts'
import type { Attribute } from './cms-types.ts'
import { digestBytes } from './digests.ts'
import { digestImprint, type ImprintContent } from './imprint.ts'
import { attribute, held, hex, reverseUnsigned, value } from './testing/archive-cms.ts'
import { sampleCms } from './testing/sample-cms.ts'
import { cadesCTimestampImprint, referencesTimestampImprint } from './timestamp-imprint.ts'

describe('the imprint of a time-stamp', () => {
  const imprintOf = (parts: Parameters<typeof digestImprint>[0], from: ImprintContent = held): string =>
    hex(digestImprint(parts, 'sha256', from))

  const stamps = [
    attribute('signature-time-stamp', value('1')),
    attribute('signature-time-stamp', value('2')),
  ]
  const certificates = attribute('complete-certificate-references', value('c'))
  const revocations = attribute('complete-revocation-references', value('r'))
  const bare = ({ oid, values }: Attribute): Uint8Array[] => [der.oid(oid), der.setOf(...values)]

  it('over references is over type and values, without the header around', async () => {
    const cms = await sampleCms({ unsignedAttributes: [...stamps, revocations, certificates] })
    const parts = readSignedDataBytes(cms)
    const { signature } = parseSignedData(cms).signerInfos[0]!
    const references = [...bare(certificates), ...bare(revocations)]
    expect(imprintOf(referencesTimestampImprint(parts, 0).parts)).toBe(
      hex(digestBytes('sha256', ...references)),
    )
    const whole = cadesCTimestampImprint(parts, 0)
    expect(imprintOf(whole.parts)).toBe(
      hex(digestBytes('sha256', signature, ...stamps.flatMap(bare), ...references)),
    )
    expect(whole.attributes).toHaveLength(4)
    expect(referencesTimestampImprint(parts, 0).coversSignature).toBe(false)
  })

  it('over references may be in the order they stand', async () => {
    const cms = reverseUnsigned(
      await sampleCms({ unsignedAttributes: [stamps[0]!, certificates, revocations] }),
    )
    const parts = readSignedDataBytes(cms)
    const { signature } = parseSignedData(cms).signerInfos[0]!
    const [other] = cadesCTimestampImprint(parts, 0).alternatives
    const asStand = parts.signers[0]!.unsigned.flatMap(({ type, set }) => [type, set])
    expect(imprintOf(other!)).toBe(hex(digestBytes('sha256', signature, ...asStand)))
  })
})
