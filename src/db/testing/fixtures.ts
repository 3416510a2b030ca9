import { createHash, randomBytes } from 'node:crypto'
import { describeDatabase } from '../open-database.ts'
import type { Database, HospitalRepository } from '../ports.ts'
import type { Session } from '../session.ts'
import type {
  Activation,
  AuditEntry,
  Credential,
  IdempotentRequest,
  Intent,
  Role,
  SignatureRecord,
  SigningRequest,
  StoredAnswer,
} from '../values.ts'

/** UUIDv7 (RFC 9562, 5.7) of now. */
export function newId(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A database with a clock that tests set, and what stands below it. */
export interface Bench {
  readonly session: Session
  readonly database: Database
  readonly clock: { now: Date }
}

export function createBench(session: Session): Bench {
  const clock = { now: new Date('2026-11-25T08:00:00.123Z') }
  return { session, database: describeDatabase(session, () => clock.now), clock }
}

/** A hospital with a seal, a doctor with a PIN, and an API key for each role. */
export interface Hospital {
  readonly id: string
  readonly repository: HospitalRepository
  readonly seal: Credential
  readonly staff: Credential
  readonly persons: Readonly<Record<Role, string>>
  readonly keys: Readonly<Record<Role, { readonly id: string; readonly sha256: string }>>
}

const roles = ['administrator', 'approver', 'auditor', 'doctor', 'operator', 'client'] as const

export async function createHospital({ database }: Bench, name: string): Promise<Hospital> {
  const id = newId()
  await database.system.createHospital({ id, name, code: `mã-${id}` })
  const persons = Object.fromEntries(roles.map((role) => [role, newId()])) as Record<Role, string>
  for (const role of roles)
    await database.system.createPerson({
      id: persons[role],
      hospitalId: id,
      name: `BÁC SĨ THỬ NGHIỆM (${role})`,
      role,
      identifier: 'CCCD:000000000001',
    })
  const seal = credential(id, 'seal', null)
  const staff = credential(id, 'staff', persons.doctor)
  await database.system.createCredential({ ...seal, pinHash: null })
  await database.system.createCredential({ ...staff, pinHash: 'scrypt$16384$8$1$c2FsdA$aGFzaA' })
  const keys = Object.fromEntries(roles.map((role) => [role, { id: newId(), sha256: sha256(newId()) }]))
  for (const role of roles)
    await database.system.createApiKey({
      ...keys[role]!,
      hospitalId: id,
      personId: role === 'client' ? null : persons[role],
      label: role,
      role,
      scopes: ['sign', 'activations'],
      credentialIds: role === 'client' ? [seal.id] : '*',
    })
  return { id, repository: database.hospital(id), seal, staff, persons, keys: keys as Hospital['keys'] }
}

const credential = (hospitalId: string, kind: 'seal' | 'staff', personId: string | null): Credential => ({
  id: newId(),
  hospitalId,
  personId,
  holder: kind === 'seal' ? 'BỆNH VIỆN THỬ NGHIỆM A' : 'BÁC SĨ THỬ NGHIỆM 01',
  kind,
  algorithm: 'rsa-3072',
  keyProvider: 'file',
  keyId: randomBytes(8).toString('hex'),
  chain: [new Uint8Array([0x30, 3, 2, 1, 0]), new Uint8Array([0x30, 3, 2, 1, 255])],
  disabled: false,
})

export const audit = (action: string, content: AuditEntry['content'] = { số: 1 }): AuditEntry => ({
  actor: 'api-key:thử',
  action,
  object: 'đối tượng "A"',
  outcome: 'success',
  requestId: newId(),
  content,
})

export const intentFor = (hospital: Hospital, changes: Partial<Intent> = {}): Intent => ({
  id: newId(),
  hospitalId: hospital.id,
  credentialId: hospital.seal.id,
  apiKeyId: hospital.keys.client.id,
  requestId: newId(),
  format: 'pades',
  level: 'B-B',
  documentSha256: sha256('tài liệu'),
  documentLength: 3_000_000_000,
  createdAt: new Date('2026-11-25T08:00:00.456Z'),
  ...changes,
})

export const signatureFor = (hospital: Hospital, intentId: string): SignatureRecord => ({
  id: newId(),
  intentId,
  hospitalId: hospital.id,
  credentialId: hospital.seal.id,
  format: 'pades',
  level: 'B-B',
  algorithm: { scheme: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 },
  conformity: 'tt15',
  environment: 'evaluation',
  keyProvider: 'file',
  documentSha256: sha256('tài liệu'),
  documentLength: 3_000_000_000,
  resultSha256: sha256('kết quả'),
  certificateSha256: sha256('chứng thư'),
  warnings: ['ERR_TSP_UNAVAILABLE', 'có dấu, "ngoặc" và \\'],
  timestampTime: null,
  createdAt: new Date('2026-11-25T08:00:01.789Z'),
  cms: new Uint8Array(randomBytes(4000)),
  revocation: null,
})

export const requestFor = (
  hospital: Hospital,
  changes: Partial<IdempotentRequest> = {},
): IdempotentRequest => ({
  key: newId(),
  apiKeyId: hospital.keys.client.id,
  fingerprint: sha256('POST /v1/sign'),
  ...changes,
})

export const answer = (status = 200): StoredAnswer => ({
  status,
  headers: { 'content-type': 'application/pdf', 'anky-level': 'B-B' },
  body: new Uint8Array(randomBytes(30_000)),
  prefixedByDocument: true,
})

export const activationFor = (hospital: Hospital, documents: readonly string[]): Activation => ({
  id: newId(),
  hospitalId: hospital.id,
  credentialId: hospital.staff.id,
  tokenSha256: sha256(newId()),
  documents,
  expiresAt: new Date('2026-11-25T08:02:00.123Z'),
})

export const signingRequestFor = (hospital: Hospital): SigningRequest => ({
  id: newId(),
  hospitalId: hospital.id,
  apiKeyId: hospital.keys.client.id,
  state: 'prepared',
  prepared: '{"format":"pades"}',
  documentFile: 'tài-liệu-1',
  contentType: 'application/pdf',
  expiresAt: new Date('2026-11-25T08:10:00.000Z'),
  completedWith: null,
  appended: null,
  signatureId: null,
})
