import { join } from 'node:path'
import {
  digestBytes,
  parseCertificate,
  parseCrl,
  parseEvidenceRecord,
  parseOcspResponse,
  parseTimeStampToken,
} from '../../src/formats/index.ts'
import { buildSerialIndex, lookUpSerial, openSerialIndex, readRevocationData } from '../../src/trust/index.ts'
import {
  builtInPolicies,
  type Facts,
  type Judgement,
  judge,
  parsePolicy,
  requiredDigests,
  VerifierError,
} from '../../src/verifier/index.ts'
import { attempt, type Target } from './fuzz-targets.ts'
import { judgeRecord, requireReplay, SignedThings } from './judging.ts'
import { readContext, readFiles } from './record-corpus.ts'

/** Whatever was done to a record: nothing is passed that nobody signed, and facts replayed say the same. */
export function openRecordTarget(folder: string): Target {
  const context = readContext(folder)
  const signed = new SignedThings()
  for (const bytes of [...readFiles(join(folder, 'pdf')), ...readFiles(join(folder, 'der'))])
    signed.addAll(bytes, judgeRecord(bytes, context))
  return (bytes) =>
    attempt(() => {
      const judged = judgeRecord(bytes, context)
      signed.require(bytes, judged)
      requireReplay(judged.facts, builtInPolicies.hospital, context.at)
    })
}

/** Readers refuse by a code; beside a record whose own evidence was taken away, only sound evidence makes it pass. */
export function openEvidenceTarget(folder: string): Target {
  const context = readContext(folder)
  const sound = new Set(readFiles(join(folder, 'evidence')).map(keyOf))
  const record = readFiles(join(folder, 'der'))[0]!
  const serial = parseCertificate(context.evidence.certificates[0]!).serialNumber
  const crl = parseCrl(context.evidence.crls[0]!)
  const none = { ...context.evidence, crls: [], ocspResponses: [] }
  return async (bytes) => {
    await attempt(() => parseCrl(bytes))
    await attempt(() => parseOcspResponse(bytes))
    await attempt(() => readRevocationData(bytes))
    await attempt(() => parseTimeStampToken(bytes))
    await attempt(() => parseEvidenceRecord(bytes))
    await attempt(() => requiredDigests(bytes))
    await attempt(() => {
      const crl = parseCrl(bytes)
      lookUpSerial(openSerialIndex(buildSerialIndex(crl), crl), serial)
    })
    await attempt(() => lookUpSerial(openSerialIndex(bytes, crl), serial))
    await attempt(() => judgeRecord(bytes, context))
    await attempt(() => judgeRecord(record, context, [bytes]))
    await attempt(() => {
      const evidence = {
        ...none,
        crls: [bytes],
        ocspResponses: [bytes],
        certificates: [...none.certificates, bytes],
      }
      const { report } = judgeRecord(record, { ...context, evidence })
      if (report.verdict === 'passed' && !sound.has(keyOf(bytes)))
        throw new Error('passed by evidence that is unsound')
    })
  }
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(digestBytes('sha256', bytes)).toString('hex')

const TIMES = ['2020-01-01', '2026-03-15T10:30:00Z', '2026-06-01', '2030-01-01', '2045-01-01'].map(
  (text) => new Date(text),
)

/** A policy, or facts that fit their types: refusals by a code, the same again from the same, nothing broken passed. */
export function openFactsTarget(folder: string): Target {
  const context = readContext(folder)
  const known = [...readFiles(join(folder, 'pdf')), ...readFiles(join(folder, 'der'))].map(
    (bytes) => judgeRecord(bytes, context).facts,
  )
  return async (bytes) => {
    const value = JSON.parse(bytes.toString()) as Facts | { readonly name?: unknown }
    if (isFacts(value)) {
      for (const at of TIMES)
        for (const policy of Object.values(builtInPolicies))
          await unlessTorn(() => requireUnbroken(value, requireReplay(value, policy, at)))
      return
    }
    await attempt(() => {
      const policy = parsePolicy(value)
      for (const facts of known) requireUnbroken(facts, requireReplay(facts, policy, context.at))
      for (const facts of known) requireUnbroken(...judged(broken(facts)))
      function judged(facts: Facts): [Facts, Judgement] {
        return [facts, judge(facts, policy, context.at)]
      }
    })
  }
}

/** Facts that name what they lack are told as a defect by a code of its own. */
async function unlessTorn(work: () => void): Promise<void> {
  try {
    work()
  } catch (error) {
    if (!(error instanceof VerifierError) || error.code !== 'ERR_VERIFIER_UNEXPECTED') throw error
  }
}

const isFacts = (value: object): value is Facts => 'signatures' in value && 'certificates' in value

const broken = (facts: Facts): Facts => ({
  ...facts,
  signatures: facts.signatures.map((signature) => ({ ...signature, valueIntact: false })),
})

/** EN 319 102-1, 5.2.7: whatever the policy, a value or digest that does not hold is not passed, nor one that nobody is behind. */
function requireUnbroken(facts: Facts, { signatures }: Judgement): void {
  for (const { id, indication } of signatures) {
    if (indication !== 'TOTAL-PASSED') continue
    const ofId = facts.signatures.filter((signature) => signature.id === id)
    for (const { valueIntact, digests, signingCertificate, pdf } of ofId) {
      const certificate = facts.certificates.find((one) => one.id === signingCertificate)
      const isAnchored = certificate?.trusted || certificate?.paths.some(({ anchored }) => anchored)
      if (valueIntact !== true) throw new Error('passed with a broken value')
      if (digests.some(({ found, intact }) => !found || !intact))
        throw new Error('passed with another digest')
      if (!certificate || !isAnchored) throw new Error('passed without a path to an anchor')
      if (pdf?.modifications === 'other') throw new Error('passed with changes that are not permitted')
    }
  }
}
