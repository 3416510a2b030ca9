import type { Certificate, Crl, CrlEntry, ReasonFlag } from '../../formats/index.ts'
import type { RevocationProblem } from './types.ts'

/** What one CRL by itself says; `entry`: its entry about the certificate. */
export interface JudgedCrl {
  readonly crl: Crl
  readonly problems: readonly RevocationProblem[]
  readonly reasons: readonly ReasonFlag[]
  readonly signers: readonly Certificate[]
  readonly isIssuer: boolean
  readonly entry: CrlEntry | null
}
