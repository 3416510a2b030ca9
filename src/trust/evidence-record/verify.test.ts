import { beforeAll, describe, expect, it } from 'vitest'
import {
  type DigestName,
  der,
  digestBytes,
  encodeDigestAlgorithm,
  parseEvidenceRecord,
} from '../../formats/index.ts'
import {
  buildPki,
  buildTimestampToken,
  entityOf,
  type Pki,
  privateKeyOf,
  quickKeys,
  TSA_POLICY,
  testPki,
} from '../../test-certs/index.ts'
import {
  type ArchiveTimeStampTwist,
  EvidenceRecordBuilder,
  type Stamp,
} from '../../test-certs/records/evidence-record.ts'
import { liveEnvironment } from '../../test-certs/testing/environment.ts'
import type { ArchiveObject, EvidenceReading } from './types.ts'
import { readEvidence } from './verify.ts'

let pki: Pki
beforeAll(async () => {
  pki = await buildPki(testPki, { ...liveEnvironment, keys: quickKeys, only: ['tsa-ecdsa'] })
})

const start = Date.parse('2026-01-01T00:00:00Z')
const DAY = 86_400_000

/** Tokens a day apart from the first. */
function clockwise(step = DAY): Stamp {
  let calls = 0
  return (imprint, digest) => {
    const tsa = entityOf(pki, 'tsa-ecdsa')
    return buildTimestampToken({
      signer: tsa.certificate,
      key: privateKeyOf(tsa),
      certificates: [],
      imprint,
      digest,
      policy: TSA_POLICY,
      serialNumber: Uint8Array.of(1),
      genTime: new Date(start + step * calls++),
      nonce: null,
    })
  }
}

const first = Buffer.from('bệnh án thử nghiệm 1')
const second = Buffer.from('bệnh án thử nghiệm 2')
const stranger = Buffer.from('bệnh án thử nghiệm khác')

const object = (id: string, bytes: Uint8Array): ArchiveObject => ({
  id,
  digest: (name) => digestBytes(name, bytes),
})
const both = [object('1', first), object('2', second)]
const sibling = (digest: DigestName): Uint8Array => digestBytes(digest, stranger)

const read = (builder: EvidenceRecordBuilder, objects: readonly ArchiveObject[] = both): EvidenceReading =>
  readEvidence(parseEvidenceRecord(builder.encode()), objects)
const codes = (reading: EvidenceReading): string[] => reading.findings.map(({ code }) => code)
const intact = (reading: EvidenceReading): boolean[] =>
  reading.archiveTimeStamps.map(({ imprintIntact }) => imprintIntact)

const newRecord = (objects: readonly Uint8Array[] = [first, second], stamp = clockwise()) =>
  new EvidenceRecordBuilder(objects, stamp)

