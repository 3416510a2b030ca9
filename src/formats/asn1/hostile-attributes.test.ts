import { beforeAll, describe, expect, it } from 'vitest'
import { EvidenceRecordBuilder } from '../../test-certs/records/evidence-record.ts'
import { der } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import { archiveImprintsV2 } from './archive-imprint-v2.ts'
import { compareAtsHashIndex, parseAtsHashIndex } from './ats-hash-index.ts'
import { attributeOids } from './attribute-oids.ts'
import { readSignedDataBytes } from './cms-bytes.ts'
import { evidenceRecordInput } from './cms-without-attributes.ts'
import { digestBytes, encodeDigestAlgorithm } from './digests.ts'
import { parseSigningCertificate } from './ess-certificate.ts'
import { parseEvidenceRecord } from './evidence-record.ts'
import {
  parseAlgorithmProtection,
  parseSignaturePolicy,
  parseSignerAttributes,
  parseSignerLocation,
} from './signature-attributes.ts'
import { archiveSamples, attribute, encodeIndex, value } from './testing/archive-cms.ts'
import { sampleCms } from './testing/sample-cms.ts'
import { parseAdbeRevocation, parseRevocationValues, readSignedDataRevocations } from './validation-data.ts'

let cms: Uint8Array
beforeAll(async () => {
  cms = (await archiveSamples()).detached
})

/** Bytes changed one at a time, evenly over the whole, each in three ways. */
function* mutations(bytes: Uint8Array, count: number): Generator<Uint8Array> {
  const step = Math.max(1, Math.floor(bytes.length / count))
  for (let at = 0; at < bytes.length; at += step) {
    for (const change of [1, 0x20, 0xff]) {
      const out = bytes.slice()
      out[at]! ^= change
      yield out
    }
    yield bytes.slice(0, at)
  }
}

/** What is thrown that is no FormatError. */
function foreignErrors(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown, count = 400): unknown[] {
  return [...mutations(bytes, count)].flatMap((changed) => {
    try {
      read(changed)
      return []
    } catch (error) {
      return error instanceof FormatError ? [] : [error]
    }
  })
}

describe('damaged bytes are refused with an error of ours, or read', () => {
  const role = der.sequence(der.oid('2.5.4.72'), der.setOf(der.utf8String('Bác sĩ')))
  const hash = der.sequence(encodeDigestAlgorithm('sha256'), der.octetString(Buffer.alloc(32)))
  const serial = der.sequence(der.sequence(der.explicit(4, der.sequence())), der.integer(7))
  const lists = der.sequence(
    der.explicit(0, der.sequence(value('c'))),
    der.explicit(1, der.sequence(value('o'))),
  )

  it.each<[string, () => Uint8Array, (bytes: Uint8Array) => unknown]>([
    [
      'signing-certificate-v2',
      () => der.sequence(der.sequence(der.sequence(hash, serial))),
      (b) => parseSigningCertificate(b, 2),
    ],
    [
      'algorithm protection',
      () => der.sequence(encodeDigestAlgorithm('sha256'), der.implicit(1, der.sequence(der.oid('2.999.1')))),
      parseAlgorithmProtection,
    ],
    [
      'signature policy',
      () =>
        der.sequence(der.oid('2.999.1'), hash, der.sequence(der.sequence(der.oid('2.999.2'), value('x')))),
      parseSignaturePolicy,
    ],
    ['signer attributes', () => der.sequence(der.explicit(0, der.sequence(role))), parseSignerAttributes],
    [
      'signer location',
      () => der.sequence(der.explicit(2, der.sequence(der.utf8String('x')))),
      parseSignerLocation,
    ],
    ['revocation values', () => lists, parseRevocationValues],
    ["Adobe's revocation archive", () => lists, parseAdbeRevocation],
    ['CRLs of SignedData', () => cms, readSignedDataRevocations],
    [
      'a hash index',
      () => encodeIndex(readSignedDataBytes(cms)),
      (bytes) => {
        const parts = readSignedDataBytes(cms)
        compareAtsHashIndex(parseAtsHashIndex(bytes, 3), parts, parts.signers[0]!)
      },
    ],
    [
      'the parts of a CMS',
      () => cms,
      (bytes) => archiveImprintsV2(readSignedDataBytes(bytes), 0, 0, new Date(0)),
    ],
    ['a CMS with evidence', () => cms, (bytes) => evidenceRecordInput(bytes, 0, 0)],
  ])('%s', (_name, make, read) => expect(foreignErrors(make(), read)).toEqual([]))

  it('an evidence record', async () => {
    const record = new EvidenceRecordBuilder([Buffer.from('1')], () => value('token'))
    await record.start('sha256', { siblings: [Buffer.alloc(32)] })
    await record.renewTree('sha512')
    expect(foreignErrors(record.encode(), parseEvidenceRecord)).toEqual([])
  })
})

describe('work is linear', () => {
  const MANY = 20_000

  it('for a hash index of many digests and a CMS of many attributes', async () => {
    const values = Array.from({ length: MANY }, (_, i) => der.integer(i))
    const many = await sampleCms({ unsignedAttributes: [attribute('certificate-values', ...values)] })
    const parts = readSignedDataBytes(many)
    const type = der.oid(attributeOids['certificate-values'])
    const listed = values.map((found) => der.octetString(digestBytes('sha256', type, found)))
    const index = parseAtsHashIndex(
      der.sequence(encodeDigestAlgorithm('sha256'), der.sequence(), der.sequence(), der.sequence(...listed)),
      3,
    )
    const started = process.cpuUsage()
    const { covered, missing } = compareAtsHashIndex(index, parts, parts.signers[0]!)
    for (let again = 0; again < 20; again++) compareAtsHashIndex(index, parts, parts.signers[0]!)
    const { user } = process.cpuUsage(started)
    expect([covered.length, missing.length]).toEqual([MANY, 0])
    expect(user).toBeLessThan(4_000_000)
  })
})
