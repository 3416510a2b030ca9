import { digestBytes, parseSignedData, signedAttributesForVerification } from '../../src/formats/index.ts'
import {
  buildReport,
  builtInPolicies,
  collectFacts,
  contextDigest,
  type Facts,
  type Judgement,
  judge,
  type Policy,
  type SignatureFacts,
  type VerificationReport,
} from '../../src/verifier/index.ts'
import type { RecordContext } from './record-corpus.ts'

export interface JudgedRecord {
  readonly facts: Facts
  readonly report: VerificationReport
}

/** Facts, judgement and report; throws what the verifier throws, defects included. */
export function judgeRecord(
  bytes: Uint8Array,
  context: RecordContext,
  evidenceRecords: readonly Uint8Array[] = [],
): JudgedRecord {
  const input = { ...context, file: { name: null, bytes }, evidenceRecords, gatheredAt: context.at }
  const facts = collectFacts(input)
  const judgement = judge(facts, builtInPolicies.hospital, context.at)
  return { facts, report: buildReport(facts, judgement, contextDigest(input)) }
}

/** The same facts give the same report, to the byte, also after they went through JSON. */
export function requireReplay(facts: Facts, policy: Policy, at: Date): Judgement {
  const judgement = judge(facts, policy, at)
  const again = JSON.parse(JSON.stringify(facts)) as Facts
  const [once, twice] = [facts, again].map((of) => JSON.stringify(buildReport(of, judge(of, policy, at), '')))
  if (once !== twice) throw new Error('facts replayed give another report')
  return judgement
}

/** Digests of all that signers of sound files put their names to. */
export class SignedThings {
  readonly #known = new Set<string>()

  addAll(bytes: Uint8Array, { facts }: JudgedRecord): void {
    for (const thing of thingsOf(bytes, facts.signatures)) this.#known.add(thing)
  }

  /** Throws where more is passed than there is that somebody signed. */
  require(bytes: Uint8Array, { facts, report }: JudgedRecord): void {
    const { verdict, signatures, timestamps, evidenceRecords } = report
    if (verdict === 'passed' && signatures.length + timestamps.length + evidenceRecords.length === 0)
      throw new Error('passed without anything that holds')
    const passed = new Set(
      signatures.filter(({ indication }) => indication === 'TOTAL-PASSED').map(({ id }) => id),
    )
    // The value of a counter-signature is about another value, which is held against these
    const own = facts.signatures.filter(({ id, counterSignatureOf }) => passed.has(id) && !counterSignatureOf)
    const things = thingsOf(bytes, own.some(({ pdf }) => pdf) ? own : facts.signatures)
    const known = things.filter((thing) => this.#known.has(thing)).length
    if (known < own.length) throw new Error(`${own.length} were passed, and somebody signed ${known} of them`)
  }
}

const hex = (...parts: Uint8Array[]): string => Buffer.from(digestBytes('sha256', ...parts)).toString('hex')

/** Bytes outside each gap; of CMS each SignerInfo's signed attributes, with the content where that is inside. */
function thingsOf(bytes: Uint8Array, signatures: readonly SignatureFacts[]): string[] {
  if (signatures.length === 0) return []
  if (signatures.some(({ pdf }) => pdf))
    return signatures.map(({ pdf }) => {
      const [start, length, next, rest] = pdf!.byteRange as readonly [number, number, number, number]
      return hex(bytes.subarray(start, start + length), bytes.subarray(next, next + rest))
    })
  const { signerInfos, eContent } = parseSignedData(bytes)
  return signerInfos.map((info) => hex(signedAttributesForVerification(info), eContent ?? new Uint8Array(0)))
}
