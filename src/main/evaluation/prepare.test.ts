import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hashToken } from '../../api/index.ts'
import type { KeyProvider } from '../../pkcs11/index.ts'
import { loadCa } from '../../test-certs/index.ts'
import { Closers } from '../closers.ts'
import { readConfig } from '../config.ts'
import { createInstance, type Instance, readInstance } from '../instance.ts'
import { openKeys } from '../keys.ts'
import { choosePort } from './authorities.ts'
import { describeEvaluation, type EvaluationFile, writeEvaluationFile } from './evaluation-file.ts'
import { type Evaluation, prepareEvaluation } from './prepare.ts'

const log = pino({ level: 'silent' })
const env = { clock: () => new Date(), random: (n: number) => randomBytes(n) }

let dataFolder: string
let instance: Instance
let keys: KeyProvider
let first: EvaluationFile
let closers: Closers

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'anky-evaluation-'))
  const config = { kind: 'file', module: null, token: null, pinFile: null } as const
  keys = (await openKeys({ config, kept: null, dataFolder, nativeAddon: 'ok', random: env.random })).provider
  instance = await createInstance(dataFolder, { keys: 'file', respondersPort: await choosePort() })
  first = (await prepare()).file
  await closers.closeAll()
})
afterEach(() => closers.closeAll())
afterAll(async () => {
  await keys.close()
  rmSync(dataFolder, { recursive: true, force: true })
})

async function prepare(): Promise<{ evaluation: Evaluation; file: EvaluationFile }> {
  closers = new Closers(log)
  const config = readConfig({ ANKY_DATA: dataFolder })
  const evaluation = await prepareEvaluation({ config, instance, keys, env, log, closers })
  return { evaluation, file: describeEvaluation(factsOf(evaluation)) }
}

const factsOf = (evaluation: Evaluation) => ({
  url: 'http://127.0.0.1:1',
  databaseKind: evaluation.database.kind,
  keys,
  plan: evaluation.plan,
  certified: evaluation.certified,
  pki: evaluation.pki,
  trustPath: evaluation.trustPath,
  validationDataPath: evaluation.validationData.path,
  respondersPid: () => evaluation.responders.pid(),
})

/** What has to be the same after whatever happened to a start. */
const lasting = ({ apiKeys, credentials, tsaUrl, tsaCertificatePem, crlUrls }: EvaluationFile) => ({
  apiKeys,
  credentials,
  tsaUrl,
  tsaCertificatePem,
  crlUrls,
})

