import type { Certificate } from '../../formats/index.ts'
import type { ValidationData } from '../records/pades-append.ts'

/** A file with everything that it is judged with. */
export interface AttackCase {
  readonly file: Uint8Array
  /** What a detached signature is about; null: it is inside. */
  readonly content: Uint8Array | null
  readonly evidence: ValidationData
  readonly anchors: readonly Certificate[]
  readonly at: Date
}
