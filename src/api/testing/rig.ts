import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { copyEmbeddedTemplate } from '../../../test/support/embedded-template.ts'
import { type AuditEvent, type Database, openDatabase, type Role } from '../../db/index.ts'
import { type KeyProvider, type KeySpec, openFileProvider } from '../../pkcs11/index.ts'
import { createSandbox, pinnedFetch } from '../../sandbox/index.ts'
import { createTimestampPool } from '../../signer/index.ts'
import {
  buildPki,
  chainOf,
  encodeSubject,
  entityOf,
  hospitals,
  issueCertificate,
  type Pki,
  profiles,
  quickKeys,
  type Responders,
  sealSubject,
  staffSubject,
  startResponders,
  testPki,
} from '../../test-certs/index.ts'
import { createCachedSource, createHttpSource } from '../../trust/index.ts'
import { createApp } from '../app.ts'
import type { Api, ApiLimits, AppDeps } from '../deps.ts'
import { createId } from '../ids.ts'
import { scopesOfRole } from '../scopes.ts'
import { createApiKey, hashPin, hashToken } from '../secrets.ts'

export const samplePdf = readFileSync(new URL('../../../samples/don-thuoc.pdf', import.meta.url))
export const PIN = '246810'

const declarations = {
  sealA: { hospital: 'a', kind: 'seal', spec: { type: 'rsa', bits: 2048 } },
  doctorA: { hospital: 'a', kind: 'staff', spec: { type: 'ec', curve: 'P-256' } },
  nurseA: { hospital: 'a', kind: 'staff', spec: { type: 'ec', curve: 'P-384' } },
  expiredA: { hospital: 'a', kind: 'seal', spec: { type: 'ec', curve: 'P-256' } },
  disabledA: { hospital: 'a', kind: 'seal', spec: { type: 'ec', curve: 'P-256' } },
  sealB: { hospital: 'b', kind: 'seal', spec: { type: 'ec', curve: 'P-256' } },
} as const satisfies Record<string, { hospital: 'a' | 'b'; kind: 'seal' | 'staff'; spec: KeySpec }>

const callers = {
  emr: { hospital: 'a', role: 'client' },
  bystander: { hospital: 'a', role: 'client' },
  administrator: { hospital: 'a', role: 'administrator' },
  approver: { hospital: 'a', role: 'approver' },
  auditor: { hospital: 'a', role: 'auditor' },
  otherEmr: { hospital: 'b', role: 'client' },
  otherAuditor: { hospital: 'b', role: 'auditor' },
} as const satisfies Record<string, { hospital: 'a' | 'b'; role: Role }>

export type CredentialName = keyof typeof declarations
export type CallerName = keyof typeof callers

/** The whole service on real floors: embedded database, keys in files, test PKI, live TSA. */
export interface Rig {
  readonly api: Api
  readonly deps: AppDeps
  readonly database: Database
  readonly pki: Pki
  readonly responders: Responders
  readonly credentials: Readonly<Record<CredentialName, string>>
  readonly keys: Readonly<Record<CallerName, string>>
  readonly hospitalIds: Readonly<Record<'a' | 'b', string>>
  readonly logged: string[]
  /** Asks as a caller; null: without an API key. */
  ask(caller: CallerName | null, path: string, init?: RequestInit): Promise<Response>
  /** The problem of an answer; fails where it is none. */
  problem(answer: Response): Promise<{ status: number; code: string }>
  /** Every audit row of a hospital. */
  audit(hospital?: 'a' | 'b'): Promise<AuditEvent[]>
  /** Another service over the same database and keys. */
  restart(changes?: Partial<AppDeps>): Rig
  close(): Promise<void>
}

const clock = () => new Date()
const random = (n: number) => randomBytes(n)

export async function createRig(limits: Partial<ApiLimits> = {}, url: string | null = null): Promise<Rig> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'an-ky-api-'))
  if (url === null) await copyEmbeddedTemplate(dataFolder)
  const responders = await startResponders({ clock, random })
  const pki = await buildPki(testPki, {
    clock,
    random,
    keys: quickKeys,
    url: responders.url,
    only: ['tsa', 'ocsp'],
  })
  responders.use(pki)
  const database = await openDatabase({
    url,
    ownerUrl: null,
    dataFolder,
    instanceId: 'test',
    now: clock,
    log: { info: () => {} },
  })
  const passphraseFile = join(dataFolder, 'passphrase')
  writeFileSync(passphraseFile, 'chỉ để thử nghiệm', { mode: 0o600 })
  const provider = await openFileProvider({ folder: join(dataFolder, 'keys'), passphraseFile })
  const hospitalIds = { a: createId({ clock, random }), b: createId({ clock, random }) }
  for (const code of ['a', 'b'] as const)
    await database.system.createHospital({ id: hospitalIds[code], name: hospitals[code].name, code })
  const credentials = await provisionCredentials(database, provider, pki, hospitalIds)
  const keys = await provisionCallers(database, hospitalIds, credentials)
  const tsaCertificates = [entityOf(pki, 'tsa').certificate]
  const logged: string[] = []
  const lookup = async (host: string) => [host]
  const source = createHttpSource({ fetch: pinnedFetch, lookup, netAllow: ['127.0.0.1'] })
  const evidence = createCachedSource(source, database.evidence.cache, clock)
  const verifications = createSandbox({ size: 1, source: evidence })
  const deps: AppDeps = {
    database,
    keys: provider,
    timestamps: createTimestampPool({
      urls: [responders.tsaUrl],
      trusted: tsaCertificates,
      deadlineMs: 3000,
      fetch,
      lookup,
      clock,
      random,
      netAllow: ['127.0.0.1'],
    }),
    trust: { issuers: [entityOf(pki, 'national-root').certificate], tsaCertificates },
    evidence,
    liveEvidence: source,
    verifications,
    environment: 'evaluation',
    clock,
    random,
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    limits: { uploadBytes: 8 * 2 ** 20, ...limits },
    dataFolder,
    trustedProxies: [],
  }
  const parts = { database, pki, responders, credentials, keys, hospitalIds, logged }
  const close = async () => {
    await verifications.close()
    await provider.close()
    await database.close()
    await responders.close()
    rmSync(dataFolder, { recursive: true, force: true })
  }
  return assemble(deps, parts, close)
}

