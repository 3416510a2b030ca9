import { isPassed } from './checks/block.ts'
import { CaseFile, isoTime, signatureToken } from './checks/case-file.ts'
import type { CertificateValidation } from './checks/certificate-validation.ts'
import { ProofsOfExistence } from './checks/proofs-of-existence.ts'
import { mayLeadTo } from './checks/trust-anchors.ts'
import type { Facts, SignatureFacts, SignatureLevel } from './facts.ts'
import { indicationOf } from './indication.ts'
import { intactOf } from './intact.ts'
import type {
  Conclusion,
  Judgement,
  ProcessConclusion,
  Reason,
  SignatureJudgement,
  SubIndication,
  TokenJudgement,
} from './judgement.ts'
import type { Policy } from './policy.ts'
import { policyDigest } from './policy-digest.ts'
import { validateBasicSignature } from './processes/basic-signature.ts'
import { validateEvidenceRecords } from './processes/evidence-records.ts'
import { levelThatHolds } from './processes/level.ts'
import { validateWithArchivalData } from './processes/signature-with-archival-data.ts'
import { validateWithTime } from './processes/signature-with-time.ts'
import { validateTimestamps } from './processes/timestamps.ts'

/**
 * The verdict on facts at a time under a policy (EN 319 102-1 V1.4.1, clause 5). It sees nothing else: the same facts,
 * policy and time give the same judgement, for ever. Throws `ERR_VERIFIER_UNEXPECTED` for facts that name what they lack.
 */
export function judge(facts: Facts, policy: Policy, at: Date): Judgement {
  const file = new CaseFile(facts, policy, at.getTime())
  const proofs = new ProofsOfExistence()
  proofs.add(everything(facts), file.at)
  const evidence = validateEvidenceRecords(file, proofs)
  const timestamps = new Map([...evidence.timestamps, ...validateTimestamps(file, proofs)])
  const judgeToken = ({ id }: { readonly id: string }, conclusions: ReadonlyMap<string, Conclusion>) => {
    const conclusion = conclusions.get(id)
    return conclusion ? [tokenJudgement(conclusion)] : []
  }
  return {
    at: isoTime(file.at),
    policy: { name: policy.name, digest: policyDigest(policy) },
    signatures: facts.signatures.map((signature) => judgeSignature(file, signature, proofs, timestamps)),
    timestamps: facts.timestamps.flatMap((timestamp) => judgeToken(timestamp, timestamps)),
    evidenceRecords: facts.evidenceRecords.flatMap((record) => judgeToken(record, evidence.records)),
  }
}

/** 5.6.3.4, step 2: all that is at hand exists now. */
const everything = (facts: Facts): string[] =>
  [facts.signatures, facts.timestamps, facts.evidenceRecords, facts.certificates, facts.revocations].flatMap(
    (items) => items.map(({ id }) => id),
  )

const tokenJudgement = ({ subject, indication, subIndication, reasons }: Conclusion): TokenJudgement => ({
  id: subject,
  indication,
  subIndication,
  reasons: eachOnce(reasons),
})

function judgeSignature(
  file: CaseFile,
  facts: SignatureFacts,
  proofs: ProofsOfExistence,
  timestamps: ReadonlyMap<string, Conclusion>,
): SignatureJudgement {
  const basic = validateBasicSignature(file, facts)
  const time = validateWithTime(file, facts)
  const archive = validateWithArchivalData(file, facts, time, proofs, timestamps)
  const { conclusion, bestSignatureTime, past } = archive
  const x509 = basic.x509
  const certificates = past?.past.certificates ?? x509?.certificates ?? []
  const path = past?.past.path ?? x509?.path ?? null
  const conclusions = [
    ...basic.blocks,
    basic.conclusion,
    time.conclusion,
    ...(past ? [past.past.conclusion, past.conclusion] : []),
    conclusion,
  ]
  const provenLevel = levelThatHolds(file, facts, path?.anchored ? certificates : null, timestamps)
  return {
    id: facts.id,
    indication: indicationOf(conclusion.indication),
    subIndication: conclusion.subIndication,
    level: facts.level,
    provenLevel,
    intact: intactOf(facts),
    trusted: trustedOf(file, facts, x509),
    validAtTime: validAtTime(conclusion, x509),
    bestSignatureTime: isoTime(bestSignatureTime),
    basic: outcome(basic.conclusion),
    longTerm: outcome(time.conclusion),
    archive: outcome(conclusion),
    path: path?.certificates ?? null,
    revocationChecked:
      path?.anchored === true &&
      certificates.every(({ needsRevocation, answer }) => !needsRevocation || answer !== null),
    reasons: eachOnce([...conclusion.reasons, ...levelReasons(facts, provenLevel)]),
    conclusions,
  }
}

/** A claim that is not, or not yet, found to hold takes nothing from the level, and is told. */
function levelReasons({ format, level }: SignatureFacts, proven: SignatureLevel): Reason[] {
  if (level === proven) return []
  const clause = format === 'PAdES' ? 'EN 319 142-1, 6' : 'EN 319 122-1, 6'
  return [{ code: 'LEVEL_NOT_PROVEN', clause, level: 'inform', details: { level, proven } }]
}

const outcome = ({ indication, subIndication }: Conclusion): ProcessConclusion => ({
  indication,
  subIndication,
})

/** What breaks a path for good, whatever the time. */
const untrusted: ReadonlySet<SubIndication | null> = new Set<SubIndication | null>([
  'NO_CERTIFICATE_CHAIN_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
])

function trustedOf(
  file: CaseFile,
  facts: SignatureFacts,
  x509: CertificateValidation | null,
): boolean | null {
  if (!x509) return null
  const { context } = signatureToken(facts)
  if (!x509.path?.anchored || untrusted.has(x509.conclusion.subIndication)) return false
  return mayLeadTo(file, x509.path, context)
}

const provenInvalid: ReadonlySet<SubIndication | null> = new Set<SubIndication | null>([
  'REVOKED',
  'EXPIRED',
  'NOT_YET_VALID',
])

/** Whether the certificate is known to have been good, or not to have been, when it signed. */
function validAtTime(conclusion: Conclusion, x509: CertificateValidation | null): boolean | null {
  if (provenInvalid.has(conclusion.subIndication)) return false
  if (isPassed(conclusion)) return true
  return x509 && isPassed(x509.conclusion) ? true : null
}

function eachOnce(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>()
  return reasons.filter((reason) => {
    const key = JSON.stringify([reason.code, reason.level, reason.details])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
