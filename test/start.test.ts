import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWith, needs } from './support/requirements.ts'
import { projectRoot, type RunningService, startProcess, startRunning } from './support/running-service.ts'
import { sharedCluster } from './support/shared-cluster.ts'

const sample = readFileSync(join(projectRoot, 'samples', 'don-thuoc.pdf'))
/** Searching for primes takes as long as it takes. */
const FIRST_RUN_MS = 120_000

const folders: string[] = []
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anky-start-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`)
    await wait(50)
  }
}

function signWithSeal(service: RunningService): Promise<Response> {
  const { apiKeys, credentials, url } = service.evaluation()
  const { id } = credentials.find(({ kind }) => kind === 'seal')!
  return fetch(`${url}/v1/sign?credential=${id}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKeys.emr}`, 'content-type': 'application/pdf' },
    body: sample,
  })
}

/** A data folder after a first run with keys in files, which the first suite makes; others take copies. */
const filesFolder = join(newFolder(), 'data')

async function copyFilesFolder(): Promise<string> {
  if (!existsSync(join(filesFolder, 'first-run-complete'))) {
    const service = await startRunning(filesFolder, { ANKY_KEYS: 'file' })
    await service.stop('SIGTERM')
  }
  const copy = newFolder()
  cpSync(filesFolder, copy, { recursive: true })
  return copy
}

describe('npm start with keys in files', () => {
  let service: RunningService
  beforeAll(async () => {
    service = await startRunning(filesFolder, { ANKY_KEYS: 'file' }, 'npm')
  }, FIRST_RUN_MS)
  afterAll(async () => {
    await service.stop('SIGKILL')
  })

  it('prints where it listens, can sign there, and says "evaluation" and "software, not HSM"', async () => {
    expect(service.stdout().split('\n')[0]).toBe(`ready ${service.url}`)
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
    const health = await (await fetch(`${service.url}/healthz`)).json()
    expect(health).toMatchObject({ environment: 'evaluation', keys: { provider: 'file', software: true } })
    expect(service.stdout()).toContain('software, not HSM')
  })

  it('writes evaluation.json as the contract has it, for its owner only', () => {
    const file = service.evaluation()
    expect(file).toMatchObject({
      url: service.url,
      database: 'pglite',
      keys: { provider: 'file', module: null, token: null },
      pids: { pkcs11: [] },
    })
    expect(isAlive(file.pids.service)).toBe(true)
    expect(isAlive(file.pids.responders!)).toBe(true)
    expect(statSync(join(filesFolder, 'evaluation.json')).mode & 0o777).toBe(0o600)
    expect(readFileSync(file.trustPath, 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
    expect(existsSync(join(file.validationDataPath, 'public-ca.crl'))).toBe(true)
    expect(new URL(file.tsaUrl).hostname).toBe('127.0.0.1')
  })

  /** Lines of the guide that are commands, as a newcomer copies them. */
  const commands = (pattern: RegExp): string[] =>
    service
      .stdout()
      .split('\n')
      .filter((line) => pattern.test(line))

  it('prints three commands that work as they stand: sign, have it judged, judge it offline', () => {
    const [sign, judge, offline] = commands(/^(?:curl|npx) /)
    expect(offline).toMatch(/^npx anky verify --trust \S+ --data \S+ /)
    const output = join(projectRoot, 'don-thuoc-dong-dau.pdf')
    const run = (command: string): string =>
      execFileSync('bash', ['-e', '-c', command], { cwd: projectRoot, encoding: 'utf8' })
    try {
      run(sign!)
      const signed = readFileSync(output)
      expect(signed.subarray(0, sample.length).equals(sample)).toBe(true)
      expect(JSON.parse(run(judge!))).toMatchObject({ verdict: 'passed', error: null })
      expect(run(offline!)).toContain('HỢP LỆ – chữ ký của BỆNH VIỆN THỬ NGHIỆM A')
      const lines = run(offline!.replace(' verify ', ' verify --json ')).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line).verdict)).toEqual(['passed'])
    } finally {
      rmSync(output, { force: true })
    }
  })

  it('prints commands that sign as the doctor, from any folder', () => {
    const folder = newFolder()
    const lines = commands(/^(?:ACTIVATION=|curl .*ACTIVATION)/)
    execFileSync('bash', ['-e'], { cwd: folder, input: lines.join('\n') })
    const signed = readFileSync(join(folder, 'don-thuoc-bac-si.pdf'))
    expect(signed.subarray(0, sample.length).equals(sample)).toBe(true)
    expect(signed.length).toBeGreaterThan(sample.length)
  })

  it('has staff whose certificates are expired, revoked and suspended: their PINs are right, and nothing is signed', async () => {
    const { apiKeys, credentials, url } = service.evaluation()
    const authorization = `Bearer ${apiKeys.emr}`
    const documents = [createHash('sha256').update(sample).digest('hex')]
    const told: Record<string, string> = {}
    for (const { id, state, pin } of credentials.filter(({ kind }) => kind === 'staff')) {
      const activated = await fetch(`${url}/v1/activations`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ credential: id, documents, pin }),
      })
      const { activation } = (await activated.json()) as { activation: string }
      const answer = await fetch(`${url}/v1/sign?credential=${id}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/pdf', 'anky-activation': activation },
        body: sample,
      })
      told[state] =
        answer.status === 200 ? '200' : `${answer.status} ${((await answer.json()) as { code: string }).code}`
    }
    expect(told).toEqual({
      valid: '200',
      expired: '422 ERR_SIGNER_CERTIFICATE_EXPIRED',
      revoked: '422 ERR_SIGNER_CERTIFICATE_REVOKED',
      suspended: '422 ERR_SIGNER_CERTIFICATE_SUSPENDED',
    })
  })

  it('refuses a second start on its data folder, and names the process that has it', async () => {
    const second = startProcess({ ANKY_DATA: filesFolder, ANKY_KEYS: 'file' })
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toContain(`tiến trình ${service.evaluation().pids.service}`)
    expect(second.stderr()).toContain('ERR_MAIN_DATA_FOLDER_LOCKED')
    expect(second.stdout()).toBe('')
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  })

  it('ends with 0 on SIGTERM, its responders too, and starts again quickly with the same data', async () => {
    const before = service.evaluation()
    const begun = performance.now()
    expect(await service.stop('SIGTERM')).toBe(0)
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(isAlive(before.pids.service)).toBe(false)
    expect(isAlive(before.pids.responders!)).toBe(false)
    expect(existsSync(join(filesFolder, 'lock'))).toBe(false)
    service = await startRunning(filesFolder)
    // two seconds where nothing else runs; here other suites do
    expect(service.startedInMs).toBeLessThan(15_000)
    expect(service.evaluation().credentials).toEqual(before.credentials)
    expect(service.evaluation().apiKeys).toEqual(before.apiKeys)
    expect(service.evaluation().tsaUrl).toBe(before.tsaUrl)
    expect((await signWithSeal(service)).status).toBe(200)
  })

  it('starts again after it was killed, with what it had signed', async () => {
    const signed = await signWithSeal(service)
    const id = signed.headers.get('anky-signature-id')
    const { apiKeys } = service.evaluation()
    expect(await service.stop('SIGKILL')).toBeNull()
    service = await startRunning(filesFolder)
    const kept = await fetch(`${service.url}/v1/signatures/${id}`, {
      headers: { authorization: `Bearer ${apiKeys.emr}` },
    })
    expect(kept.status).toBe(200)
  })

  it('finishes what it is signing when it is told to stop, and takes nothing new', async () => {
    const { apiKeys, credentials, url } = service.evaluation()
    const { id } = credentials.find(({ kind }) => kind === 'seal')!
    const headers = { authorization: `Bearer ${apiKeys.emr}`, 'content-type': 'application/pdf' }
    const upload = request(`${url}/v1/sign?credential=${id}`, { method: 'POST', headers })
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upload.once('response', resolve)
      upload.once('error', reject)
    })
    upload.write(sample.subarray(0, 1_000))
    await wait(300)
    const stopped = service.stop('SIGTERM')
    await until(() => service.stderr().includes('Stopping'), 'the stop')
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    upload.end(sample.subarray(1_000))
    const answer = await answered
    expect(answer.statusCode).toBe(200)
    const parts: Buffer[] = []
    for await (const part of answer) parts.push(part as Buffer)
    expect(Buffer.concat(parts).subarray(0, sample.length).equals(sample)).toBe(true)
    expect(await stopped).toBe(0)
    service = await startRunning(filesFolder)
  })

  it('ends with npm, whatever ended that', async () => {
    await service.stop('SIGTERM')
    service = await startRunning(filesFolder, {}, 'npm')
    const { service: pid, responders } = service.evaluation().pids
    expect(pid).not.toBe(service.process.pid)
    service.process.kill('SIGKILL')
    await until(() => !isAlive(pid) && !isAlive(responders!), 'the end of the service')
    service = await startRunning(filesFolder)
  })

  it('refuses to look for its keys elsewhere', async () => {
    expect(await service.stop('SIGINT')).toBe(0)
    const other = startProcess({ ANKY_DATA: filesFolder, ANKY_KEYS: 'pkcs11' })
    expect(await other.ended).toBe(1)
    expect(other.stderr()).toContain('ERR_MAIN_KEYS_ELSEWHERE')
  })
})

