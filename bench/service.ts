import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPkcs11Provider } from '../src/pkcs11/index.ts'
import { startCluster } from '../test/support/postgres-cluster.ts'
import { makeBenchToken, rawSignRate } from './lib/bench-token.ts'
import type { LoadReport, LoadRequest } from './lib/load-child.ts'
import { type Row, toRow } from './lib/row.ts'
import { type ServiceProcess, startServiceProcess } from './lib/service-process.ts'

const BYTES = 100 * 1024
const ROUND_MS = 10_000
const SUSTAINED = { perSecond: 50, ms: 60_000, p95Ms: 300 } as const

/**
 * `POST /v1/sign`, 100 KB PAdES B-B with the hospital's seal (RSA-3072) on PostgreSQL that waits for the disk: load
 * generator, service and database share this machine.
 */
export async function benchService(): Promise<Row[]> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'anky-service-'))
  const cluster = await startCluster({ fsync: true })
  try {
    const databaseUrl = await cluster.createDatabase('bench')
    const service = await startServiceProcess({ dataFolder, databaseUrl })
    try {
      return [...(await closedLoops(service)), ...(await sustained(service))]
    } finally {
      await service.stop()
    }
  } finally {
    await cluster.remove()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

async function closedLoops(service: ServiceProcess): Promise<Row[]> {
  const rows: Row[] = []
  const raw = await rawRate()
  for (const callers of [1, 8, 30]) {
    const report = await generateLoad(service, ROUND_MS, { callers })
    refuseFailures(report)
    const name = `POST /v1/sign 100 KB B-B, RSA-3072, ${callers} caller${callers > 1 ? 's' : ''}`
    rows.push(toRow(name, [report.perSecond, '/s'], ['raw C_Sign, 2 threads', raw]))
  }
  return rows
}

async function sustained(service: ServiceProcess): Promise<Row[]> {
  const { perSecond, ms, p95Ms } = SUSTAINED
  const report = await generateLoad(service, ms, { perSecond })
  refuseFailures(report)
  const name = `POST /v1/sign 100 KB B-B at ${perSecond}/s for ${ms / 1000} s`
  return [
    toRow(`${name}: done`, [report.perSecond, '/s'], ['asked for', perSecond], { atLeast: 0.98 }),
    toRow(`${name}: p95`, [report.p95, 'ms'], ['limit', p95Ms], { atMost: 1 }),
    toRow(`${name}: p50`, [report.p50, 'ms'], ['limit', p95Ms]),
  ]
}

function refuseFailures({ failures }: LoadReport): void {
  if (failures > 0) throw new Error(`${failures} requests were not answered with a signature`)
}

async function rawRate(): Promise<number> {
  const token = await makeBenchToken()
  const { module, pinFile, environment } = token
  const provider = await openPkcs11Provider({ module, token: 'bench', pinFile, environment, sessions: 1 })
  const { id } = await provider.generateKey({ type: 'rsa', bits: 3072 }, 'bench')
  await provider.close()
  const rate = await rawSignRate(token, id, ROUND_MS / 2)
  rmSync(token.folder, { recursive: true, force: true })
  return rate
}

function generateLoad(service: ServiceProcess, ms: number, load: LoadRequest['load']): Promise<LoadReport> {
  const { apiKeys, credentials } = service.evaluation
  const seal = credentials.find(({ kind }) => kind === 'seal')!
  const url = `${service.url}/v1/sign?credential=${seal.id}`
  const child = fork(fileURLToPath(new URL('lib/load-child.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (report) => resolve(report as LoadReport))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)))
    child.send({ url, apiKey: apiKeys.emr, bytes: BYTES, ms, load } satisfies LoadRequest)
  })
}
