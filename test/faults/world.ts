import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../support/running-service.ts'
import { makeDevice } from './device.ts'
import { type FaultyService, startFaultyService } from './faulty-service.ts'
import type { Stage } from './journeys.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { openTsaGate, type TsaGate } from './tsa-gate.ts'

/** A whole service with its token, database and time-stamping authority, each of which can be taken away. */
export interface World {
  /** Another one after `restart`. */
  readonly service: () => FaultyService
  readonly ledger: Ledger
  readonly gate: TsaGate
  stage(level: Stage['level']): Stage
  /** On the same data folder and database. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Starts it with keys in SoftHSM and the database at `databaseUrl`, the superuser's. */
export async function openWorld(databaseUrl: string): Promise<World> {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: projectRoot, stdio: 'pipe' })
  const folder = mkdtempSync(join(tmpdir(), 'anky-faults-'))
  const gate = await openTsaGate()
  const device = await makeDevice()
  const trust = join(folder, 'trust.pem')
  writeFileSync(trust, device.anchorPem)
  const start = async (): Promise<FaultyService> => {
    const started = await startFaultyService(join(folder, 'data'), {
      DATABASE_URL: databaseUrl,
      ANKY_KEYS: 'pkcs11',
      ANKY_TRUST: trust,
      ANKY_TSA_URLS: gate.url,
    })
    gate.lead(started.evaluation().tsaUrl)
    return started
  }
  let service = await start()
  return {
    service: () => service,
    ledger: openLedger(databaseUrl),
    gate,
    stage: (level) => ({ url: service.url, evaluation: service.evaluation(), device, level }),
    async restart() {
      service = await start()
    },
    async close() {
      await service.stop()
      await gate.shut()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
