/** What one oracle says of one signature. */
export interface SignatureVerdict {
  /** Where the signed bytes end: what tells the signatures of one PDF apart; 0 for a detached signature. */
  readonly end: number
  readonly verdict: 'intact' | 'broken' | 'unknown'
  /** Why it is not intact, in the oracle's words. */
  readonly why: string
  /** `B-B`, `B-T`… where the oracle tells levels. */
  readonly level?: string
  /** Its whole verdict, chain and revocation included, where it gives one: `good`, or in its words what is not. */
  readonly whole?: string
  /** What it says of changes made after this signature; a witness, since it errs both ways. */
  readonly changes?: string
}

/** An oracle's answer; `unreadable` where it could not judge the file at all. */
export type Judgement = { readonly signatures: readonly SignatureVerdict[] } | { readonly unreadable: string }

export interface Question {
  /** Path of the PDF or of the detached signature. */
  readonly file: string
  /** Path of the content, for a detached signature. */
  readonly detached?: string
  readonly password?: string
  readonly trust: readonly string[]
  readonly crl: readonly string[]
  readonly ocsp?: readonly string[]
  /** ISO 8601: when it is asked about, by oracles that can be; else now. */
  readonly at?: string
}

export interface Oracle {
  readonly name: string
  readonly version: string
  /** Whether it judges a signature beside its content. */
  readonly detached: boolean
  judge(question: Question): Promise<Judgement>
  close(): void
}

/** An oracle, or what to install to have it. */
export type Found = { readonly oracle: Oracle } | { readonly name: string; readonly missing: string }