describe('the evaluation data', () => {
  it('has two hospitals, each with a seal and API keys, and persons with PINs in the first', () => {
    const summary = first.credentials.map(({ hospital, holder, kind, algorithm, pin, state }) =>
      [hospital, holder, kind, algorithm, pin === undefined ? 'no PIN' : /^\d{6}$/.test(pin), state].join(
        '; ',
      ),
    )
    expect(summary.sort()).toEqual([
      'BỆNH VIỆN THỬ NGHIỆM A; BÁC SĨ THỬ NGHIỆM 01; staff; ecdsa-p256; true; valid',
      'BỆNH VIỆN THỬ NGHIỆM A; BÁC SĨ THỬ NGHIỆM 02; staff; ecdsa-p256; true; expired',
      'BỆNH VIỆN THỬ NGHIỆM A; BÁC SĨ THỬ NGHIỆM 03; staff; ecdsa-p256; true; revoked',
      'BỆNH VIỆN THỬ NGHIỆM A; BÁC SĨ THỬ NGHIỆM 04; staff; ecdsa-p256; true; suspended',
      'BỆNH VIỆN THỬ NGHIỆM A; BỆNH VIỆN THỬ NGHIỆM A; seal; rsa-3072; no PIN; valid',
      'BỆNH VIỆN THỬ NGHIỆM A; ĐIỀU DƯỠNG THỬ NGHIỆM 02; staff; rsa-2048; true; valid',
      'BỆNH VIỆN THỬ NGHIỆM B; BỆNH VIỆN THỬ NGHIỆM B; seal; rsa-3072; no PIN; valid',
    ])
    expect(new Set(Object.values(first.apiKeys)).size).toBe(8)
    expect(Object.keys(first.apiKeys)).toEqual(
      expect.arrayContaining(['administrator', 'approver', 'emr', 'auditor', 'otherHospitalEmr']),
    )
  })

  it('is the same at the next start', async () => {
    const { file } = await prepare()
    expect(lasting(file)).toEqual(lasting(first))
  })

  it('gives each API key the credentials of its own hospital only, and managers none', async () => {
    const { evaluation, file } = await prepare()
    const callers = await Promise.all(
      [file.apiKeys.emr, file.apiKeys.otherHospitalEmr, file.apiKeys.administrator].map((key) =>
        evaluation.database.system.findCallerByKeyHash(hashToken(key)),
      ),
    )
    const idsOf = (hospital: string) =>
      file.credentials.filter((row) => row.hospital === hospital).map(({ id }) => id)
    expect([...(callers[0]!.credentialIds as string[])].sort()).toEqual(
      idsOf('BỆNH VIỆN THỬ NGHIỆM A').sort(),
    )
    expect(callers[1]!.credentialIds).toEqual(idsOf('BỆNH VIỆN THỬ NGHIỆM B'))
    expect(callers[2]!.credentialIds).toEqual([])
    expect(callers[2]!.scopes).not.toContain('sign')
  })

  it('goes on where a start was killed before the database was whole', async () => {
    rmSync(join(dataFolder, 'first-run-complete'))
    const [table] = readdirSync(join(dataFolder, 'pglite')).filter((name) => name === 'global')
    rmSync(join(dataFolder, 'pglite', table!), { recursive: true })
    const { file } = await prepare()
    expect(lasting(file)).toEqual(lasting(first))
    expect(existsSync(join(dataFolder, 'first-run-complete'))).toBe(true)
  })

  it('goes on where a start was killed between issuing a certificate and putting it beside its key', async () => {
    const folder = join(dataFolder, 'keys')
    for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.json'))) {
      const record = JSON.parse(readFileSync(join(folder, name), 'utf8'))
      writeFileSync(join(folder, name), JSON.stringify({ ...record, certificates: [] }))
    }
    const { file } = await prepare()
    expect(lasting(file)).toEqual(lasting(first))
    const entries = await keys.listKeys()
    expect(entries.every(({ certificate }) => certificate !== null)).toBe(true)
    expect(entries).toHaveLength(first.credentials.length)
  })

  it('its certificates are in the states that it names, and its authorities tell of them', async () => {
    const { evaluation } = await prepare()
    const now = new Date()
    const found = evaluation.certified.map(({ declaration: { name }, chain }) => {
      const { revocation } = loadCa(join(dataFolder, 'pki')).entities.get(name)!
      if (revocation && revocation.at < now)
        return [name, revocation.reason === 'certificateHold' ? 'suspended' : 'revoked']
      return [name, chain[0]!.notAfter < now ? 'expired' : 'valid']
    })
    expect(found).toEqual(evaluation.certified.map(({ declaration: { name, state } }) => [name, state]))
  })

  it('of a version that knew fewer credentials gains the new ones, and all else stays', async () => {
    const isNew = (name: string) => /^doctor-0[2-4]$/.test(name)
    const plan = join(dataFolder, 'evaluation-plan.json')
    const kept = JSON.parse(readFileSync(plan, 'utf8'))
    const index = join(dataFolder, 'pki', 'pki.json')
    const pki = JSON.parse(readFileSync(index, 'utf8'))
    for (const name of Object.keys(kept.credentials).filter(isNew)) {
      delete kept.credentials[name]
      delete pki.entities[name]
    }
    writeFileSync(plan, JSON.stringify(kept))
    writeFileSync(index, JSON.stringify(pki))
    for (const { id, label } of await keys.listKeys())
      if (isNew(label.slice(-'doctor-02'.length)))
        for (const ending of ['p8', 'json']) rmSync(join(dataFolder, 'keys', `${id}.${ending}`))
    const { evaluation, file } = await prepare()
    const states = (of: EvaluationFile) => of.credentials.map(({ holder, state }) => [holder, state])
    const valid = (of: EvaluationFile) => of.credentials.filter(({ state }) => state === 'valid')
    expect(states(file)).toEqual(states(first))
    expect(valid(file)).toEqual(valid(first))
    expect(lasting(file).apiKeys).toEqual(first.apiKeys)
    const caller = await evaluation.database.system.findCallerByKeyHash(hashToken(first.apiKeys.emr))
    for (const { id, hospital } of file.credentials)
      if (hospital === 'BỆNH VIỆN THỬ NGHIỆM A') expect(caller!.credentialIds).toContain(id)
    await closers.closeAll()
    first = (await prepare()).file
    expect(lasting(first)).toEqual(lasting(file))
  })

  it('starts its responders again on their port when they die', async () => {
    const { evaluation } = await prepare()
    const before = evaluation.responders.pid()!
    process.kill(before, 'SIGKILL')
    const deadline = Date.now() + 15_000
    let pid: number | null = before
    while ((pid === null || pid === before) && Date.now() < deadline) {
      await wait(50)
      pid = evaluation.responders.pid()
    }
    expect(pid).not.toBe(before)
    const crl = await fetch(first.crlUrls[0]!)
    expect(crl.status).toBe(200)
  })

  it('ends its responders with it', async () => {
    const { evaluation } = await prepare()
    const pid = evaluation.responders.pid()!
    await closers.closeAll()
    expect(() => process.kill(pid, 0)).toThrow()
  })

  it('keeps revocation data for judges without a network', async () => {
    const { evaluation } = await prepare()
    const names = readdirSync(evaluation.validationData.path)
    expect(names).toEqual(
      expect.arrayContaining([
        'national-root.crl',
        'public-ca.crl',
        'public-ca.cer',
        'seal-a.ocsp',
        'doctor-01.ocsp',
        'doctor-02.ocsp',
        'doctor-03.ocsp',
        'doctor-04.ocsp',
        'public-ca.cer',
        'tsa.ocsp',
      ]),
    )
  })

  it('is told in evaluation.json, which only its owner may read', async () => {
    const { evaluation, file } = await prepare()
    await writeEvaluationFile(dataFolder, factsOf(evaluation))
    const path = join(dataFolder, 'evaluation.json')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(file)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const { ino } = statSync(path)
    await writeEvaluationFile(dataFolder, factsOf(evaluation))
    expect(statSync(path).ino).toBe(ino)
    expect(readdirSync(dataFolder).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  it.each([
    ['its database', () => 'pglite', 'ERR_MAIN_DATABASE_GONE'],
    ['a key', () => join('keys', readdirSync(join(dataFolder, 'keys'))[0]!), 'ERR_MAIN_KEYS_GONE'],
  ])('is refused where %s is gone after the first run', async (_what, nameOf, code) => {
    const path = join(dataFolder, nameOf())
    renameSync(path, join(dataFolder, 'away'))
    await expect(prepare()).rejects.toMatchObject({ code })
    await closers.closeAll()
    expect(existsSync(path)).toBe(false)
    renameSync(join(dataFolder, 'away'), path)
    expect(lasting((await prepare()).file)).toEqual(lasting(first))
  })

  it('is refused where a file of it is damaged', async () => {
    const refused = { code: 'ERR_MAIN_DATA_FOLDER_DAMAGED' }
    const plan = join(dataFolder, 'evaluation-plan.json')
    const keptPlan = readFileSync(plan)
    writeFileSync(plan, '{"hospitals":{}}')
    await expect(prepare()).rejects.toMatchObject(refused)
    writeFileSync(plan, keptPlan)
    writeFileSync(join(dataFolder, 'instance.json'), '{"id":')
    await expect(readInstance(dataFolder)).rejects.toMatchObject(refused)
  })
})