describe('an evidence record proves its objects', () => {
  it('under one archive time-stamp', async () => {
    const reading = read(await newRecord().start('sha256'))
    expect(reading).toMatchObject({ covers: ['1', '2'], findings: [], chainDigests: ['sha256'] })
    expect(intact(reading)).toEqual([true])
  })

  it.each<[string, ArchiveTimeStampTwist]>([
    ['without digestAlgorithm', { implicitDigest: true }],
    ['over the digests of strangers', { siblings: [sibling('sha256'), digestBytes('sha256', first)] }],
    ['beside the digest of a stranger', { leaves: (leaves) => [sibling('sha256'), ...leaves] }],
    ['with leaves in another order', { leaves: (leaves) => [...leaves].reverse() }],
  ])('%s', async (_situation, twist) => {
    expect(read(await newRecord().start('sha256', twist))).toMatchObject({ covers: ['1', '2'], findings: [] })
  })

  it('that is one, without a tree', async () => {
    const record = await newRecord([first]).start('sha256', { withoutTree: true })
    expect(read(record, [object('1', first)])).toMatchObject({ covers: ['1'], findings: [] })
  })

  it('through renewals by time-stamp, by hash tree, and by time-stamp again', async () => {
    const record = newRecord()
    await record.start('sha256')
    await record.renewTimestamp()
    await record.renewTimestamp({ withoutTree: true })
    await record.renewTree('sha512')
    await record.renewTimestamp({ siblings: [sibling('sha512')] })
    await record.renewTree('sha3-256', { siblings: [sibling('sha3-256')] })
    const reading = read(record)
    expect(reading.findings).toEqual([])
    expect(reading.covers).toEqual(['1', '2'])
    expect(reading.chainDigests).toEqual(['sha256', 'sha512', 'sha3-256'])
    expect(intact(reading)).toEqual([true, true, true, true, true, true])
    const kinds = reading.archiveTimeStamps.map(({ digests }) => digests[0]!.kind)
    expect(kinds).toEqual([
      'archive-object',
      'previous-time-stamp',
      'previous-time-stamp',
      'previous-chains',
      'previous-time-stamp',
      'previous-chains',
    ])
  })

  it('and says nothing of one that is not in it', async () => {
    const record = await newRecord([first]).start('sha256')
    const reading = read(record)
    expect(reading.covers).toEqual(['1'])
    expect(reading.archiveTimeStamps[0]!.digests).toContainEqual({
      kind: 'archive-object',
      digest: 'sha256',
      object: '2',
      found: true,
      intact: false,
    })
  })
})

describe('an evidence record proves nothing', () => {
  it('about objects that are not in it', async () => {
    const reading = read(await newRecord().start('sha256'), [object('3', stranger)])
    expect(reading.covers).toEqual([])
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_OBJECT_MISSING'])
  })

  it('about objects whose digest by its algorithm is not at hand', async () => {
    const reading = read(await newRecord().start('sha256'), [{ id: '1', digest: () => null }])
    expect(reading.covers).toEqual([])
    expect(reading.archiveTimeStamps[0]!.digests[0]).toMatchObject({ found: false, intact: false })
  })

  it('where its tree is not under the time-stamp', async () => {
    const reading = read(await newRecord().start('sha256', { imprint: () => sibling('sha256') }))
    expect(reading.covers).toEqual([])
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_IMPRINT'])
  })

  it('where the time-stamp is over another digest than the tree', async () => {
    const honest = clockwise()
    const stamp: Stamp = (imprint) => honest(imprint, 'sha3-256')
    const reading = read(await newRecord([first, second], stamp).start('sha256'))
    expect(reading.covers).toEqual([])
    expect(codes(reading)).toContain('EVIDENCE_RECORD_IMPRINT_ALGORITHM')
    expect(intact(reading)).toEqual([false])
  })

  it('where an intermediate node passes for a leaf', async () => {
    const node = digestBytes(
      'sha256',
      ...[digestBytes('sha256', first), digestBytes('sha256', second)].sort(Buffer.compare),
    )
    const record = await newRecord([first, second]).start('sha256', { siblings: [sibling('sha256')] })
    const forged: ArchiveObject = { id: 'node', digest: () => node }
    expect(read(record, [forged]).covers).toEqual([])
  })

  it('where its first archive time-stamp is about something else, whatever the renewals are', async () => {
    const record = newRecord()
    await record.start('sha256', { leaves: () => [sibling('sha256')] })
    await record.renewTimestamp()
    await record.renewTree('sha512')
    const reading = read(record)
    expect(reading.covers).toEqual([])
    expect(codes(reading)).toContain('EVIDENCE_RECORD_OBJECT_MISSING')
  })

  it.each<[string, ArchiveTimeStampTwist & { digest?: DigestName }, string]>([
    ['leaves the token before out', { leaves: () => [sibling('sha256')] }, 'EVIDENCE_RECORD_RENEWAL'],
    ['is not under its tree', { imprint: () => sibling('sha256') }, 'EVIDENCE_RECORD_IMPRINT'],
    ['changes the digest within the chain', { digest: 'sha384' }, 'EVIDENCE_RECORD_DIGEST_CHANGED'],
  ])('any more where a renewal by time-stamp %s', async (_situation, twist, code) => {
    const record = await newRecord().start('sha256')
    await record.renewTimestamp(twist)
    const reading = read(record)
    expect(codes(reading)).toContain(code)
    expect(reading.covers).toEqual([])
    expect(reading.archiveTimeStamps[0]!.covers).toEqual(['1', '2'])
  })

  it.each<[string, ArchiveTimeStampTwist]>([
    ['leaves everything out', { leaves: () => [sibling('sha512')] }],
    ['leaves one of the group out', { leaves: (leaves) => leaves.slice(1) }],
    [
      'names the objects without the chains before',
      { leaves: () => [digestBytes('sha512', first), digestBytes('sha512', second)] },
    ],
  ])('any more where a renewal of the hash tree %s', async (_situation, twist) => {
    const record = await newRecord().start('sha256')
    await record.renewTree('sha512', twist)
    const reading = read(record)
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_RENEWAL'])
    expect(reading.covers).toEqual([])
    expect(reading.archiveTimeStamps[0]!.covers).toEqual(['1', '2'])
  })

  it('where the chain before was changed after its renewal', async () => {
    const record = await newRecord().start('sha256')
    await record.renewTree('sha512')
    const bytes = record.encode().slice()
    // the token's last octet belongs to its signature value, which no digest of the first chain is over
    const at = Buffer.from(bytes).indexOf(Buffer.from(parseEvidenceRecord(bytes).chains[0]!.der))
    const length = parseEvidenceRecord(bytes).chains[0]!.der.length
    bytes[at + length - 1]! ^= 1
    const reading = readEvidence(parseEvidenceRecord(bytes), both)
    expect(intact(reading)).toEqual([true, true])
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_RENEWAL'])
    expect(reading.covers).toEqual([])
  })
})

