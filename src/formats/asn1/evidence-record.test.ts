import { describe, expect, it } from 'vitest'
import { EvidenceRecordBuilder } from '../../test-certs/records/evidence-record.ts'
import { der, isEqual } from '../der/index.ts'
import { digestBytes, encodeDigestAlgorithm } from './digests.ts'
import { parseEvidenceRecord } from './evidence-record.ts'
import { codeOf } from './testing/code-of.ts'
import { toBer } from './testing/to-ber.ts'

const token = der.sequence(der.oid('1.2.840.113549.1.7.2'))
const objects = [Buffer.from('1'), Buffer.from('2')]
const build = async (): Promise<EvidenceRecordBuilder> => {
  const record = new EvidenceRecordBuilder(objects, () => token)
  await record.start('sha256', { siblings: [digestBytes('sha256', Buffer.from('3'))] })
  await record.renewTimestamp({ withoutTree: true })
  await record.renewTree('sha512', { implicitDigest: true })
  return record
}
const algorithms = der.sequence(encodeDigestAlgorithm('sha256'))
const record = (...fields: Uint8Array[]): Uint8Array => der.sequence(der.integer(1), algorithms, ...fields)
const ats = (...fields: Uint8Array[]): Uint8Array =>
  record(der.sequence(der.sequence(der.sequence(...fields))))

describe('an evidence record is read', () => {
  it('with chains, trees and tokens as they stand', async () => {
    const bytes = (await build()).encode()
    const parsed = parseEvidenceRecord(bytes)
    expect(parsed.digestAlgorithms.map(({ digest }) => digest)).toEqual(['sha256', 'sha512'])
    expect(parsed.chains.map(({ archiveTimeStamps }) => archiveTimeStamps.length)).toEqual([2, 1])
    const [one, two] = parsed.chains[0]!.archiveTimeStamps
    expect(one!.digestAlgorithm?.digest).toBe('sha256')
    expect(one!.reducedHashtree?.map((list) => list.length)).toEqual([2, 1])
    expect(one!.token).toEqual(token)
    expect(two!.reducedHashtree).toBeNull()
    expect(parsed.chains[1]!.archiveTimeStamps[0]!.digestAlgorithm).toBeNull()
  })

  it('in BER, each part with its own bytes', async () => {
    const bytes = toBer((await build()).encode())
    const parsed = parseEvidenceRecord(bytes)
    const { der: chain } = parsed.chains[0]!
    const at = chain.byteOffset - bytes.byteOffset
    expect(isEqual(bytes.subarray(at, at + chain.length), chain)).toBe(true)
    expect(parsed.chains[0]!.archiveTimeStamps[0]!.reducedHashtree).toHaveLength(2)
  })

  it('with cryptographic information', async () => {
    const attribute = der.sequence(der.oid('2.999.1'), der.setOf(der.nullValue()))
    const bytes = (await build()).encode({ extra: [der.tlv(0xa0, attribute)] })
    expect(parseEvidenceRecord(bytes).cryptoInfos).toEqual([
      { oid: '2.999.1', values: [Uint8Array.of(5, 0)] },
    ])
  })

  it('with a digest that nobody knows, by its OID', () => {
    const unknown = der.implicit(0, der.sequence(der.oid('2.999.7')))
    const [chain] = parseEvidenceRecord(ats(unknown, token)).chains
    expect(chain!.archiveTimeStamps[0]!.digestAlgorithm).toEqual({ digest: null, digestOid: '2.999.7' })
  })
})

describe('an evidence record is refused', () => {
  it.each<[string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['of version 2', async () => (await build()).encode({ version: 2 }), 'ERR_EVIDENCE_RECORD_VERSION'],
    [
      'about encrypted objects',
      async () => (await build()).encode({ extra: [der.tlv(0xa1, der.oid('2.999.1'))] }),
      'ERR_EVIDENCE_RECORD_ENCRYPTION_UNSUPPORTED',
    ],
    [
      'in XML',
      () => Buffer.from('<?xml version="1.0"?><EvidenceRecord/>'),
      'ERR_EVIDENCE_RECORD_XML_UNSUPPORTED',
    ],
    [
      'in XML behind a byte order mark',
      () => Buffer.from('\ufeff<EvidenceRecord/>'),
      'ERR_EVIDENCE_RECORD_XML_UNSUPPORTED',
    ],
    ['without a sequence', () => record(), 'ERR_ASN1_STRUCTURE'],
    ['with something behind', () => record(der.sequence(), der.nullValue()), 'ERR_ASN1_STRUCTURE'],
    [
      'with trailing bytes',
      () => Buffer.concat([record(der.sequence()), Buffer.of(0)]),
      'ERR_DER_TRAILING_DATA',
    ],
    ['cut off', async () => (await build()).encode().slice(0, -1), 'ERR_DER_TRUNCATED'],
    ['with an archive time-stamp without a token', () => ats(), 'ERR_ASN1_STRUCTURE'],
    ['with two tokens', () => ats(token, token), 'ERR_ASN1_STRUCTURE'],
    ['with an empty tree', () => ats(der.implicit(2, der.sequence()), token), 'ERR_ASN1_STRUCTURE'],
    [
      'with an empty list in its tree',
      () => ats(der.implicit(2, der.sequence(der.sequence())), token),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'with leaves that are no octet strings',
      () => ats(der.implicit(2, der.sequence(der.sequence(der.integer(1)))), token),
      'ERR_DER_UNEXPECTED_TAG',
    ],
    [
      'with fields in another order',
      () =>
        ats(
          der.implicit(2, der.sequence(der.sequence(der.octetString(Buffer.from('1'))))),
          der.implicit(0, encodeDigestAlgorithm('sha256')),
          token,
        ),
      'ERR_ASN1_STRUCTURE',
    ],
    [
      'with more chains than anybody has',
      () => record(der.sequence(...Array.from({ length: 65 }, () => der.sequence()))),
      'ERR_EVIDENCE_RECORD_TOO_LARGE',
    ],
  ])('%s', async (_situation, make, code) => {
    const bytes = await make()
    expect(codeOf(() => parseEvidenceRecord(bytes))).toBe(code)
  })
})
