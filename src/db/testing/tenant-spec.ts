import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Scope } from '../session.ts'
import type { RevocationRecord } from '../values.ts'
import {
  activationFor,
  answer,
  audit,
  type Bench,
  createHospital,
  type Hospital,
  intentFor,
  newId,
  requestFor,
  sha256,
  signatureFor,
  signingRequestFor,
} from './fixtures.ts'

const tables = [
  'hospitals',
  'persons',
  'credentials',
  'api_keys',
  'api_key_credentials',
  'pin_states',
  'pin_unlock_approvals',
  'activations',
  'activation_documents',
  'intents',
  'signatures',
  'idempotent_requests',
  'signing_requests',
  'signature_evidence',
  'audit_events',
]

/** Hospitals are kept apart, and the service's role may do no more than it must. */
export function specifyTenants(bench: () => Bench): void {
  const raw = (statement: string, scope: Scope) =>
    bench().session.transaction(scope, async (tx) => {
      const result = (await tx.execute(sql.raw(statement))) as unknown
      return (result as { rows: Record<string, unknown>[] }).rows
    })

  const keptCheck = async (): Promise<RevocationRecord> => {
    const sha256 = await bench().database.evidence.keep('crl', new TextEncoder().encode('CRL'))
    const time = '2026-11-25T08:00:00.000Z'
    const evidence = { kind: 'crl', url: 'http://127.0.0.1/', sha256 } as const
    const found = { ...evidence, thisUpdate: time, nextUpdate: null, producedAt: time }
    const certificate = { sha256, subject: 'CN=A', status: 'good', evidence: found } as const
    return { state: 'good', checkedAt: time, certificates: [certificate] }
  }

  /** One row in every table. */
  const fill = async (hospital: Hospital) => {
    const { repository } = hospital
    const intent = intentFor(hospital)
    await repository.beginIntent(intent, requestFor(hospital))
    const signature = { ...signatureFor(hospital, intent.id), revocation: await keptCheck() }
    await repository.completeIntent(intent.id, signature, audit('sign'), answer())
    const running = intentFor(hospital)
    await repository.beginIntent(running, null)
    const activation = activationFor(hospital, [sha256('1')])
    await repository.createActivation(activation, audit('activate'))
    const signingRequest = signingRequestFor(hospital)
    await repository.createSigningRequest(signingRequest, audit('prepare'))
    for (let i = 0; i < 5; i++) await repository.countPinFailure(hospital.staff.id, audit('pin'))
    await repository.approveUnlock(hospital.staff.id, hospital.keys.approver.id, 'approver', audit('unlock'))
    return { intent, signature, running, activation, signingRequest }
  }

  it('a hospital sees its own rows and none of another, in every table', async () => {
    const [a, b] = [await createHospital(bench(), 'A'), await createHospital(bench(), 'B')]
    await fill(a)
    await fill(b)
    for (const table of tables) {
      const column = table === 'hospitals' ? 'id' : 'hospital_id'
      const rows = await raw(`select distinct ${column} as id from anky.${table}`, { hospital: a.id })
      expect([table, rows]).toEqual([table, [{ id: a.id }]])
    }
  })

  it('without a hospital there are no rows, and writing one is refused', async () => {
    const a = await createHospital(bench(), 'A')
    await fill(a)
    for (const table of tables)
      expect([table, await raw(`select 1 from anky.${table}`, 'instance')]).toEqual([table, []])
    await expect(
      raw(
        `insert into anky.persons (id, hospital_id, name, role) values ('${newId()}', '${a.id}', 'x', 'doctor')`,
        'instance',
      ),
    ).rejects.toMatchObject({ code: 'ERR_DB_FAILED', details: { sqlState: '42501' } })
  })

  it('housekeeping sees running intents, idempotent and signing requests, what evidence is referred to, and nothing else', async () => {
    await fill(await createHospital(bench(), 'A'))
    const seen = ['intents', 'idempotent_requests', 'signing_requests', 'signature_evidence']
    for (const table of tables) {
      const rows = await raw(`select 1 as one from anky.${table} limit 1`, 'housekeeping')
      expect([table, rows.length]).toEqual([table, seen.includes(table) ? 1 : 0])
    }
    expect(await raw("select 1 from anky.intents where state <> 'running'", 'housekeeping')).toEqual([])
  })

  it("the ids of another hospital's objects are not found", async () => {
    const [a, b] = [await createHospital(bench(), 'A'), await createHospital(bench(), 'B')]
    const { signature, activation, signingRequest, running } = await fill(b)
    const { repository } = a
    expect(await repository.findCredential(b.seal.id)).toBeNull()
    expect(await repository.findSignature(signature.id)).toBeNull()
    expect(await repository.findSigningRequest(signingRequest.id)).toBeNull()
    expect(await repository.pinState(b.staff.id)).toBeNull()
    const now = bench().clock.now
    expect(
      await repository.consumeActivation(activation.tokenSha256, b.staff.id, sha256('1'), now),
    ).toBeNull()
    await expect(repository.voidIntent(running.id, audit('void'))).rejects.toMatchObject({
      code: 'ERR_DB_INTENT_NOT_RUNNING',
    })
    await expect(repository.countPinFailure(b.staff.id, audit('pin'))).rejects.toMatchObject({
      code: 'ERR_DB_PIN_MISSING',
    })
    await expect(
      repository.approveUnlock(b.staff.id, a.keys.administrator.id, 'administrator', audit('unlock')),
    ).rejects.toMatchObject({ code: 'ERR_DB_PIN_MISSING' })
    expect(await b.repository.findSignature(signature.id)).toEqual(signature)
  })

  it("a row cannot refer to another hospital's credential", async () => {
    const [a, b] = [await createHospital(bench(), 'A'), await createHospital(bench(), 'B')]
    const intent = intentFor(a, { credentialId: b.seal.id })
    await expect(a.repository.beginIntent(intent, null)).rejects.toMatchObject({
      code: 'ERR_DB_REFERENCE_MISSING',
    })
  })

  it('ids that are no UUIDs are not found, and a hospital without one is refused', async () => {
    const { repository } = await createHospital(bench(), 'A')
    for (const id of ['', '1', "'; drop table anky.hospitals; --", `${newId()} `]) {
      expect(await repository.findCredential(id)).toBeNull()
      expect(await repository.findSignature(id)).toBeNull()
      expect(await repository.findSigningRequest(id)).toBeNull()
      expect(await repository.pinState(id)).toBeNull()
      await expect(bench().database.hospital(id).listCredentials()).rejects.toMatchObject({
        code: 'ERR_DB_NOT_FOUND',
      })
    }
  })

  it("the service's role can neither change, delete nor empty the audit log and the signatures", async () => {
    const a = await createHospital(bench(), 'A')
    await fill(a)
    const attempts = [
      "update anky.audit_events set actor = 'khác'",
      'delete from anky.audit_events',
      'truncate anky.audit_events',
      'update anky.audit_heads set last_sequence = 0',
      'select last_sequence from anky.audit_heads',
      "update anky.signatures set level = 'B-T'",
      'delete from anky.signatures',
      'truncate anky.signatures',
      'delete from anky.intents',
      "update anky.intents set document_sha256 = ''",
      'update anky.api_keys set all_credentials = true',
      'delete from anky.instance',
      "update anky.instance set instance_id = 'khác'",
      'alter table anky.audit_events disable row level security',
      'drop policy tenant on anky.audit_events',
      'create table anky.mine (id int)',
    ]
    for (const attempt of attempts)
      await expect(raw(attempt, { hospital: a.id }), attempt).rejects.toMatchObject({
        code: 'ERR_DB_FAILED',
        details: { sqlState: '42501' },
      })
  })

  it('RESET ROLE does not bring back the owner within a transaction of the service', async () => {
    if (bench().session.kind === 'pglite') return
    const a = await createHospital(bench(), 'A')
    const rows = await bench().session.transaction({ hospital: a.id }, async (tx) => {
      await tx.execute(sql.raw('reset role'))
      return (await tx.execute(sql.raw('select current_user::text as name'))) as unknown
    })
    expect(rows).toMatchObject({ rows: [{ name: 'anky_service' }] })
  })

  it('a caller is found by the hash of his key alone, with what the key may use', async () => {
    const a = await createHospital(bench(), 'BỆNH VIỆN THỬ NGHIỆM A')
    const { system } = bench().database
    expect(await system.findCallerByKeyHash(a.keys.client.sha256)).toEqual({
      apiKeyId: a.keys.client.id,
      hospitalId: a.id,
      hospitalName: 'BỆNH VIỆN THỬ NGHIỆM A',
      role: 'client',
      scopes: ['sign', 'activations'],
      credentialIds: [a.seal.id],
    })
    expect((await system.findCallerByKeyHash(a.keys.auditor.sha256))?.credentialIds).toBe('*')
    expect(await system.findCallerByKeyHash(sha256('không có'))).toBeNull()
    expect(await system.findCallerByKeyHash("' or true --")).toBeNull()
    expect(await raw('select id from anky.api_keys', 'instance')).toEqual([])
  })

  it('an API key is granted further credentials, each once, and none of another hospital', async () => {
    const [a, b] = [await createHospital(bench(), 'A'), await createHospital(bench(), 'B')]
    const { system } = bench().database
    const { id, sha256: hash } = a.keys.client
    await system.grantCredentials(a.id, id, [a.staff.id, a.seal.id])
    await system.grantCredentials(a.id, id, [a.staff.id])
    await system.grantCredentials(a.id, id, [])
    const usable = (await system.findCallerByKeyHash(hash))!.credentialIds as string[]
    expect([...usable].sort()).toEqual([a.seal.id, a.staff.id].sort())
    const refused = { code: 'ERR_DB_REFERENCE_MISSING' }
    await expect(system.grantCredentials(a.id, id, [b.seal.id])).rejects.toMatchObject(refused)
    await expect(system.grantCredentials(b.id, id, [b.seal.id])).rejects.toMatchObject(refused)
  })

  it('credentials come back as they were stored', async () => {
    const a = await createHospital(bench(), 'A')
    expect(await a.repository.findCredential(a.staff.id)).toEqual(a.staff)
    expect(await a.repository.listCredentials()).toHaveLength(2)
  })

  it('a second key with the same hash and a hospital with the same code are refused', async () => {
    const a = await createHospital(bench(), 'A')
    const { system } = bench().database
    const key = {
      id: newId(),
      hospitalId: a.id,
      personId: null,
      label: '',
      role: 'client',
      scopes: [],
    } as const
    await expect(
      system.createApiKey({ ...key, sha256: a.keys.client.sha256, credentialIds: '*' }),
    ).rejects.toMatchObject({ code: 'ERR_DB_DUPLICATE', details: { constraint: 'api_keys_sha256_key' } })
    await expect(system.createHospital({ id: newId(), code: `mã-${a.id}`, name: 'B' })).rejects.toMatchObject(
      { code: 'ERR_DB_DUPLICATE' },
    )
    await expect(
      system.createApiKey({ ...key, sha256: 'không phải hàm băm', credentialIds: '*' }),
    ).rejects.toMatchObject({ code: 'ERR_DB_VALUE_INVALID' })
  })
}
