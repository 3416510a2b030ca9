import { type Certificate, digestBytes } from '../../formats/index.ts'
import type { Environment } from '../../test-certs/build.ts'
import { entityOf, type Pki } from '../../test-certs/entity.ts'
import type { ValidationData } from '../../test-certs/records/pades-append.ts'
import type { DetachedContent } from '../input.ts'
import { builtInPolicies } from '../policies/index.ts'
import type { SignatureReport, VerificationReport } from '../report/index.ts'
import { type VerifyInput, verify } from '../verify.ts'

/** An environment whose clock can be set; random octets count up. */
export class TimeTravel implements Environment {
  #now: Date
  #next = 0

  constructor(now: string) {
    this.#now = new Date(now)
  }
  readonly clock = (): Date => this.#now
  readonly random = (length: number): Uint8Array => Uint8Array.from({ length }, () => this.#next++ & 0xff)
  travelTo(now: string): void {
    this.#now = new Date(now)
  }
}

export interface Judging extends Partial<Pick<VerifyInput, 'policy' | 'cache' | 'password'>> {
  readonly at: Date
  /** Default none. */
  readonly anchors?: readonly Certificate[]
  readonly data?: ValidationData
  readonly content?: Uint8Array
}

/** The verdict on a file under the policy `hospital` unless told otherwise. */
export function verifyRecord(bytes: Uint8Array, judging: Judging): VerificationReport {
  const { anchors = [], data, content, ...input } = judging
  return verify({
    file: { name: 'ho-so', bytes },
    detached: content ? [detached(content)] : [],
    evidenceRecords: [],
    anchors,
    evidence: data ?? { certificates: [], crls: [], ocspResponses: [] },
    policy: builtInPolicies.hospital,
    ...input,
  })
}

const detached = (content: Uint8Array): DetachedContent => ({
  name: null,
  digest: (name) => digestBytes(name, content),
  bytes: () => content,
})

export const rootsIn = (pki: Pki, ...names: readonly string[]): Certificate[] =>
  (names.length > 0 ? names : ['national-root']).map((name) => entityOf(pki, name).certificate)

/** The one signature of a report. */
export function soleSignature({ signatures, verdict, error }: VerificationReport): SignatureReport {
  const [signature, ...rest] = signatures
  if (!signature || rest.length > 0)
    throw new Error(`${signatures.length} signatures, ${verdict}: ${error?.code}`)
  return signature
}

/** What was concluded, in one line. */
export const conclusionOf = (report: VerificationReport): string =>
  [
    report.verdict,
    ...report.signatures.map((one) => [one.indication, one.subIndication ?? '', one.level].join(' ')),
  ].join(': ')
