import { beforeAll, describe, expect, test } from 'vitest'
import { name, openPdf, type PdfRef } from '../../../formats/index.ts'
import { plainPdf } from '../../../signer/testing/plain-pdf.ts'
import type { Pki } from '../../../test-certs/entity.ts'
import {
  addDocumentTimestamp,
  type PadesLevel,
  renewRecord,
  signRecord,
  testAuthority,
  validationDataOf,
} from '../../../test-certs/records/pades.ts'
import { appendDocumentTimestamp, appendDss } from '../../../test-certs/records/pades-append.ts'
import type { Facts } from '../../facts.ts'
import { codesOf, collect, env, recordPki, rootOf } from '../testing/collect.ts'
import { appendRevision, bodyOf } from './testing/append-revision.ts'

let pki: Pki
let archived: Buffer
beforeAll(async () => {
  pki = await recordPki()
  archived = await signRecord(pki, plainPdf(), env, { level: 'B-LTA' })
})

const factsOf = (file: Uint8Array): Facts => collect(file, { anchors: [rootOf(pki)] })
const levelsOf = (file: Uint8Array): string[] => factsOf(file).signatures.map(({ level }) => level)
const documentStamps = (facts: Facts) => facts.timestamps.filter(({ type }) => type === 'document')
const nothing = { certificates: [], crls: [], ocspResponses: [] }

describe('levels by parts', () => {
  test.each<PadesLevel>(['B-B', 'B-T', 'B-LT', 'B-LTA'])(
    '%s is told, with an anchor or without',
    async (level) => {
      const file = await signRecord(pki, plainPdf(), env, { level })
      expect(levelsOf(file)).toEqual([level])
      expect(collect(file).signatures.map((signature) => signature.level)).toEqual([level])
    },
  )

  test('a store without evidence for the signer raises nothing', async () => {
    const timed = await signRecord(pki, plainPdf(), env, { level: 'B-T' })
    expect(levelsOf(appendDss(timed, nothing, env.random))).toEqual(['B-T'])
    const certificates = { ...nothing, certificates: [rootOf(pki).der] }
    expect(levelsOf(appendDss(timed, certificates, env.random))).toEqual(['B-T'])
  })

  test('evidence for one signer is none for another', async () => {
    const other = await recordPki(['government-seal', 'tsa'])
    const file = await signRecord(other, archived, env, { level: 'B-T', signer: 'government-seal' })
    expect(levelsOf(file)).toEqual(['B-LTA', 'B-T'])
  })

  test('of two signers at B-LTA in one file each is at B-LTA, though the second needed no new evidence of its CA', async () => {
    const file = await signRecord(pki, archived, env, { level: 'B-LTA', signer: 'nurse-02' })
    expect(levelsOf(file)).toEqual(['B-LTA', 'B-LTA'])
  })

  test('B with a later document time-stamp is B-T', async () => {
    const file = await addDocumentTimestamp(pki, await signRecord(pki, plainPdf(), env), env)
    const facts = factsOf(file)
    expect(levelsOf(file)).toEqual(['B-T'])
    expect(facts.signatures[0]!.timestamps).toEqual(documentStamps(facts).map(({ id }) => id))
  })

  test('one document time-stamp over the evidence gives the time, and archives nothing', async () => {
    const other = await recordPki(['government-seal', 'tsa'])
    const signed = await signRecord(other, plainPdf(), env, { signer: 'government-seal' })
    const stamped = async (...names: readonly ('government-seal' | 'tsa')[]) => {
      const stored = appendDss(signed, validationDataOf(other, names, env.clock()), env.random)
      return levelsOf(await addDocumentTimestamp(other, stored, env))
    }
    expect(await stamped('government-seal')).toEqual(['B-LT'])
    expect(await stamped('government-seal', 'tsa')).toEqual(['B-LTA'])
  })

  test('a store that a later revision takes out lowers the level, and what it held had been there', () => {
    const root = openPdf(archived).catalogRef.num
    const file = appendRevision(archived, { [root]: bodyOf(archived, root).replace(/\/DSS \d+ 0 R/, '') })
    const facts = factsOf(file)
    expect(facts.signatures[0]!.level).toBe('B-T')
    expect(facts.signatures[0]!.pdf!.modifications).toBe('ltv')
    expect(facts.revocations.length).toBeGreaterThan(0)
    const held = facts.revocations.map(({ id }) => id)
    expect(documentStamps(facts)[0]!.covers).toEqual(expect.arrayContaining(held))
    expect(facts.signatures[0]!.embedded.some(({ origin }) => origin === 'dss')).toBe(true)
  })

  test('a store that is added behind the time-stamp is not covered by it', async () => {
    const stamped = await addDocumentTimestamp(pki, await signRecord(pki, plainPdf(), env), env)
    const stored = await renewRecord(pki, stamped, env)
    const [first, second] = documentStamps(factsOf(stored))
    const isRevocation = (id: string): boolean => id.startsWith('R-')
    expect(first!.covers.some(isRevocation)).toBe(false)
    expect(second!.covers.some(isRevocation)).toBe(true)
  })
})

