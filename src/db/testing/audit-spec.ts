import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { auditDigest } from '../audit-digest.ts'
import { answer, audit, type Bench, createHospital, intentFor, newId, signatureFor } from './fixtures.ts'

/** The audit log. */
export function specifyAudit(bench: () => Bench): void {
  it('rows are numbered from 1 in each hospital, and come back as they were written', async () => {
    const [a, b] = [await createHospital(bench(), 'A'), await createHospital(bench(), 'B')]
    const written = [
      await a.repository.appendAudit(audit('một')),
      await a.repository.appendAudit(audit('hai')),
      await a.repository.appendAudit(audit('ba')),
    ]
    expect(written.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    expect((await b.repository.appendAudit(audit('một'))).sequence).toBe(1)
    expect(await a.repository.listAuditEvents(0, 10)).toEqual(written)
    expect(await a.repository.listAuditEvents(1, 1)).toEqual([written[1]])
    expect(await a.repository.listAuditEvents(3, 10)).toEqual([])
  })

  it('the digest is that of the canonical row, whatever its texts hold', async () => {
    const a = await createHospital(bench(), 'A')
    const nasty = 'Ấn Ký "\\/\b\f\n\r\t\u0001\u001f\u007f\u0080\u2028é\u{1f600}\ufb33'
    const content = {
      [nasty]: nasty,
      n: [1, -0, 1e21, 1e-7, 0.1, 2 ** 53],
      z: { b: null, a: true },
      left: undefined,
    }
    const entry = { ...audit(nasty, content), actor: nasty, object: nasty, requestId: nasty }
    const event = await a.repository.appendAudit(entry)
    expect(event.contentDigest).toBe(auditDigest(event))
    const [stored] = await a.repository.listAuditEvents(0, 1)
    expect(stored?.actor).toBe(nasty)
    expect(auditDigest(stored!)).toBe(stored?.contentDigest)
  })

  it('any change of a row shows in its digest', async () => {
    const a = await createHospital(bench(), 'A')
    const { contentDigest, ...event } = await a.repository.appendAudit(audit('ký'))
    const changes = [
      { sequence: 2 },
      { time: new Date(event.time.getTime() + 1) },
      { hospitalId: newId() },
      { actor: 'khác' },
      { action: 'khác' },
      { object: 'khác' },
      { outcome: 'failed' as const },
      { requestId: 'khác' },
      { content: { số: 2 } },
    ]
    for (const change of changes) expect(auditDigest({ ...event, ...change })).not.toBe(contentDigest)
  })

  it('a refused write takes no number', async () => {
    const a = await createHospital(bench(), 'A')
    await a.repository.appendAudit(audit('một'))
    const bad = { ...audit('hai'), outcome: 'khác' as 'failed' }
    await expect(a.repository.appendAudit(bad)).rejects.toMatchObject({ code: 'ERR_DB_VALUE_INVALID' })
    expect((await a.repository.appendAudit(audit('ba'))).sequence).toBe(2)
  })

  it('texts with NUL or a lone surrogate are refused by name', async () => {
    const a = await createHospital(bench(), 'A')
    for (const field of ['actor', 'action', 'object', 'requestId'])
      for (const text of ['a\0b', 'a\ud800'])
        await expect(a.repository.appendAudit({ ...audit('x'), [field]: text })).rejects.toMatchObject({
          code: 'ERR_DB_VALUE_INVALID',
          details: { field },
        })
  })

  it('number and digest are given by the database: the role that writes cannot choose them', async () => {
    const a = await createHospital(bench(), 'A')
    await bench().session.transaction({ hospital: a.id }, (tx) =>
      tx.execute(
        sql.raw(`insert into anky.audit_events
          (hospital_id, sequence, "time", actor, action, object, outcome, request_id, content, content_digest)
          values ('${a.id}', 99, '2026-11-25T01:02:03.450+07', 'a', 'b', 'c', 'success', 'd', '{}', '${'0'.repeat(64)}')`),
      ),
    )
    const [event] = await a.repository.listAuditEvents(0, 10)
    expect(event?.sequence).toBe(1)
    expect(event?.contentDigest).toBe(auditDigest(event!))
  })

  it("a row for another hospital's log is refused", async () => {
    const [a, b] = [await createHospital(bench(), 'A'), await createHospital(bench(), 'B')]
    const write = bench().session.transaction({ hospital: a.id }, (tx) =>
      tx.execute(
        sql.raw(`insert into anky.audit_events
          (hospital_id, sequence, "time", actor, action, object, outcome, request_id, content, content_digest)
          values ('${b.id}', 1, now(), 'a', 'b', 'c', 'success', 'd', '{}', '')`),
      ),
    )
    await expect(write).rejects.toMatchObject({ name: 'DbError' })
    expect(await b.repository.listAuditEvents(0, 10)).toEqual([])
  })

  it('fifty signatures at once are numbered without gap or double', async () => {
    const a = await createHospital(bench(), 'A')
    const sequences = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const intent = intentFor(a)
        await a.repository.beginIntent(intent, null)
        const signature = signatureFor(a, intent.id)
        return (await a.repository.completeIntent(intent.id, signature, audit('sign'), answer())).sequence
      }),
    )
    expect(sequences.sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })
}
