import { beforeAll, describe, expect, test } from 'vitest'
import { attributeOids, der, spliceUnsignedAttribute } from '../../formats/index.ts'
import type { Pki } from '../../test-certs/entity.ts'
import { mergeSigners, signCadesRecord } from '../../test-certs/records/cades.ts'
import { EvidenceRecordBuilder, type Stamp } from '../../test-certs/records/evidence-record.ts'
import { testAuthority } from '../../test-certs/records/pades.ts'
import type { EvidenceRecordFacts } from '../facts.ts'
import { codesOf, collect, content, detachedContent, env, recordPki, rootOf } from './testing/collect.ts'

let pki: Pki
let record: Uint8Array
beforeAll(async () => {
  pki = await recordPki()
  record = await signCadesRecord(pki, content, env)
})

/** Tokens a minute apart. */
const stamps = (): Stamp => {
  let minutes = 0
  return async (imprint, digest) => {
    minutes++
    const clock = () => new Date(env.clock().getTime() + minutes * 60_000)
    return (await testAuthority(pki, 'tsa', { ...env, clock }).timestamp(imprint, digest)).token
  }
}
const about = (...objects: Uint8Array[]) => new EvidenceRecordBuilder(objects, stamps()).start('sha256')
const embed = (cms: Uint8Array, value: Uint8Array, name: 'internal' | 'external' = 'internal') =>
  spliceUnsignedAttribute(cms, 0, { oid: attributeOids[`${name}-evidence-record`], values: [value] })
const digestsOf = ({ digests }: EvidenceRecordFacts) =>
  digests.map(({ kind, found, intact }) => `${kind} ${found ? (intact ? 'intact' : 'changed') : 'missing'}`)

describe('an evidence record beside the file', () => {
  test('covers all that the file holds', async () => {
    const stamped = await signCadesRecord(pki, content, env, { level: 'B-T' })
    const facts = collect(stamped, {
      evidenceRecords: [(await about(stamped)).encode()],
      anchors: [rootOf(pki)],
    })
    const [evidence] = facts.evidenceRecords
    expect(evidence).toMatchObject({ origin: 'given', findings: [], chainDigests: ['sha256'] })
    expect(digestsOf(evidence!)).toEqual(['archive-object intact'])
    const [signature] = facts.signatures
    expect(evidence!.covers).toEqual(
      expect.arrayContaining([signature!.id, signature!.signingCertificate, ...signature!.timestamps]),
    )
    expect(facts.timestamps.find(({ type }) => type === 'evidence-record')).toMatchObject({
      valueIntact: true,
      covers: evidence!.covers,
    })
    expect(signature!.evidenceRecords).toEqual([])
  })

  test('about another file covers nothing', async () => {
    const evidenceRecords = [(await about(content)).encode()]
    const [evidence] = collect(record, { evidenceRecords }).evidenceRecords
    expect(evidence!.covers).toEqual([])
    expect(codesOf(evidence!)).toContain('EVIDENCE_RECORD_OBJECT_MISSING')
  })

  test('that is none is a fact with that finding', () => {
    for (const bytes of [der.sequence(der.integer(2)), Buffer.from('<EvidenceRecord/>'), new Uint8Array(0)]) {
      const [evidence] = collect(record, { evidenceRecords: [bytes] }).evidenceRecords
      expect(codesOf(evidence!)).toEqual(['EVIDENCE_RECORD_UNREADABLE'])
      expect(evidence!.covers).toEqual([])
    }
  })
})