function assemble(
  deps: AppDeps,
  parts: Pick<Rig, 'database' | 'pki' | 'responders' | 'credentials' | 'keys' | 'hospitalIds' | 'logged'>,
  close: () => Promise<void>,
): Rig {
  const api = createApp(deps)
  return {
    ...parts,
    deps,
    api,
    ask(caller, path, init = {}) {
      const headers = new Headers(init.headers)
      if (caller) headers.set('authorization', `Bearer ${parts.keys[caller]}`)
      return api.fetch(new Request(`http://127.0.0.1${path}`, { ...init, headers }))
    },
    async problem(answer) {
      const text = await answer.text()
      if (answer.headers.get('content-type') !== 'application/problem+json')
        throw new Error(`no problem: ${answer.status} ${text.slice(0, 200)}`)
      const { code } = JSON.parse(text) as { code: string }
      return { status: answer.status, code }
    },
    audit: (hospital = 'a') => parts.database.hospital(parts.hospitalIds[hospital]).listAuditEvents(0, 1000),
    restart: (changes = {}) => assemble({ ...deps, ...changes }, parts, close),
    close: async () => {
      await api.drain()
      await close()
    },
  }
}

async function provisionCredentials(
  database: Database,
  provider: KeyProvider,
  pki: Pki,
  hospitalIds: Record<'a' | 'b', string>,
): Promise<Record<CredentialName, string>> {
  const entries = Object.entries(declarations).map(async ([name, { hospital, kind, spec }], at) => {
    const key = await provider.generateKey(spec, name)
    const id = createId({ clock, random })
    const person = `BÁC SĨ THỬ NGHIỆM 0${at}`
    const own = hospitals[hospital]
    const subject = kind === 'seal' ? sealSubject(own) : staffSubject(person, `00000000000${at}`, own)
    const entity = issueCertificate(
      pki,
      {
        name: name.toLowerCase(),
        issuer: 'public-ca',
        subject: encodeSubject(subject),
        publicKey: key.publicKey,
        profile: kind === 'seal' ? profiles.seal : profiles.staff,
        notBefore: '-30d',
        notAfter: name === 'expiredA' ? '-1d' : '+1y',
      },
      { clock, random },
    )
    const hospitalId = hospitalIds[hospital]
    const personId = kind === 'staff' ? createId({ clock, random }) : null
    if (personId)
      await database.system.createPerson({
        id: personId,
        hospitalId,
        name: person,
        role: 'doctor',
        identifier: null,
      })
    await database.system.createCredential({
      id,
      hospitalId,
      personId,
      holder: kind === 'seal' ? own.name : person,
      kind,
      algorithm: key.algorithm,
      keyProvider: 'file',
      keyId: key.id,
      chain: chainOf(pki, entity.name).map(({ der }) => der),
      disabled: name === 'disabledA',
      pinHash: kind === 'staff' ? await hashPin(PIN, random) : null,
    })
    return [name, id] as const
  })
  return Object.fromEntries(await Promise.all(entries)) as Record<CredentialName, string>
}

async function provisionCallers(
  database: Database,
  hospitalIds: Record<'a' | 'b', string>,
  credentials: Record<CredentialName, string>,
): Promise<Record<CallerName, string>> {
  const keys: Partial<Record<CallerName, string>> = {}
  for (const [name, { hospital, role }] of Object.entries(callers)) {
    const hospitalId = hospitalIds[hospital]
    const personId = role === 'client' ? null : createId({ clock, random })
    if (personId)
      await database.system.createPerson({ id: personId, hospitalId, name, role, identifier: null })
    const key = createApiKey(random)
    const own = Object.entries(declarations).filter(([, declared]) => declared.hospital === hospital)
    await database.system.createApiKey({
      id: createId({ clock, random }),
      hospitalId,
      personId,
      label: name,
      role,
      sha256: hashToken(key),
      scopes: scopesOfRole[role],
      credentialIds:
        name === 'emr' || name === 'otherEmr' ? own.map(([of]) => credentials[of as CredentialName]) : [],
    })
    keys[name as CallerName] = key
  }
  return keys as Record<CallerName, string>
}
