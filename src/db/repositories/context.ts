import type { Clock } from '../../signer/index.ts'
import type { Executor } from '../session.ts'
import type { Id } from '../values.ts'

/** What the repositories of one hospital share. */
export interface HospitalContext {
  readonly hospitalId: Id
  readonly now: Clock
  /** One transaction that sees and writes this hospital's rows only. */
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>
}
