/** What is fuzzed: readers of two languages, the judge of whole records, what it is given beside them, and of facts. */
export type FuzzKind = 'pdf' | 'der' | 'records' | 'evidence' | 'facts'

/** What a fuzzing process is asked for: inputs of the seeds `from`, `from + step`… until it is ended. */
export interface FuzzRequest {
  readonly kind: FuzzKind
  readonly corpusFolder: string
  /** A file of eight octets: the seed being worked on, for those who find the process dead or stuck. */
  readonly progressFile: string
  readonly from: number
  readonly step: number
}

/** Sent when an input broke a promise. */
export interface FuzzFinding {
  readonly seed: number
  readonly what: string
  /** The process cannot go on as it is. */
  readonly last: boolean
}

export const CPU_MS = 2_000
export const MEMORY_MIB = 256