describeWith(needs.softhsm, 'npm start with SoftHSM', () => {
  const dataFolder = newFolder()
  let service: RunningService
  beforeAll(async () => {
    service = await startRunning(dataFolder)
  }, FIRST_RUN_MS)
  afterAll(async () => {
    await service.stop('SIGKILL')
  })

  it('keeps the keys in a token of its data folder', async () => {
    const { keys, pids } = service.evaluation()
    expect(keys).toMatchObject({ provider: 'pkcs11', token: 'anky-evaluation' })
    expect(pids.pkcs11).toHaveLength(1)
    expect((await signWithSeal(service)).status).toBe(200)
    expect(existsSync(join(dataFolder, 'keys'))).toBe(false)
  })

  it('signs again after the token’s process and the responders were killed, and tells their new pids', async () => {
    const before = service.evaluation().pids
    for (const pid of [...before.pkcs11, before.responders!]) process.kill(pid, 'SIGKILL')
    await until(() => !isAlive(before.pkcs11[0]!), 'the end of the token’s process')
    const answer = await signWithSeal(service)
    expect([200, 503]).toContain(answer.status)
    await until(() => {
      const { pkcs11, responders } = service.evaluation().pids
      const fresh = [...pkcs11, responders].filter((pid) => pid !== null && isAlive(pid))
      return fresh.length === 2
    }, 'new processes in evaluation.json')
    expect((await signWithSeal(service)).status).toBe(200)
  })

  it('ends with 0 on SIGINT, and leaves no process behind', async () => {
    const { pids } = service.evaluation()
    expect(await service.stop('SIGINT')).toBe(0)
    for (const pid of [pids.service, ...pids.pkcs11, pids.responders!]) expect(isAlive(pid)).toBe(false)
  })
})