describe('an evidence record inside', () => {
  test('covers the signature as it stood before', async () => {
    const facts = collect(embed(record, (await about(record)).encode()))
    const [evidence] = facts.evidenceRecords
    expect(evidence).toMatchObject({ origin: 'embedded', findings: [] })
    expect(evidence!.covers).toContain(facts.signatures[0]!.id)
    expect(facts.signatures[0]!.evidenceRecords).toEqual([evidence!.id])
  })

  test('covers every signature of the CMS', async () => {
    const both = mergeSigners(record, await signCadesRecord(pki, content, env, { signer: 'nurse-02' }))
    const facts = collect(embed(both, (await about(both)).encode()))
    expect(facts.evidenceRecords[0]!.covers).toEqual(
      expect.arrayContaining(facts.signatures.map(({ id }) => id)),
    )
    expect(facts.signatures.map(({ evidenceRecords }) => evidenceRecords.length)).toEqual([1, 1])
  })

  test('of a detached signature is about the content too', async () => {
    const detached = await signCadesRecord(pki, content, env, { detached: true })
    const cms = embed(detached, (await about(detached, content)).encode(), 'external')
    const complete = collect(cms, { detached: [detachedContent(content)] }).evidenceRecords[0]!
    expect(digestsOf(complete)).toEqual(['archive-object intact', 'archive-object intact'])
    expect(complete.findings).toEqual([])
    const other = collect(cms, { detached: [detachedContent(Buffer.from('khác'))] }).evidenceRecords[0]!
    expect(digestsOf(other)).toEqual(['archive-object intact', 'archive-object changed'])
    expect(digestsOf(collect(cms).evidenceRecords[0]!)).toEqual([
      'archive-object intact',
      'archive-object missing',
    ])
  })

  test('about another CMS covers nothing', async () => {
    const facts = collect(embed(record, (await about(content)).encode()))
    expect(facts.evidenceRecords[0]!.covers).toEqual([])
    expect(digestsOf(facts.evidenceRecords[0]!)).toEqual(['archive-object changed'])
  })

  test('that is none is a finding of the signature', () => {
    const facts = collect(embed(record, der.sequence(der.integer(1))))
    expect(codesOf(facts.signatures[0]!)).toEqual(['EVIDENCE_RECORD_UNREADABLE'])
  })
})

describe('renewals', () => {
  test('carry on what was covered, by time-stamps and by trees', async () => {
    const builder = await about(record)
    await builder.renewTimestamp()
    await builder.renewTree('sha512')
    const facts = collect(record, { evidenceRecords: [builder.encode()] })
    const [evidence] = facts.evidenceRecords
    expect(evidence).toMatchObject({ findings: [], chainDigests: ['sha256', 'sha512'] })
    expect(evidence!.timestamps).toHaveLength(3)
    expect(evidence!.covers).toContain(facts.signatures[0]!.id)
    const last = facts.timestamps.find(({ id }) => id === evidence!.timestamps[2])!
    expect(last.covers).toEqual(expect.arrayContaining(evidence!.timestamps.slice(0, 2)))
  })

  test('that do not carry on the one before cover nothing', async () => {
    const builder = await about(record)
    await builder.renewTimestamp({ leaves: () => [new Uint8Array(32)] })
    const [evidence] = collect(record, { evidenceRecords: [builder.encode()] }).evidenceRecords
    expect(evidence!.covers).toEqual([])
    expect(digestsOf(evidence!)).toEqual(['archive-object intact', 'previous-time-stamp changed'])
  })

  test('whose root is not the imprint cover nothing, and the time-stamp says so', async () => {
    const builder = await new EvidenceRecordBuilder([record], stamps()).start('sha256', {
      imprint: () => new Uint8Array(32),
    })
    const facts = collect(record, { evidenceRecords: [builder.encode()] })
    expect(facts.evidenceRecords[0]!.covers).toEqual([])
    expect(facts.timestamps[0]!.digests[0]).toMatchObject({ kind: 'message-imprint', intact: false })
    expect(facts.timestamps[0]!.covers).toEqual([])
  })
})

test('an evidence record alone is about the content that is given', async () => {
  const bare = (await about(content)).encode()
  const facts = collect(bare, { detached: [detachedContent(content, 'ho-so.txt')] })
  expect(facts.file.kind).toBe('evidence-record')
  expect(facts.evidenceRecords).toMatchObject([{ findings: [], covers: ['data:ho-so.txt'] }])
  expect(collect(bare).evidenceRecords[0]!.covers).toEqual([])
})