describe('document time-stamps', () => {
  test('prove what stood before them: signatures, time-stamps, certificates, revocation data', async () => {
    const facts = factsOf(await renewRecord(pki, archived, env))
    const [first, second] = documentStamps(facts)
    const signature = facts.signatures[0]!
    expect(first!.covers).toEqual(
      expect.arrayContaining([signature.id, signature.timestamps[0], signature.signingCertificate]),
    )
    expect(first!.covers).not.toContain(second!.id)
    expect(second!.covers).toEqual(expect.arrayContaining([...first!.covers, first!.id]))
    expect(signature.timestamps).toEqual([signature.timestamps[0], first!.id, second!.id])
    expect(second!.digests).toContainEqual({
      kind: 'message-imprint',
      digest: 'sha256',
      found: true,
      intact: true,
    })
  })

  test.each([
    ['without /Type is one', { Type: undefined }, []],
    ['with another /Type is one, and flagged', { Type: name('Sig') }, ['PDF_TYPE']],
  ])('%s', async (_, entries, codes) => {
    const signed = await signRecord(pki, plainPdf(), env)
    const file = await appendDocumentTimestamp(signed, testAuthority(pki, 'tsa', env), env.random, {
      entries,
    })
    const [stamp] = documentStamps(factsOf(file))
    expect(codesOf(stamp!)).toEqual(codes)
    expect(factsOf(file).signatures).toHaveLength(1)
  })

  test('of which a byte before them changed cover what they covered, with an imprint that does not match', () => {
    const file = Buffer.from(archived)
    const at = file.indexOf('595 842')
    file.write('596', at, 'latin1')
    const [stamp] = documentStamps(factsOf(file))
    expect(stamp!.digests).toContainEqual({
      kind: 'message-imprint',
      digest: 'sha256',
      found: true,
      intact: false,
    })
  })

  test('that are no token are no time-stamp and prove nothing', () => {
    const doc = openPdf(archived)
    const field = bodyOf(archived, (doc.catalog.get('AcroForm') as PdfRef).num)
    const last = Number(/(\d+) 0 R\]/.exec(field)![1])
    const value = Number(/\/V (\d+) 0 R/.exec(bodyOf(archived, last))![1])
    const at = archived.indexOf('/Contents <', archived.indexOf(`${value} 0 obj`)) + '/Contents <'.length
    const file = Buffer.from(archived)
    file.write('3003020100'.padEnd(60, '0'), at, 'latin1')
    const facts = factsOf(file)
    expect(documentStamps(facts)).toEqual([])
    expect(facts.signatures[0]!.level).toBe('B-LT')
    expect(codesOf(facts.signatures[0]!)).toContain('PDF_TIME_STAMP_UNREADABLE')
  })
})

test('facts of 12 signatures cost no more than 30 times those of one', async () => {
  const cpu = (file: Uint8Array): number => {
    collect(file)
    const before = process.cpuUsage()
    for (let i = 0; i < 10; i++) collect(file)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const one = await signRecord(pki, plainPdf(), env)
  let many: Buffer = one
  for (let i = 0; i < 11; i++) many = await signRecord(pki, many, env)
  expect(collect(many).signatures.map(({ pdf }) => pdf!.modifications)).toEqual([
    ...Array(11).fill('signing'),
    'none',
  ])
  expect(cpu(many)).toBeLessThan(30 * cpu(one))
})
