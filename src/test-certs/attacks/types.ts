import type { SubIndication, Verdict } from '../../verifier/index.ts'
import type { AttackCase } from './attack-case.ts'
import type { AttackWorld } from './world.ts'

export interface Expectation {
  readonly verdict: Exclude<Verdict, 'passed'>
  /** Which signature, in the order of the file, is not believed; all others hold. */
  readonly about: number
  /** null: nothing could be read, and there is no signature. */
  readonly indication: 'TOTAL-FAILED' | 'INDETERMINATE' | null
  readonly subIndication: SubIndication | null
  /** A code among the reasons told; of a file that cannot be read, of its error. */
  readonly reason: string
  /** What that reason itself gives as its cause. */
  readonly why?: string
}

/** Lines of the study of attacks, in our own words. */
export type AttackRow =
  | 'signed attributes passed off as content'
  | 'message-digest and content-type missing, wrong or repeated'
  | 'content-type differs from the content'
  | 'algorithms substituted'
  | 'certificate swapped'
  | 'order of the certificates inside'
  | 'forged RSA values with exponent 3'
  | 'repeated signers, trailing data, BER, reordered sets'
  | 'counter-signatures'
  | 'ASN.1 bombs'
  | 'OCSP answers replayed or stale'
  | 'responders without authority'
  | 'CRLs: huge, endless, unsorted, of others, delta'
  | 'CRL signers without authority'
  | 'path bombs'
  | 'lying time-stamps'
  | 'certificates of time-stamping authorities'
  | 'state of the certificate'

type Build = (world: AttackWorld) => AttackCase | Promise<AttackCase>

export interface Attack {
  readonly id: string
  readonly row: AttackRow
  /** One line: what was done. */
  readonly what: string
  readonly build: Build
  readonly expect: Expectation
  /** The same without the attack, which passes. */
  readonly twin: Build
}

/** What is added to a sound record and must not keep it from passing. */
export interface Nuisance {
  readonly id: string
  readonly what: string
  readonly build: Build
  /** The warning that tells of it; null: nothing is worth telling. */
  readonly remark: string | null
}

export const failed = (subIndication: SubIndication, reason: string, about = 0): Expectation => ({
  verdict: 'failed',
  about,
  indication: 'TOTAL-FAILED',
  subIndication,
  reason,
})

export const indeterminate = (subIndication: SubIndication, reason: string, why?: string): Expectation => ({
  verdict: 'indeterminate',
  about: 0,
  indication: 'INDETERMINATE',
  subIndication,
  reason,
  ...(why && { why }),
})

export const unreadable = (reason: string): Expectation => ({
  verdict: 'unreadable',
  about: 0,
  indication: null,
  subIndication: null,
  reason,
})
