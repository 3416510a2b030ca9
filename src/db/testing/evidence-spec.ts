import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { RevocationRecord } from '../values.ts'
import { answer, audit, type Bench, createHospital, intentFor, newId, signatureFor } from './fixtures.ts'

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const newBytes = (length = 400): Uint8Array => new Uint8Array(randomBytes(length))
const DAY_MS = 24 * 3600_000

/** The cache of fetched evidence, and what signatures keep of it. */
export function specifyEvidence(bench: () => Bench): void {
  const repository = () => bench().database.evidence
  const later = (ms: number) => {
    bench().clock.now = new Date(bench().clock.now.getTime() + ms)
  }
  const keyOf = (kind: 'issuers' | 'crl' | 'ocsp' = 'crl') => ({
    kind,
    url: `http://127.0.0.1/${newId()}`,
    id: kind === 'ocsp' ? sha256Of(newBytes()) : '',
  })
  const kept = (bytes = newBytes()) => ({
    bytes,
    fetchedAt: new Date('2026-11-25T08:00:00.123Z'),
    thisUpdate: new Date('2026-11-25T07:00:00.000Z'),
    nextUpdate: new Date('2026-12-02T07:00:00.000Z'),
  })
  const referenceTo = (bytes: Uint8Array, changes: Partial<RevocationRecord> = {}): RevocationRecord => ({
    state: 'good',
    checkedAt: '2026-11-25T08:00:00.000Z',
    certificates: [
      {
        sha256: sha256Of(newBytes()),
        subject: 'CN=BÁC SĨ THỬ NGHIỆM 01',
        status: 'good',
        evidence: {
          kind: 'crl',
          url: 'http://127.0.0.1/crl',
          sha256: sha256Of(bytes),
          thisUpdate: '2026-11-25T07:00:00.000Z',
          nextUpdate: null,
          producedAt: '2026-11-25T07:00:00.000Z',
        },
      },
      { sha256: sha256Of(newBytes()), subject: 'CN=CA', status: 'unknown', evidence: null },
    ],
    ...changes,
  })
  const sign = async (revocation: RevocationRecord | null) => {
    const hospital = await createHospital(bench(), 'BỆNH VIỆN THỬ NGHIỆM A')
    const intent = intentFor(hospital)
    await hospital.repository.beginIntent(intent, null)
    const signature = { ...signatureFor(hospital, intent.id), revocation }
    await hospital.repository.completeIntent(intent.id, signature, audit('sign'), answer())
    return { hospital, signature }
  }

  it('what was never fetched is not found', async () => {
    expect(await repository().cache.find(keyOf())).toBeNull()
    expect(await repository().serialIndexes.find(sha256Of(newBytes()))).toBeNull()
    expect(await repository().find(sha256Of(newBytes()))).toBeNull()
  })

  it.each(['issuers', 'crl', 'ocsp'] as const)('fetched %s are found as they came', async (kind) => {
    const [key, evidence] = [keyOf(kind), kept()]
    await repository().cache.put(key, evidence)
    expect(await repository().cache.find(key)).toEqual(evidence)
  })

  it('evidence without dates is found without dates', async () => {
    const [key, evidence] = [keyOf('issuers'), { ...kept(), thisUpdate: null, nextUpdate: null }]
    await repository().cache.put(key, evidence)
    expect(await repository().cache.find(key)).toMatchObject({ thisUpdate: null, nextUpdate: null })
  })

  it('the same address with another kind or other certificates is another place', async () => {
    const key = keyOf('ocsp')
    await repository().cache.put(key, kept())
    expect(await repository().cache.find({ ...key, kind: 'crl' })).toBeNull()
    expect(await repository().cache.find({ ...key, id: sha256Of(newBytes()) })).toBeNull()
    expect(await repository().cache.find({ ...key, url: `${key.url}/` })).toBeNull()
  })

  it('what is fetched again replaces what was there', async () => {
    const [key, first, second] = [keyOf(), kept(), kept()]
    await repository().cache.put(key, first)
    await repository().cache.put(key, { ...second, fetchedAt: new Date('2026-11-25T09:00:00.000Z') })
    expect((await repository().cache.find(key))!.bytes).toEqual(second.bytes)
  })

  it('the same bytes from two addresses are stored once, by their digest', async () => {
    const bytes = newBytes()
    await repository().cache.put(keyOf(), kept(bytes))
    await repository().cache.put(keyOf(), kept(bytes))
    expect(await repository().keep('crl', bytes)).toBe(sha256Of(bytes))
    const rows = await bench().session.transaction('instance', async (tx) => {
      const found = (await tx.execute(
        sql`select count(*)::int as count from anky.evidence where sha256 = ${sha256Of(bytes)}`,
      )) as unknown as { rows: { count: number }[] }
      return found.rows
    })
    expect(rows).toEqual([{ count: 1 }])
    expect(await repository().find(sha256Of(bytes))).toEqual(bytes)
  })

  it('many at once are stored without a collision', async () => {
    const [key, bytes] = [keyOf(), newBytes()]
    await Promise.all(Array.from({ length: 20 }, () => repository().cache.put(key, kept(bytes))))
    expect((await repository().cache.find(key))!.bytes).toEqual(bytes)
  })

  it('an address that is none, or beyond its length, is not remembered, and its answer is stored', async () => {
    for (const url of [
      '',
      `http://127.0.0.1/${'x'.repeat(2048)}`,
      'http://a/\0',
      'http://a/ b',
      'http://à/',
    ]) {
      const [key, evidence] = [{ ...keyOf(), url }, kept()]
      await repository().cache.put(key, evidence)
      expect(await repository().cache.find(key)).toBeNull()
      expect(await repository().find(sha256Of(evidence.bytes))).toEqual(evidence.bytes)
    }
  })

  it('an index is found by the digest of its CRL; a second one changes nothing', async () => {
    const [crl, index] = [sha256Of(newBytes()), newBytes(20_000)]
    await repository().serialIndexes.put(crl, index)
    await repository().serialIndexes.put(crl, newBytes())
    expect(await repository().serialIndexes.find(crl)).toEqual(index)
  })

  it('a signature tells what it was released on, and holds that evidence', async () => {
    const bytes = newBytes()
    await repository().keep('crl', bytes)
    const { hospital, signature } = await sign(referenceTo(bytes))
    expect(await hospital.repository.findSignature(signature.id)).toEqual(signature)
    later(3650 * DAY_MS)
    await repository().prune()
    expect(await repository().find(sha256Of(bytes))).toEqual(bytes)
  })

  it('a signature over two certificates that one CRL told of refers to it once', async () => {
    const bytes = newBytes()
    await repository().keep('crl', bytes)
    const [first] = referenceTo(bytes).certificates
    const { hospital, signature } = await sign(referenceTo(bytes, { certificates: [first!, first!] }))
    expect((await hospital.repository.findSignature(signature.id))!.revocation!.certificates).toHaveLength(2)
  })

  it('a signature whose evidence was not kept is not recorded', async () => {
    await expect(sign(referenceTo(newBytes()))).rejects.toMatchObject({
      code: 'ERR_DB_REFERENCE_MISSING',
      details: { constraint: expect.stringContaining('signature_evidence') },
    })
  })

  it('what was superseded and nobody refers to is removed after a day, its successor stays', async () => {
    const [key, old, next] = [keyOf(), kept(), kept()]
    await repository().cache.put(key, old)
    await repository().cache.put(key, next)
    later(DAY_MS - 1)
    await repository().prune()
    expect(await repository().find(sha256Of(old.bytes))).not.toBeNull()
    later(2)
    expect(await repository().prune()).toBeGreaterThanOrEqual(1)
    expect(await repository().find(sha256Of(old.bytes))).toBeNull()
    expect(await repository().find(sha256Of(next.bytes))).not.toBeNull()
  })

  it('what is fetched again and again unchanged is not removed', async () => {
    const [key, bytes] = [keyOf(), newBytes()]
    await repository().keep('ocsp', bytes)
    later(2 * DAY_MS)
    await repository().keep('ocsp', bytes)
    await repository().prune()
    expect(await repository().find(sha256Of(bytes))).not.toBeNull()
    expect(await repository().cache.find(key)).toBeNull()
  })

  it('addresses and indexes that nobody asked for in thirty days are forgotten', async () => {
    const [key, crl] = [keyOf(), sha256Of(newBytes())]
    await repository().cache.put(key, { ...kept(), fetchedAt: bench().clock.now })
    await repository().serialIndexes.put(crl, newBytes())
    later(30 * DAY_MS + 1)
    await repository().prune()
    expect(await repository().cache.find(key)).toBeNull()
    expect(await repository().serialIndexes.find(crl)).toBeNull()
  })

  it("the service's role can change neither evidence nor what a signature refers to", async () => {
    const bytes = newBytes()
    await repository().keep('crl', bytes)
    const { hospital } = await sign(referenceTo(bytes))
    for (const statement of [
      "update anky.evidence set bytes = ''",
      'update anky.signature_evidence set evidence_sha256 = null',
      'delete from anky.signature_evidence',
    ])
      await expect(
        bench().session.transaction({ hospital: hospital.id }, (tx) => tx.execute(sql.raw(statement))),
      ).rejects.toMatchObject({ details: { sqlState: '42501' } })
  })
}
