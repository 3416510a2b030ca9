import { beforeAll, describe, expect, test } from 'vitest'
import {
  archiveImprintsV2,
  attributeOids,
  der,
  digestBytes,
  digestImprint,
  encodeAttribute,
  parseSignedData,
  readSignedDataBytes,
  spliceUnsignedAttribute,
} from '../../formats/index.ts'
import type { Pki } from '../../test-certs/entity.ts'
import { addCounterSignature, mergeSigners, signCadesRecord } from '../../test-certs/records/cades.ts'
import { addArchiveTimestamp, addValuesAttributes } from '../../test-certs/records/cades-archive.ts'
import { change, signerFields } from '../../test-certs/records/cades-parts.ts'
import { testAuthority, validationDataOf } from '../../test-certs/records/pades.ts'
import type { Facts, TimestampFacts } from '../facts.ts'
import { codesOf, collect, content, detachedContent, env, recordPki, rootOf } from './testing/collect.ts'

let pki: Pki
let archived: Uint8Array
beforeAll(async () => {
  pki = await recordPki()
  archived = await signCadesRecord(pki, content, env, { level: 'B-LTA' })
})

const collectAll = (cms: Uint8Array, detached: Uint8Array | null = null): Facts =>
  collect(cms, { anchors: [rootOf(pki)], detached: detached ? [detachedContent(detached)] : [] })
const archiveOf = (facts: Facts): TimestampFacts => facts.timestamps.find(({ type }) => type === 'archive')!
const kindsOf = ({ digests }: TimestampFacts) =>
  digests.map(({ kind, found, intact }) => `${kind} ${found ? (intact ? 'intact' : 'changed') : 'missing'}`)
const isArchive = ({ oid }: { readonly oid: string }) => oid === attributeOids['archive-time-stamp-v3']
const later = (seconds: number) => ({ ...env, clock: () => new Date(env.clock().getTime() + seconds * 1000) })

describe('archive-time-stamp-v3', () => {
  test('covers the signature, its data, certificates, revocation data and the time-stamp before it', () => {
    const facts = collectAll(archived)
    const archive = archiveOf(facts)
    expect(kindsOf(archive)).toEqual([
      'message-imprint intact',
      'ats-hash-index intact',
      'message-digest intact',
    ])
    const [signature] = facts.signatures
    const held = signature!.embedded.map(({ object }) => object)
    expect(held.length).toBeGreaterThan(5)
    expect(archive.covers).toEqual(
      expect.arrayContaining([signature!.id, ...held, signature!.timestamps[0]!]),
    )
    expect(archive.covers).not.toContain(archive.id)
  })

  test('is covered by the next one', async () => {
    const renewed = await addArchiveTimestamp(archived, content, testAuthority(pki, 'tsa', later(60)))
    const facts = collectAll(renewed)
    const [first, second] = facts.timestamps.filter(({ type }) => type === 'archive')
    expect(second!.covers).toContain(first!.id)
    expect(first!.covers).not.toContain(second!.id)
    expect(facts.signatures[0]!.timestamps.slice(1)).toEqual([first!.id, second!.id])
  })

  test('does not cover what was added after it', async () => {
    const cms = addCounterSignature(pki, archived, env)
    const facts = collectAll(cms)
    expect(kindsOf(archiveOf(facts))[0]).toBe('message-imprint intact')
    expect(archiveOf(facts).covers).not.toContain(facts.signatures[1]!.id)
    expect(archiveOf(facts).covers).not.toContain(facts.signatures[1]!.signingCertificate)
  })

  test('covers a counter-signature that was there', async () => {
    const signed = addCounterSignature(pki, await signCadesRecord(pki, content, env, { level: 'B-LT' }), env)
    const facts = collectAll(await addArchiveTimestamp(signed, content, testAuthority(pki, 'tsa', env)))
    expect(archiveOf(facts).covers).toContain(facts.signatures[1]!.id)
  })

  test.each<[string, Parameters<typeof change>[1], string]>([
    ['a certificate', ({ certificates }) => ({ certificates: certificates.slice(1) }), 'certificate'],
    ['revocation data', ({ crls }) => ({ crls: crls.slice(1) }), 'crl'],
  ])('whose signature lost %s is told of', (_name, taken, kind) => {
    const archive = archiveOf(collectAll(change(archived, taken)))
    expect(kindsOf(archive)).toEqual([
      'message-imprint intact',
      'ats-hash-index changed',
      'message-digest intact',
    ])
    expect(archive.findings).toMatchObject([{ code: 'ATS_HASH_INDEX_DANGLING', detail: kind }])
  })

  test('of a detached record needs the content only by its digest', async () => {
    const cms = await signCadesRecord(pki, content, env, { level: 'B-LTA', detached: true })
    const digestOnly = { name: null, digest: detachedContent(content).digest }
    const facts = collect(cms, { detached: [digestOnly] })
    expect(kindsOf(archiveOf(facts))[0]).toBe('message-imprint intact')
    expect(kindsOf(archiveOf(collectAll(cms)))[0]).toBe('message-imprint missing')
    expect(kindsOf(archiveOf(collectAll(cms, Buffer.from('khác'))))[0]).toBe('message-imprint changed')
  })

  test('copied to another signature is not intact', async () => {
    const attribute = parseSignedData(archived).signerInfos[0]!.unsignedAttributes.find(isArchive)
    const other = await signCadesRecord(pki, content, env, { level: 'B-LT', signer: 'nurse-02' })
    const facts = collectAll(spliceUnsignedAttribute(other, 0, attribute!))
    expect(kindsOf(archiveOf(facts)).slice(0, 2)).toEqual([
      'message-imprint changed',
      'ats-hash-index changed',
    ])
  })

  test('without a hash index proves nothing', async () => {
    const { token } = await testAuthority(pki, 'tsa', env).timestamp(digestBytes('sha256', content), 'sha256')
    const oid = attributeOids['archive-time-stamp-v3']
    const facts = collectAll(spliceUnsignedAttribute(archived, 0, { oid, values: [token] }))
    const bare = facts.timestamps.find((timestamp) =>
      codesOf(timestamp).includes('ATS_HASH_INDEX_UNREADABLE'),
    )!
    expect(bare.covers).toEqual([])
    expect(kindsOf(bare).slice(0, 2)).toEqual(['message-imprint missing', 'ats-hash-index missing'])
  })

  test('in a counter-signature, where no standard puts one, proves nothing', async () => {
    const { token } = await testAuthority(pki, 'tsa', env).timestamp(digestBytes('sha256', content), 'sha256')
    const cms = addCounterSignature(pki, archived, env)
    const info = parseSignedData(cms).signerInfos[0]!
    const counter = info.unsignedAttributes.find(({ oid }) => oid === attributeOids['counter-signature'])!
    const inner = der.sequence(
      ...signerFields(counter.values[0]!),
      der.explicit(1, encodeAttribute({ oid: attributeOids['archive-time-stamp-v3'], values: [token] })),
    )
    const facts = collectAll(spliceUnsignedAttribute(archived, 0, { ...counter, values: [inner] }))
    const inside = facts.timestamps.filter(({ covers }) => covers.length === 0)
    expect(inside).toHaveLength(1)
    expect(kindsOf(inside[0]!)[0]).toBe('message-imprint missing')
  })

  test('of one signer says nothing about another', async () => {
    const other = await signCadesRecord(pki, content, env, { signer: 'nurse-02' })
    const facts = collectAll(mergeSigners(archived, other))
    const archive = archiveOf(facts)
    const mine = facts.signatures.find(({ timestamps }) => timestamps.includes(archive.id))!
    const others = facts.signatures.find(({ id }) => id !== mine.id)!
    expect(kindsOf(archive)[0]).toBe('message-imprint intact')
    expect(archive.covers).toContain(mine.id)
    expect(archive.covers).not.toContain(others.id)
    expect([mine.level, others.level]).toEqual(['B-LTA', 'B-B'])
  })
})

