import { existsSync, promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Database, openDatabase } from '../../db/index.ts'
import type { KeyProvider } from '../../pkcs11/index.ts'
import type { Environment, Pki } from '../../test-certs/index.ts'
import type { Closers } from '../closers.ts'
import type { Config } from '../config.ts'
import { MainError } from '../errors.ts'
import { writeFileWhole } from '../files.ts'
import type { Instance } from '../instance.ts'
import { ensureAuthorities, pkiFolder, writeTrust } from './authorities.ts'
import { type Certified, certifyKeys, ensureKeys } from './credentials.ts'
import { loadPlan, type Plan } from './plan.ts'
import { provision } from './provision.ts'
import { type RespondersChild, startRespondersChild } from './responders-child.ts'
import { keepValidationData } from './validation-data.ts'

export interface Evaluation {
  readonly database: Database
  readonly pki: Pki
  readonly plan: Plan
  readonly certified: readonly Certified[]
  readonly responders: RespondersChild
  readonly trustPath: string
  readonly validationData: { readonly path: string; stop(): void }
}

export interface PrepareOptions {
  readonly config: Config
  readonly instance: Instance
  readonly keys: KeyProvider
  readonly env: Environment
  readonly log: Logger
  readonly closers: Closers
}

/**
 * Everything the evaluation profile lives on: authorities, keys in the token, database, rows, responders. What is there
 * already is kept; a run that was killed at any point is carried on by the next.
 */
export async function prepareEvaluation(options: PrepareOptions): Promise<Evaluation> {
  const { config, instance, keys, env, log, closers } = options
  const { dataFolder } = config
  const done = join(dataFolder, 'first-run-complete')
  const isFirstRun = !existsSync(done)
  const embedded = join(dataFolder, 'pglite')
  // nothing but rows that are written again is in an embedded database that a kill may have caught being made
  if (isFirstRun) await fs.rm(embedded, { recursive: true, force: true })
  else if (!config.database.url && !existsSync(embedded))
    throw new MainError('ERR_MAIN_DATABASE_GONE', { details: { path: embedded } })
  const plan = await loadPlan(dataFolder, env)
  const open = openDatabase({ ...config.database, dataFolder, instanceId: instance.id, now: env.clock, log })
  const authoritiesReady = ensureAuthorities(dataFolder, instance.respondersPort, env)
  // on a first run the authorities' own keys are still being searched for: nobody is certified yet
  const certifiedNames = isFirstRun ? new Set<string>() : new Set((await authoritiesReady).entities.keys())
  const [database, authorities, entries] = await Promise.all([
    open.then((opened) => closeLater(closers, 'database', opened)),
    authoritiesReady,
    ensureKeys(keys, instance.id, certifiedNames),
  ])
  const certified = await certifyKeys({ keys, entries, pki: authorities, dataFolder, env })
  const start = startRespondersChild({ folder: pkiFolder(dataFolder), port: instance.respondersPort, log })
  const [responders] = await Promise.all([
    start.then((started) => closeLater(closers, 'responders', started)),
    provision({ database, plan, certified, random: env.random }),
  ])
  const trustPath = await writeTrust(dataFolder, authorities)
  const validationData = keepValidationData(dataFolder, env.clock, log)
  closers.add('validation data', async () => validationData.stop())
  if (isFirstRun) await writeFileWhole(done, '')
  return { database, pki: authorities, plan, certified, responders, trustPath, validationData }
}

function closeLater<T extends { close(): Promise<void> }>(closers: Closers, name: string, part: T): T {
  closers.add(name, () => part.close())
  return part
}