describe('a first run that is killed', () => {
  it(
    'at any moment is carried on by the next, which has each credential once',
    async () => {
      const dataFolder = newFolder()
      for (const moment of [350, 700, 1_200, 2_000, 3_000]) {
        const run = startProcess({ ANKY_DATA: dataFolder, ANKY_KEYS: 'file' })
        await wait(moment)
        run.process.kill('SIGKILL')
        await run.ended
      }
      const service = await startRunning(dataFolder, { ANKY_KEYS: 'file' })
      const { apiKeys, url } = service.evaluation()
      const answer = await fetch(`${url}/v1/credentials`, {
        headers: { authorization: `Bearer ${apiKeys.emr}` },
      })
      expect(JSON.stringify(await answer.json()).match(/"holder"/g)).toHaveLength(6)
      expect((await signWithSeal(service)).status).toBe(200)
      expect(await service.stop('SIGTERM')).toBe(0)
    },
    FIRST_RUN_MS,
  )
})

describeWith(needs.postgres, 'npm start with PostgreSQL', () => {
  it(
    'serves the same credentials from it, and refuses it to another data folder',
    async () => {
      const folder = await copyFilesFolder()
      const cluster = await sharedCluster()
      const url = await cluster.createDatabase('start_test')
      const before = JSON.parse(readFileSync(join(folder, 'evaluation.json'), 'utf8'))
      const service = await startRunning(folder, { DATABASE_URL: url })
      expect(service.evaluation().database).toBe('postgres')
      expect(service.evaluation().credentials).toEqual(before.credentials)
      expect((await signWithSeal(service)).status).toBe(200)
      const other = startProcess({ ANKY_DATA: newFolder(), ANKY_KEYS: 'file', DATABASE_URL: url })
      expect(await other.ended).toBe(1)
      expect(other.stderr()).toContain('ERR_DB_OTHER_DATA_FOLDER')
      expect(await service.stop('SIGTERM')).toBe(0)
    },
    FIRST_RUN_MS,
  )
})

describe('a start that cannot be', () => {
  it.each([
    [{ ANKY_DATEN: '/tmp/x' }, 'ERR_CONFIG_UNKNOWN_VARIABLE', 'ANKY_DATA'],
    [{ ANKY_PROFILE: 'production' }, 'ERR_CONFIG_PROFILE_UNSUPPORTED', 'đánh giá'],
    [{ HOST: '0.0.0.0' }, 'ERR_CONFIG_HOST_EXPOSED', 'ANKY_TLS_CERT_FILE'],
    [{ ANKY_DATA: '/dev/null/data' }, 'ERR_MAIN_DATA_FOLDER', 'Không tạo'],
    [{ ANKY_TRUST: '/nowhere.pem' }, 'ERR_CONFIG_FILE', '/nowhere.pem'],
  ])('ends with 1 and says why in both languages: %j', async (env, code, words) => {
    const run = startProcess({ ANKY_DATA: join(newFolder(), 'data'), ...env })
    expect(await run.ended).toBe(1)
    expect(run.stderr()).toContain(`(${code})`)
    expect(run.stderr()).toContain(words)
    expect(run.stderr()).toContain('Ấn Ký không khởi động được')
    expect(run.stdout()).toBe('')
  })

  it('ends with 1 at once where another program has the port', async () => {
    const blocker = createServer()
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port))
    })
    const run = startProcess({ ANKY_DATA: newFolder(), ANKY_KEYS: 'file', PORT: String(port) })
    expect(await run.ended).toBe(1)
    expect(run.stderr()).toContain('ERR_MAIN_PORT')
    blocker.close()
  })
})
