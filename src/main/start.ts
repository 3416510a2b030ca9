import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Api, type AppDeps, createApp } from '../api/index.ts'
import { lookupAddresses, pinnedFetch } from '../sandbox/index.ts'
import { type Clock, createTimestampPool, type Random } from '../signer/index.ts'
import { rootsOf, tsaUrl } from '../test-certs/index.ts'
import { createCachedSource, createHttpSource } from '../trust/index.ts'
import { Closers } from './closers.ts'
import type { Config } from './config.ts'
import { choosePort, tsaCertificate } from './evaluation/authorities.ts'
import {
  describeEvaluation,
  type EvaluationFacts,
  type EvaluationFile,
  writeEvaluationFile,
} from './evaluation/evaluation-file.ts'
import { type Evaluation, prepareEvaluation } from './evaluation/prepare.ts'
import { type HttpServer, listen } from './http-server.ts'
import { createInstance, readInstance } from './instance.ts'
import { type ChosenKeys, openKeys } from './keys.ts'
import { lockFolder } from './lock.ts'
import { loadTrust } from './trust.ts'
import { openVerifications } from './verifications.ts'

export interface RunningService {
  readonly url: string
  readonly evaluation: EvaluationFile
  readonly evaluationPath: string
  readonly fallback: string | null
  /** Finishes what is being signed, then closes everything. Never throws. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly config: Config
  /** 'ok', or why the PKCS#11 addon cannot be loaded. */
  readonly nativeAddon: string
  readonly log: Logger
  /** Tests only; `main` passes none. */
  readonly faultPoint?: NonNullable<AppDeps['faultPoint']>
}

const clock: Clock = () => new Date()
const random: Random = (n) => randomBytes(n)
const READY_WAIT_MS = 250
const PIDS_LOOK_MS = 500

/**
 * Starts the service of the evaluation profile; resolves once it can sign, and `evaluation.json` is written.
 *
 * Throws what keeps it from starting (`ERR_MAIN_…`, `ERR_CONFIG_…`, and those of the floors below); nothing stays open
 * then.
 */
export async function startService(options: StartOptions): Promise<RunningService> {
  const closers = new Closers(options.log)
  try {
    return await start(options, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function start(options: StartOptions, closers: Closers): Promise<RunningService> {
  const { config, nativeAddon, log, faultPoint } = options
  const { dataFolder } = config
  const trust = await loadTrust(config.trust)
  const lock = await lockFolder(dataFolder)
  closers.add('lock', () => lock.release())
  // before anything slow: a port in use is found out at once
  const server = await listen(config)
  closers.add('server', () => server.close())

  const kept = await readInstance(dataFolder)
  const keys = await openKeys({
    config: config.keys,
    kept: kept?.keys ?? null,
    dataFolder,
    nativeAddon,
    random,
  })
  closers.add('keys', () => keys.provider.close())
  const instance =
    kept ??
    (await createInstance(dataFolder, { keys: keys.provider.kind, respondersPort: await choosePort() }))
  logKeys(log, keys)

  const evaluation = await prepareEvaluation({
    config,
    instance,
    keys: keys.provider,
    env: { clock, random },
    log,
    closers,
  })
  const api = createService(
    { config, keys, evaluation, trust, log, ...(faultPoint && { faultPoint }) },
    closers,
  )
  closers.add('requests', async () => {
    server.stopListening()
    await api.drain()
  })
  await api.recover()
  server.use((request, env) => api.fetch(request, env))
  await untilReady(api, server, log)

  const facts = factsOf(server.url, keys, evaluation)
  await writeEvaluationFile(dataFolder, facts)
  let isWritten = true
  const timer = setInterval(async () => {
    try {
      await writeEvaluationFile(dataFolder, facts)
      isWritten = true
    } catch (error) {
      // once, not with each look
      if (isWritten) log.error({ err: error }, 'evaluation.json could not be written')
      isWritten = false
    }
  }, PIDS_LOOK_MS)
  closers.add('evaluation.json', async () => clearInterval(timer))
  return {
    url: server.url,
    evaluation: describeEvaluation(facts),
    evaluationPath: join(dataFolder, 'evaluation.json'),
    fallback: keys.fallback,
    stop: () => closers.closeAll(),
  }
}

function logKeys(log: Logger, { provider, fallback }: ChosenKeys): void {
  const { label, module, token } = provider.describe()
  log.info({ keys: provider.kind, label, module, token, evaluation: true }, 'keys for evaluation only')
  if (fallback) log.warn({ reason: fallback }, 'no PKCS#11: keys are software, not HSM')
}

interface Parts {
  readonly config: Config
  readonly keys: ChosenKeys
  readonly evaluation: Evaluation
  readonly trust: Awaited<ReturnType<typeof loadTrust>>
  readonly log: Logger
  readonly faultPoint?: NonNullable<AppDeps['faultPoint']>
}

function createService({ config, keys, evaluation, trust, log, faultPoint }: Parts, closers: Closers): Api {
  const { database, pki } = evaluation
  const tsaCertificates = [tsaCertificate(pki), ...trust]
  const { urls, deadlineMs } = config.timestamps
  const timestamps = createTimestampPool({
    urls: urls.length > 0 ? urls : [tsaUrl(pki)],
    trusted: tsaCertificates,
    deadlineMs,
    fetch: pinnedFetch,
    lookup: lookupAddresses,
    clock,
    random,
    netAllow: config.netAllow,
    // its host alone: an address may carry a token in its query
    onFailure: (address, error) =>
      log.warn({ err: error, tsa: new URL(address).host }, 'a time-stamping authority was passed over'),
  })
  const liveEvidence = createHttpSource({
    fetch: pinnedFetch,
    lookup: lookupAddresses,
    netAllow: config.netAllow,
    // its host alone, as above
    onFailure: (address, error) =>
      log.warn({ err: error, host: hostOf(address) }, 'certificates or revocation data could not be fetched'),
  })
  const evidence = createCachedSource(liveEvidence, database.evidence.cache, clock)
  return createApp({
    database,
    keys: keys.provider,
    timestamps,
    trust: { issuers: [...rootsOf(pki).map(({ certificate }) => certificate), ...trust], tsaCertificates },
    evidence,
    liveEvidence,
    verifications: openVerifications({ evidence, fileBytes: config.uploadBytes }, closers),
    environment: 'evaluation',
    clock,
    random,
    log,
    limits: { uploadBytes: config.uploadBytes },
    dataFolder: config.dataFolder,
    trustedProxies: config.trustedProxies,
    ...(faultPoint && { faultPoint }),
  })
}

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : '')

/** Asks until the service says that it can sign. */
async function untilReady(api: Api, server: HttpServer, log: Logger): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answer = await api.fetch(new Request(`${server.url}/readyz`))
    const body = await answer.text()
    if (answer.ok) return
    if (attempt % 40 === 0) log.warn({ status: answer.status, body }, 'not ready yet')
    await wait(READY_WAIT_MS)
  }
}

const factsOf = (url: string, keys: ChosenKeys, evaluation: Evaluation): EvaluationFacts => ({
  url,
  databaseKind: evaluation.database.kind,
  keys: keys.provider,
  plan: evaluation.plan,
  certified: evaluation.certified,
  pki: evaluation.pki,
  trustPath: evaluation.trustPath,
  validationDataPath: evaluation.validationData.path,
  respondersPid: () => evaluation.responders.pid(),
})