describe('an evidence record is found fault with', () => {
  it('where times do not ascend', async () => {
    const record = await newRecord([first, second], clockwise(-DAY)).start('sha256')
    await record.renewTimestamp()
    expect(codes(read(record))).toEqual(['EVIDENCE_RECORD_TIME_ORDER'])
  })

  it('where a digest algorithm is not among those it lists', async () => {
    const record = await newRecord().start('sha256')
    const parsed = parseEvidenceRecord(record.encode())
    const reading = readEvidence({ ...parsed, digestAlgorithms: [] }, both)
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_DIGEST_NOT_LISTED'])
  })

  it('where it names a digest that nobody knows', async () => {
    const parsed = parseEvidenceRecord((await newRecord().start('sha256')).encode())
    const unknown = { digest: null, digestOid: '2.999.7' }
    const chains = parsed.chains.map((chain) => ({
      ...chain,
      archiveTimeStamps: chain.archiveTimeStamps.map((found) => ({ ...found, digestAlgorithm: unknown })),
    }))
    const reading = readEvidence({ ...parsed, chains }, both)
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_DIGEST_UNKNOWN'])
    expect(reading.covers).toEqual([])
  })

  it('where it is empty', () => {
    const empty = der.sequence(der.integer(1), der.sequence(encodeDigestAlgorithm('sha256')), der.sequence())
    const reading = readEvidence(parseEvidenceRecord(empty), both)
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_EMPTY'])
    expect(reading.covers).toEqual([])
  })

  it('where a token is none', async () => {
    const stamp: Stamp = () => der.sequence(der.oid('2.999.1'))
    const reading = read(await newRecord([first, second], stamp).start('sha256'))
    expect(codes(reading)).toEqual(['EVIDENCE_RECORD_TOKEN_UNREADABLE'])
    expect(reading.covers).toEqual([])
  })
})