test('more archive time-stamps than are worth the work are told of and prove nothing', async () => {
  const large = Buffer.alloc(4_000_000, 'bệnh án')
  const cms = await signCadesRecord(pki, large, env, { level: 'B-LTA' })
  const attribute = parseSignedData(cms).signerInfos[0]!.unsignedAttributes.find(isArchive)!
  const many = spliceUnsignedAttribute(cms, 0, {
    ...attribute,
    values: Array.from({ length: 50 }, () => attribute.values[0]!),
  })
  const facts = collectAll(many)
  const unseen = facts.timestamps.filter((timestamp) => codesOf(timestamp).includes('TOO_MANY_ARCHIVINGS'))
  expect(facts.timestamps).toHaveLength(52)
  expect(unseen.length).toBeGreaterThan(10)
  expect(unseen.every(({ covers }) => covers.length === 0)).toBe(true)
})

describe('archive-time-stamp-v2', () => {
  const addV2 = async (cms: Uint8Array): Promise<Uint8Array> => {
    const parts = archiveImprintsV2(readSignedDataBytes(cms), 0, -1, env.clock()).variants[0]!.parts
    const imprint = digestImprint(parts, 'sha256', {
      bytes: content,
      digest: (name) => digestBytes(name, content),
    })
    const { token } = await testAuthority(pki, 'tsa', later(60)).timestamp(imprint!, 'sha256')
    return spliceUnsignedAttribute(cms, 0, { oid: attributeOids['archive-time-stamp-v2'], values: [token] })
  }
  const extended = async (detached: boolean): Promise<Uint8Array> => {
    const stamped = await signCadesRecord(pki, content, env, { level: 'B-T', detached })
    const { certificates, crls } = validationDataOf(pki, ['doctor-01', 'tsa'], env.clock())
    return addV2(addValuesAttributes(stamped, certificates, crls))
  }

  test('covers everything, values in attributes too, and makes the level A', async () => {
    const facts = collectAll(await extended(false))
    const archive = archiveOf(facts)
    expect(archive).toMatchObject({ source: 'archive-time-stamp-v2', findings: [] })
    expect(kindsOf(archive)[0]).toBe('message-imprint intact')
    const [signature] = facts.signatures
    expect(signature!.level).toBe('A')
    const held = signature!.embedded.map(({ object }) => object)
    expect(archive.covers).toEqual(
      expect.arrayContaining([signature!.id, ...held, signature!.timestamps[0]!]),
    )
  })

  test('of a detached record needs the content itself', async () => {
    const cms = await extended(true)
    const digestOnly = { name: null, digest: detachedContent(content).digest }
    expect(kindsOf(archiveOf(collectAll(cms, content)))[0]).toBe('message-imprint intact')
    expect(kindsOf(archiveOf(collect(cms, { detached: [digestOnly] })))[0]).toBe('message-imprint missing')
  })

  test('does not cover what was added after it', async () => {
    const facts = collectAll(addCounterSignature(pki, await extended(false), env))
    expect(kindsOf(archiveOf(facts))[0]).toBe('message-imprint changed')
  })
})
