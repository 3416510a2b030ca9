import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServiceProcess, startServiceProcess } from '../bench/lib/service-process.ts'
import type { EvaluationFile } from '../src/main/index.ts'
import { type Call, type Outcome, send, sendUntilDone, sha256, uniquePdf } from '../test/faults/caller.ts'
import { type Ledger, openLedger } from '../test/faults/ledger.ts'
import { type PostgresCluster, startCluster } from '../test/support/postgres-cluster.ts'
import { needs } from '../test/support/requirements.ts'
import { judgeSignedPdf } from './lib/judge-pdf.ts'
import { startKiller } from './lib/killer.ts'
import { firstMissing, SoakFailure, type SoakPart } from './lib/part.ts'

const COUNT = 2_000
const CALLERS = 30
/** One document, repeated until it is signed, through as many kills as fall into it. */
const PATIENCE_MS = 300_000
/** From a part's return to the next signature, and until a request that failed may be made again. */
const RETURN_MS = 5_000

/**
 * `POST /v1/sign` on PostgreSQL while that and the token's process are killed every few seconds: callers repeat a request
 * under its `Idempotency-Key` until it is answered. Then the database is held against what they got.
 */
export const service: SoakPart = {
  name: 'service',
  missing: firstMissing(needs.softhsm, needs.postgres),
  async run({ count }) {
    const dataFolder = mkdtempSync(join(tmpdir(), 'anky-soak-'))
    const cluster = await startCluster()
    try {
      const databaseUrl = await cluster.createDatabase('soak')
      const running = await startServiceProcess({ dataFolder, databaseUrl })
      try {
        return await soak(running, cluster, dataFolder, openLedger(databaseUrl), count ?? COUNT)
      } finally {
        await running.stop()
      }
    } finally {
      await cluster.remove()
      rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 })
    }
  },
}

async function soak(
  running: ServiceProcess,
  cluster: PostgresCluster,
  dataFolder: string,
  ledger: Ledger,
  count: number,
): Promise<string> {
  // written anew when the service has started a new process
  const evaluation = (): EvaluationFile =>
    JSON.parse(readFileSync(join(dataFolder, 'evaluation.json'), 'utf8'))
  const since = performance.now()
  const signed: Signed = {
    results: new Map(),
    faults: [],
    attempts: 0,
    longestMs: 0,
    back: null,
    returnMs: 0,
    heldMs: 0,
  }
  const killer = startKiller(
    cluster,
    () => evaluation().pids.pkcs11,
    () => {
      signed.back = performance.now()
    },
  )
  await signAll(running, count, signed)
  const seconds = (performance.now() - since) / 1000
  const kills = await killer.stop()
  const faults = [...signed.faults, ...(await ledger.contradictions())]
  const traces = await ledger.of([...signed.results.keys()])
  let voided = 0
  for (const [document, { id, result }] of signed.results) {
    const { signatures, intents } = traces.get(document)!
    voided += intents.filter(({ state }) => state === 'void').length
    if (signatures.length !== 1 || signatures[0]?.id !== id || signatures[0].result_sha256 !== result)
      faults.push(`document ${document} was answered with signature ${id} and has ${signatures.length}`)
  }
  const figures = [
    `${signed.results.size} of ${count} signed by ${CALLERS} callers in ${seconds.toFixed(0)} s`,
    `PostgreSQL killed ${kills.database} times, the token's process ${kills.token} times`,
    `${signed.attempts - count} repeated requests, longest wait ${inSeconds(signed.longestMs)}, ${voided} intents voided`,
    `at most ${inSeconds(signed.returnMs)} from a return to the next signature, ${inSeconds(signed.heldMs)} until a failed request could be made again (limit ${inSeconds(RETURN_MS)})`,
    `${faults.length} unrecorded, doubled or wrong`,
  ].join('; ')
  if (
    faults.length > 0 ||
    signed.returnMs > RETURN_MS ||
    signed.heldMs > RETURN_MS ||
    kills.database === 0 ||
    kills.token === 0
  )
    throw new SoakFailure(figures, { cause: faults.slice(0, 20) })
  return figures
}

interface Signed {
  /** By the document's SHA-256. */
  readonly results: Map<string, { readonly id: string; readonly result: string }>
  readonly faults: string[]
  attempts: number
  longestMs: number
  /** When a part came back, until the next signature. */
  back: number | null
  returnMs: number
  /** The longest run of 409 for one request that nobody was working on. */
  heldMs: number
}

async function signAll({ url, evaluation }: ServiceProcess, count: number, signed: Signed): Promise<void> {
  const seal = evaluation.credentials.find(({ kind }) => kind === 'seal')!
  let begun = 0
  const call = async (): Promise<void> => {
    while (begun < count) {
      const level = begun++ % 2 === 0 ? 'B-B' : 'B-T'
      const document = uniquePdf()
      const request: Call = {
        path: `/v1/sign?credential=${seal.id}&level=${level}`,
        headers: { 'content-type': 'application/pdf', 'idempotency-key': randomUUID() },
        body: () => new Uint8Array(document),
      }
      let heldSince: number | null = null
      const attempt = async (): Promise<Outcome> => {
        signed.attempts++
        const outcome = await send(url, evaluation.apiKeys.emr, request)
        const now = performance.now()
        heldSince = outcome.status === 409 ? (heldSince ?? now) : null
        if (heldSince !== null) signed.heldMs = Math.max(signed.heldMs, now - heldSince)
        return outcome
      }
      const outcome = await sendUntilDone(attempt, PATIENCE_MS)
      signed.longestMs = Math.max(signed.longestMs, outcome.afterMs)
      keep(signed, document, outcome)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, call))
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function keep(signed: Signed, document: Buffer, { status, headers, bytes }: Outcome): void {
  const { results, faults } = signed
  if (signed.back !== null) signed.returnMs = Math.max(signed.returnMs, performance.now() - signed.back)
  signed.back = null
  if (status !== 200) {
    faults.push(`answered with ${status}: ${bytes.subarray(0, 300).toString('utf8')}`)
    return
  }
  const wrong = judgeSignedPdf(document, bytes)
  if (wrong) faults.push(`what was signed ${wrong}`)
  results.set(sha256(document), { id: headers.get('anky-signature-id') ?? '', result: sha256(bytes) })
}
