import type { Id, IdempotentRequest, Intent } from '../db/index.ts'
import type { AppDeps } from './deps.ts'
import { DOCUMENT_KEPT_MS } from './limits.ts'
import { removeDocument, removeOldDocuments } from './storage.ts'

const retryMs = 1000
const sweepMs = 60_000
/** An intent may be committed a moment after its connection was lost; so it is looked for that often. */
const quietRounds = 3

/**
 * Voids intents that nobody works on any more: after a crash of the service, and, in the same process, where the
 * database went away before an intent could be ended.
 */
export class Recovery {
  /** Intents of requests that are being served. */
  readonly running = new Set<Id>()
  /** Requests without an intent that are being served. */
  readonly #requests = new Map<string, number>()
  readonly #deps: AppDeps
  #sweep: Promise<number> | null = null
  #timer: NodeJS.Timeout | null = null
  #quiet = 0
  #closed = false

  constructor(deps: AppDeps) {
    this.#deps = deps
    deps.database.onReturn(() => this.schedule())
  }

  /** Does the work of an idempotent request without an intent, which no sweep takes for abandoned meanwhile. */
  async guard<T>(request: IdempotentRequest, work: () => Promise<T>): Promise<T> {
    const name = nameOf(request)
    this.#requests.set(name, (this.#requests.get(name) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = this.#requests.get(name)! - 1
      if (left > 0) this.#requests.set(name, left)
      else this.#requests.delete(name)
    }
  }

  /** Voids them once; gives their number. Throws `ERR_DB_…`. */
  run(): Promise<number> {
    this.#sweep ??= this.#voidAll().finally(() => {
      this.#sweep = null
    })
    return this.#sweep
  }

  /** Something was left behind: tries until the database has answered, and a few times more. */
  schedule(): void {
    this.#quiet = 0
    this.#arm(0)
  }

  close(): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #arm(ms: number): void {
    if (this.#closed) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#tick(), ms).unref()
  }

  async #tick(): Promise<void> {
    try {
      await this.run()
      this.#quiet++
    } catch (error) {
      this.#quiet = 0
      this.#deps.log.warn({ err: error }, 'intents left behind could not be voided yet')
    }
    this.#arm(this.#quiet < quietRounds ? retryMs : sweepMs)
  }

  async #voidAll(): Promise<number> {
    const { database, log, dataFolder } = this.#deps
    // who works on what is looked up after it was found: the clock, which may have been set back, is not asked
    const left = (await database.system.unfinishedIntents()).filter(({ id }) => !this.running.has(id))
    for (const intent of left) {
      await database.hospital(intent.hospitalId).voidIntent(intent.id, auditOfVoid(intent))
      log.warn({ intentId: intent.id, requestId: intent.requestId }, 'an intent left behind was voided')
    }
    await database.system.releaseAbandonedRequests((request) => this.#requests.has(nameOf(request)))
    const { documentFiles } = await database.system.removeLapsed()
    for (const file of documentFiles) await removeDocument(dataFolder, file)
    await removeOldDocuments(this.#deps, DOCUMENT_KEPT_MS)
    await database.evidence.prune()
    return left.length
  }
}

const nameOf = ({ apiKeyId, key }: Pick<IdempotentRequest, 'apiKeyId' | 'key'>): string =>
  `${apiKeyId} ${key}`

const auditOfVoid = (intent: Intent) => ({
  actor: 'service',
  action: 'signature.void',
  object: `credential:${intent.credentialId}`,
  outcome: 'voided' as const,
  requestId: intent.requestId,
  content: {
    intentId: intent.id,
    reason: 'interrupted: the key may have been used, nothing was released',
    documentSha256: intent.documentSha256,
    format: intent.format,
    level: intent.level,
  },
})
