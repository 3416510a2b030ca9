import type { Clock } from '../signer/index.ts'

/** How a database is opened. */
export interface DatabaseOptions {
  /** `DATABASE_URL`; null for the embedded database. */
  readonly url: string | null
  /** `DATABASE_OWNER_URL`: migrates; null: `url`'s user does. */
  readonly ownerUrl: string | null
  readonly dataFolder: string
  /** Of the data folder whose keys the database speaks of. */
  readonly instanceId: string
  readonly now: Clock
  readonly log: DatabaseLog
  /** Connections at most; 10. */
  readonly poolSize?: number
  /** No call lasts longer, in ms; 9000. */
  readonly deadlineMs?: number
}

export interface DatabaseLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
}
